using Microsoft.Playwright;
using Xunit;

namespace Throng.KernelTests;

/// <summary>The page of a run that goes on, in a real browser.</summary>
public sealed class LivePageTests
{
    private const string Markup = "<img src=x onerror=alert(1)><b>x</b>";

    [Theory]
    [InlineData("hold 200 --ping --for 1h", "connections", "connections ping")]
    [InlineData("query --rate 500 -c 20 --for 1h", "response", "rate_per_s connections")]
    [InlineData("churn --rate 200 --for 1h", "rate", "rate_per_s")]
    [InlineData("monitor -c 20 --rate 100 --for 1h", "connections", "rate_per_s")]
    [InlineData("saturate --start 200 --increment 4 --step 30s --trials 1 --rate-max 1k", "connections", "")]
    [InlineData("bench -c 1,10 --rounds 100000", "bench", "")]
    [InlineData("capacity -c 10k -r 50", "connections", "")]
    [InlineData("idle --lanes 4", "connections", "")]
    [InlineData("serve 127.0.0.1:7000", "connections", "")]
    public void Each_command_s_page_shows_the_run_while_it_goes_on(string words, string chart, string dials)
    {
        Needs.Browser();
        Needs.Case(Suite.IsFull || words[0] is 'h' or 'm', "runs with THRONG_TESTS=full");
        using HttpRun run = HttpRun.Start(words.Split(' '));
        using PageBrowser browser = new();
        IPage page = browser.Open(run.Url);
        page.Locator($"[data-part=charts] figure#chart-{chart}.live svg").WaitForAsync().Await();
        Assert.StartsWith($"throng {words.Split(' ')[0]}", page.TextOf(".brand"), StringComparison.Ordinal);
        Assert.NotEmpty(page.TextOf("h1"));
        string first = page.TextOf(".meta >> nth=0");
        Eventually.Holds(() => page.TextOf(".meta >> nth=0") != first, run.Process.Story);
        Assert.Equal(dials.Split(' ', StringSplitOptions.RemoveEmptyEntries), page.Ask<string[]>(
            "[...document.querySelectorAll('[data-key]')].map(one => one.dataset.key)"));
        page.Locator("#more summary").ClickAsync().Await();
        page.Shows("#more h2", "All figures");
        page.Locator("[value=whole]").CheckAsync().Await();
        page.Locator("[data-part=charts] figure.live").First.WaitForAsync().Await();

        Assert.Empty(browser.Console);
        Assert.All(browser.Asked, asked => Assert.StartsWith(run.Url + "/", asked, StringComparison.Ordinal));
    }

    [Fact]
    public void It_fits_every_screen_in_light_and_in_dark()
    {
        Needs.Full();
        Needs.Browser();
        using HttpRun run = HttpRun.Start("query", "--rate", "500", "-c", "20", "--for", "1h");
        using PageBrowser browser = new();
        List<string> grounds = [];
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            foreach (int width in (int[])[360, 800, 1600])
            {
                IPage page = browser.Open(run.Url, width, scheme);
                page.Locator("[data-part=charts] figure.live").First.WaitForAsync().Await();
                page.Locator("#more summary").ClickAsync().Await();
                page.Shows("#more h2", "All figures");
                Assert.Equal(width, page.Ask<int>("document.documentElement.scrollWidth"));
                grounds.Add(page.Ask<string>("getComputedStyle(document.body).backgroundColor"));
                page.Context.CloseAsync().Await();
            }
        }

