using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>One event is one finding, and a finding says how closely it was seen.</summary>
public sealed class MonitorRulesTests
{
    private const long MillisecondNs = 1_000_000;

    [Fact]
    public void One_disturbance_is_one_finding_that_has_all_of_it()
    {
        RunDocument run = Disturbed(newFailed: 3, inEpisodes: 3);
        Verdict verdict = Verdict.Judge(run);
        Finding finding = Assert.Single(verdict.Findings, one => one.Severity == Severity.Warning);
        Assert.Equal("connections-disturbed", finding.Rule);
        Assert.Contains("20 peer-closed", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("5 messages timed out and 2 lost", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("3 new connections failed meanwhile (3 refused)", finding.Evidence, StringComparison.Ordinal);

        // New connections that failed while all was well are something else.
        verdict = Verdict.Judge(Disturbed(newFailed: 3, inEpisodes: 2));
        Assert.Contains(verdict.Findings, one => one.Rule == "new-connections-failed");
        Assert.Contains(verdict.Findings, one => one.Rule == "connections-disturbed");
    }

    [Fact]
    public void A_disturbance_says_what_was_seen_and_how_closely()
    {
        RunDocument run = Disturbed(newFailed: 0, inEpisodes: 0);
        Verdict verdict = Verdict.Judge(run);
        Assert.StartsWith(
            "60 connections, 20 lost, 20 disturbed, each for at most 954 ms (messages of each are 1.00 s apart)",
            verdict.Text, StringComparison.Ordinal);
        Finding finding = Assert.Single(verdict.Findings, one => one.Rule == "connections-disturbed");
        Assert.Contains(
            "last good answer at 1.000 s, first bad at 2.000 s, good again at 2.954 s", finding.Evidence,
            StringComparison.Ordinal);
        Assert.Contains("--rate 6000 sees a disturbance to 10.0 ms", finding.Remedy, StringComparison.Ordinal);

        // The headline's figure is the one that the finding has of one connection.
        Assert.StartsWith("one connection for at most 954 ms, all of an episode together for at most 1.20 s",
            finding.Evidence, StringComparison.Ordinal);

        RunDocument close = Disturbed(newFailed: 0, inEpisodes: 0, spacingNs: 8 * MillisecondNs);
        verdict = Verdict.Judge(close);
        Assert.DoesNotContain("apart", verdict.Text, StringComparison.Ordinal);
        Assert.All(verdict.Findings, one => Assert.DoesNotContain("--rate", one.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public void A_disturbance_without_an_end_has_no_moment_at_which_it_was_good_again()
    {
        RunDocument run = Disturbed(newFailed: 0, inEpisodes: 0);
        run.Own!["unrecovered"] = 20;
        Section longest = run.Own["longest"].Items[0].Section;
        longest["good_again_ns"] = Node.Null;
        Verdict verdict = Verdict.Judge(run);
        Assert.StartsWith(
            "60 connections, 20 lost, 20 disturbed and not good again", verdict.Text, StringComparison.Ordinal);
        Finding finding = Assert.Single(verdict.Findings, one => one.Rule == "connections-disturbed");
        Assert.StartsWith("one connection for at least 954 ms", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("first bad at 2.000 s, not good again;", finding.Evidence, StringComparison.Ordinal);
        run.Own["unrecovered"] = 5;
        Assert.Contains("20 disturbed, 5 of them not good again", Verdict.Judge(run).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_connected_only_the_cause_is_told()
    {
        RunDocument run = SampleRun.Hold(target: 60, held: 0, refused: 12) with
        {
            Command = "query",
            Rate = new Rate(100, 0),
            Messages = new Messages { Offered = 100, NotSent = 100 },
            Own = new Section { ["held_back"] = 100 },
        };
        Assert.Equal("nothing-connected", Assert.Single(Verdict.Judge(run).Findings).Rule);
    }

    [Fact]
    public void Losses_are_drawn_where_they_were()
    {
        RunDocument run = Disturbed(newFailed: 0, inEpisodes: 0) with
        {
            Series = [new SeriesPoint { TimeNs = 1_000 * MillisecondNs, IntervalNs = 1_000 * MillisecondNs, Lost = 2 }],
            Events = [new RunEvent(500 * MillisecondNs, "20 lost"), new RunEvent(1, "set 5")],
        };
        Chart chart = TimelineChart.Draw(run);
        Series lost = Assert.Single(chart.Panels[0].Series, one => one.Name == "lost at once");
        Assert.Equal(20, Assert.Single(lost.Points).Y);
        Assert.Equal("unanswered", chart.Panels[1].YAxis.Label);
    }

    private static RunDocument Disturbed(long newFailed, long inEpisodes, long spacingNs = 1_000 * MillisecondNs)
    {
        RunDocument held = SampleRun.Hold(target: 60, held: 60, refused: 0);
        return held with
        {
            Command = "monitor",
            Connections = held.Connections with
            {
                Lost = 20, Reconnected = 20, Opened = 80,
                Closed = new ReasonCounts { { CloseReason.Drained, 60 }, { CloseReason.PeerClosed, 20 } },
                ConnectFailed = new ReasonCounts { { CloseReason.Refused, 7 } },
            },
            Rate = new Rate(60, 50),
            Messages = new Messages { Offered = 600, Sent = 600, Answered = 593, TimedOut = 5, Lost = 2 },
            Own = new Section
            {
                ["lost"] = 20,
                ["disturbed"] = 20,
                ["spacing_ns"] = spacingNs,
                ["disturbance_ns"] = Of(954 * MillisecondNs),
                ["episode_ns"] = Of(1_200 * MillisecondNs),
                ["new"] = new Section
                {
                    ["attempted"] = 30, ["ok"] = 30 - newFailed, ["failed"] = newFailed,
                    ["reasons"] = new Section { ["refused"] = newFailed },
                },
                ["episodes"] = Node.ListOf(new Section
                {
                    ["start_ns"] = 2_000 * MillisecondNs, ["duration_ns"] = 1_200 * MillisecondNs, ["connections"] = 20,
                    ["lost"] = 20, ["cause"] = "closed", ["new_failed"] = inEpisodes,
                }),
                ["longest"] = Node.ListOf(new Section
                {
                    ["connection"] = 4, ["last_good_ns"] = 1_000 * MillisecondNs,
                    ["first_bad_ns"] = 2_000 * MillisecondNs, ["good_again_ns"] = 2_954 * MillisecondNs,
                }),
            },
        };
    }

    private static LatencySummary Of(long ns)
    {
        Histogram histogram = new();
        histogram.Record(ns);
        return LatencySummary.From(histogram);
    }
}
