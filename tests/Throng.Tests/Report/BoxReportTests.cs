using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng report --rfc9693`: several runs as one report on a box, and what none of them measured.</summary>
public sealed class BoxReportTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Everything_that_no_run_found_is_not_measured_with_its_reason_and_its_command()
    {
        BoxReport report = BoxReport.Of([new NamedRun("hold.json", SampleRun.Held)]);
        Assert.Equal(["set-up", "settings"], report.Tables.Select(table => table.Name));
        string[] commands = [.. report.Gaps.Select(gap => gap.Command)];
        foreach (string command in (string[])
            ["throng capacity HOST:PORT --recover", "throng saturate HOST:PORT --life requests",
                "throng churn HOST:PORT --held N --rate RATE --life requests --close fin",
                "throng churn HOST:PORT --held N --rate RATE --life requests --close rst", "throng idle HOST:PORT",
                "throng idle HOST:PORT --keepalive-lanes"])
        {
            Assert.Contains(command, commands);
        }

        Assert.All(report.Gaps, gap => Assert.NotEqual("", gap.Why));
        Assert.Contains(report.Gaps, gap => gap.What == "hold.json" && gap.Why.Contains("a run of hold"));
    }

    [Fact]
    public void What_a_run_found_is_in_its_table_and_no_longer_missing()
    {
        BoxReport none = BoxReport.Of([new NamedRun("hold.json", SampleRun.Held)]);
        BoxReport report = BoxReport.Of(
            [new NamedRun("full.json", Capacity(sessions: 5000)), new NamedRun("rst.json", Churn(held: 4000, "rst"))]);
        Assert.Equal("5,000", Cell(report, "capacity", "connections", row: 1));
        Assert.Equal(["fin", "rst"], Column(report, "recovery", "closed by"));
        Assert.Equal("not within the time given", Cell(report, "recovery", "after", row: 2));
        Assert.Equal("RST", Cell(report, "tear-down", "closed by", row: 1));
        Assert.Equal("4,000", Cell(report, "tear-down", "held beside", row: 1));
        Assert.Equal("500/s", Cell(report, "tear-down", "torn down", row: 1));
        string[] found = ["connection tracking table capacity", "how soon places are free again after FIN",
            "how soon places are free again after RST", "tear-down by RST beside connections that are held"];
        Assert.All(found, what => Assert.Contains(none.Gaps, gap => gap.What == what));
        Assert.All(found, what => Assert.DoesNotContain(report.Gaps, gap => gap.What == what));
        Assert.Contains(report.Gaps, gap => gap.What.StartsWith("tear-down by FIN", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_looked_and_did_not_find_it_gives_its_own_reason()
    {
        RunDocument run = Capacity(sessions: null);
        BoxGap gap = BoxReport.Of([new NamedRun("own.json", run)]).Gaps
            .Single(gap => gap.What == "connection tracking table capacity");
        Assert.Equal($"own.json: {run.Verdict.Text}", gap.Why);
        RunDocument alone = Churn(held: 0, "fin");
        gap = BoxReport.Of([new NamedRun("alone.json", alone)]).Gaps
            .Single(gap => gap.What.StartsWith("tear-down by FIN", StringComparison.Ordinal));
        Assert.Equal("alone.json held none beside", gap.Why);
    }

    [Fact]
    public void It_is_markdown_or_a_page_and_takes_no_view_of_a_single_run()
    {
        string first = Path.Combine(_directory, "a|b.json");
        string second = Path.Combine(_directory, "hold.json");
        File.WriteAllBytes(first, SavedRuns.Written(Churn(held: 10, "fin")));
        File.WriteAllBytes(second, SavedRuns.Written(SampleRun.Held));
        string page = Path.Combine(_directory, "box.html");
        CliShell shell = new();
        Assert.Equal(0, shell.Run("report", first, second, "--rfc9693", "--html", page));
        Assert.StartsWith($"# {BoxReport.Title}\n", shell.Out, StringComparison.Ordinal);
        Assert.Contains("a\\|b.json", shell.Out, StringComparison.Ordinal);
        Assert.Contains("\n## Not measured\n", shell.Out, StringComparison.Ordinal);
        Assert.Contains("<h2>Connection tear-down rate</h2>", File.ReadAllText(page), StringComparison.Ordinal);
        CliShell wrong = new();
        Assert.Equal(2, wrong.Run("report", first, second, "--rfc9693", "--csv", page, "--fail-on", "lag.p99>1s"));
        Assert.Contains("--csv is about one run, --rfc9693 about all", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("--fail-on is about one run", wrong.Error, StringComparison.Ordinal);
        CliShell unread = new();
        Assert.Equal(3, unread.Run("report", first, Path.Combine(_directory, "none.json"), "--rfc9693"));
        Assert.Equal("", unread.Out);
    }

    private static RunDocument Churn(long held, string close)
    {
        RunDocument run = SampleRun.Held with
        {
            Command = "churn",
            Options = new Section { ["close"] = close, ["life"] = "requests" },
            Own = new Section
            {
                ["server"] = "remote",
                ["held"] = held == 0 ? Node.Null
                    : new Section { ["asked"] = held, ["opened"] = held, ["lost"] = 0 },
                ["torn_down_per_s"] = 500.0,
            },
        };
        return run with { Verdict = Verdict.Judge(run) };
    }

    private static RunDocument Capacity(long? sessions)
    {
        RunDocument run = SampleRun.Held with
        {
            Command = "capacity",
            Own = new Section { ["server"] = "remote" },
            Result = new CapacityResult
            {
                IsOver = true, Sessions = sessions, Reached = 5000,
                Cause = CapacityCause.Told(sessions is null ? "server" : "path", "dropped", "20 of 20 failed"),
                Trials = [new CapacityTrial { RatePerSecond = 100, Sessions = 5000, Counts = new CapacityCounts() }],
                Recoveries = sessions is null ? []
                    : [new("fin", 5000, 5000, Ns.Second, Ns.Second), new("rst", 5000, 10, null, Ns.Second)],
            },
        };
        return run with { Verdict = Verdict.Judge(run) };
    }

    private static string[] Column(BoxReport report, string table, string heading) =>
        report.Tables.Single(one => one.Name == table).Columns.Single(column => column[0] == heading)[1..];

    private static string Cell(BoxReport report, string table, string heading, int row) =>
        Column(report, table, heading)[row - 1];
}
