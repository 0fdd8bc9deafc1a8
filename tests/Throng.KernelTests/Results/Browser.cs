using System.Diagnostics;

namespace Throng.KernelTests;

/// <summary>Chromium without a window, for one page.</summary>
internal static class Browser
{

    /// <summary>
    /// Outcome of loading a page: its elements once its scripts have run, and everything written to its console,
    /// including errors and what its policy refused.
    /// </summary>
    public static (string Elements, IReadOnlyList<string> Console) Open(string path)
    {
        string profile = Directory.CreateTempSubdirectory("throng-browser-").FullName;
        ProcessStartInfo start = new("chromium")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string word in (string[])
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--v=0",
            "--virtual-time-budget=1000", $"--user-data-dir={profile}", "--dump-dom", $"file://{path}",
        ])
        {
            start.ArgumentList.Add(word);
        }

        try
        {
            using Process browser = Process.Start(start)!;
            Task<string> elements = browser.StandardOutput.ReadToEndAsync();
            Task<string> errors = browser.StandardError.ReadToEndAsync();
            if (!browser.WaitForExit(Eventually.Patience))
            {
                browser.Kill(entireProcessTree: true);
                throw new TimeoutException($"chromium did not end: {errors.Result}");
            }

            return (elements.Result, [.. errors.Result.Split('\n').Where(IsOfPage)]);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    private static bool IsOfPage(string line) => line.Contains("CONSOLE", StringComparison.Ordinal);
}
