using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Throng.KernelTests;

/// <summary>
/// Chromium, driven by Playwright, in the network of the test that starts it. What its pages write to their consoles
/// and what they ask for is kept.
/// </summary>
internal sealed class PageBrowser : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-browser-").FullName;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    public PageBrowser()
    {
        Needs.Browser();

        // The driver may start it from any thread, and a network namespace is a thread's.
        string thread = Path.Combine("/proc", new FileInfo("/proc/thread-self").LinkTarget!);
        string enter = OwnNetworkAttribute.IsGiven ? $"nsenter --net={thread}/ns/net " : "";
        string program = Path.Combine(_directory, "chromium");
        File.WriteAllText(program, $"#!/bin/sh\nexec {enter}chromium \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _playwright = Playwright.CreateAsync().Await();
        _browser = _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program, Args = ["--no-sandbox"],
        }).Await();
    }

    /// <summary>Lines of consoles, errors of scripts, refusals of the pages' policies.</summary>
    public ConcurrentQueue<string> Console { get; } = [];

    /// <summary>Addresses that pages asked for, in their order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Opens a page in a window of its own.</summary>
    public IPage Open(string url, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        }).Await();
        IPage page = context.NewPageAsync().Await();
        page.Console += (_, line) => Console.Enqueue($"{line.Type}: {line.Text}");
        page.PageError += (_, error) => Console.Enqueue(error);
        page.Request += (_, request) => Asked.Enqueue(request.Url);
        page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        _ = page.GotoAsync(url).Await();
        return page;
    }

    public void Dispose()
    {
        _browser.CloseAsync().Await();
        _playwright.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