        Assert.Equal(["rgb(255, 255, 255)", "rgb(13, 17, 23)"], grounds.Distinct());
        Assert.Empty(browser.Console);
    }

    [Fact]
    public void A_dial_changes_the_run()
    {
        Needs.Browser();
        using HttpRun run = HttpRun.Start("hold", "10", "--room", "100", "--for", "1h");
        using PageBrowser browser = new();
        IPage page = browser.Open(run.Url);
        ILocator field = page.GetByLabel("Connections", new PageGetByLabelOptions { Exact = true });
        field.FillAsync("40").Await();
        page.Press("Enter");
        page.Shows("#answer", "requested 40 (was 10)");
        page.Shows("#log", "requested 40 (was 10)");
        page.Shows("dd", "40 of 40");
        Assert.Equal(40, run.Get("/api/v1/document").GetProperty("connections").GetProperty("target").GetInt64());
        Assert.Equal(40, run.Status().GetProperty("open").GetInt64());

        page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "10 percent more" }).ClickAsync().Await();
        page.Shows("#answer", "requested 44 (was 40)");
        page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Ping" }).ClickAsync().Await();
        page.Shows("#answer", "ping on");
        Assert.True(run.Status().GetProperty("ping").GetBoolean());
        page.Locator("[role=switch][aria-checked=true]").WaitForAsync().Await();

        // Somebody else changes it: the page says what is.
        using ThrongProcess ctl = ThrongProcess.Run(0, "ctl", run.Url, "set", "15");
        page.Locator("h1").ClickAsync().Await();
        Eventually.Holds(() => field.InputValueAsync().Await() == "15", () => field.InputValueAsync().Await());

        field.FillAsync("100000").Await();
        page.Press("Enter");
        page.Shows("#answer", "--room");
        Assert.Equal(15, run.Status().GetProperty("requested").GetInt64());
    }

    [Fact]
    public void Stop_asks_first_and_the_page_keeps_what_it_had()
    {
        Needs.Browser();
        using HttpRun run = HttpRun.Start("hold", "20", "--for", "1h");
        using PageBrowser browser = new();
        IPage page = browser.Open(run.Url);
        page.Shows("dd", "20 of 20");
        page.Locator("[data-part=charts] figure.live").First.WaitForAsync().Await();
        while (page.Ask<string>("document.activeElement.id") != "stop")
        {
            page.Press("Tab");
        }

        page.Press("Enter");
        Assert.Equal("keep", page.Ask<string>("document.activeElement.id"));
        page.Press("Escape");
        Assert.Equal("stop", page.Ask<string>("document.activeElement.id"));
        Assert.Equal("running", run.Status().GetProperty("state").GetString());
        page.Press("Enter");
        page.Press("Tab");
        Assert.Equal("end", page.Ask<string>("document.activeElement.id"));
        page.Press("Enter");
        run.Process.Ends(0);

        page.Shows("#banner", "The run has ended.");
        Assert.Equal("ended", page.TextOf("#link"));
        Assert.StartsWith("held 20 of 20", page.TextOf("h1"), StringComparison.Ordinal);
        Assert.Contains("ended by quit", page.TextOf(".meta >> nth=0"), StringComparison.Ordinal);
        Assert.True(page.Locator("figure svg.chart").CountAsync().Await() > 0);
        page.Locator("[value=whole]").CheckAsync().Await();
        page.Locator("figure#chart-spectrum.live").WaitForAsync().Await();
        Assert.True(page.Locator("#dials input").IsDisabledAsync().Await());
        Assert.False(page.Locator("#stop").IsVisibleAsync().Await());
        int asked = browser.Asked.Count;

        Assert.Contains("ended by quit", Saved(page, "Save report"), StringComparison.Ordinal);
        Document document = new(Saved(page, "Save JSON"), "the saved document");
        Assert.Equal("quit", document.Text("ended_by"));
        page.WaitForTimeoutAsync(2_500).Await();
        Assert.Equal(asked, browser.Asked.Count(one => !one.StartsWith("blob:", StringComparison.Ordinal)));
        Assert.Empty(browser.Console);
    }

    [Fact]
    public void A_stream_that_breaks_is_taken_up_again_without_a_gap()
    {
        Needs.Browser();
        using HttpRun run = HttpRun.Start("hold", "10", "--room", "100", "--for", "1h");
        using Cable cable = new(run.Url);
        using PageBrowser browser = new();
        IPage page = browser.Open(cable.Url);
        Set(run, 21);
        page.Shows("#log", "set 21");
        cable.Cut();
        page.Shows("#banner", "does not answer");
        Set(run, 22);
        Set(run, 23);
        cable.Mend();
        page.Shows("#log", "set 23");
        page.Shows("#link", "live");
        string[] events = page.Ask<string[]>("[...document.querySelectorAll('#log li')].map(one => one.innerText)");
        Assert.Equal(
            ["set 23", "set 22", "set 21"],
            events.Where(one => one.Contains("set 2", StringComparison.Ordinal)).Select(one => one[^6..]));
        page.Shows("dd", "23 of 23");
        Assert.False(page.Locator("#banner").IsVisibleAsync().Await());
    }

    [Fact]
    public void A_process_that_is_killed_is_said_to_have_ended_and_not_asked_any_more()
    {
        Needs.Full();
        Needs.Browser();
        using HttpRun run = HttpRun.Start("hold", "10", "--for", "1h");
        using PageBrowser browser = new();
        IPage page = browser.Open(run.Url);
        page.Shows("dd", "10 of 10");
        Eventually.Holds(
            () => browser.Asked.Any(one => one.EndsWith("/page/whole", StringComparison.Ordinal)), run.Process.Story);
        run.Process.Signal(ThrongProcess.SIGKILL);
        page.Shows("#banner", "does not answer");
        page.Shows("#banner", "has ended, or cannot be reached");
        Assert.True(page.Locator("#again").IsVisibleAsync().Await());
        int asked = browser.Asked.Count;
        page.WaitForTimeoutAsync(2_500).Await();
        Assert.Equal(asked, browser.Asked.Count);
        Document document = new(Saved(page, "Save JSON"), "the saved document");
        Assert.Equal("running", document.Text("ended_by"));
    }

    [Fact]
    public void Markup_in_a_server_s_name_is_text()
    {
        Needs.Browser();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "127.0.0.1:7000", "--mode", "stamp", "--name", Markup, "--for", "1h");
        using HttpRun run = HttpRun.Start(
            "monitor", "127.0.0.1:7000", "-c", "10", "--rate", "50", "--label", "x=" + Markup, "--for", "1h");
        using PageBrowser browser = new();
        IPage page = browser.Open(run.Url);
        page.Shows("[data-part=own]", "<img src=x");
        page.Locator("#more summary").ClickAsync().Await();
        page.Shows("#more h2", "All figures");
        Assert.Equal(0, page.Locator("img, main b b").CountAsync().Await());
        Assert.Empty(browser.Console);
    }

    private static void Set(HttpRun run, int connections)
    {
        using ThrongProcess ctl = ThrongProcess.Run(0, "ctl", run.Url, "set", $"{connections}");
    }

    private static string Saved(IPage page, string button)
    {
        IDownload download = page.RunAndWaitForDownloadAsync(() => page.GetByRole(
            AriaRole.Button, new PageGetByRoleOptions { Name = button }).ClickAsync()).Await();
        return File.ReadAllText(download.PathAsync().Await());
    }
}
