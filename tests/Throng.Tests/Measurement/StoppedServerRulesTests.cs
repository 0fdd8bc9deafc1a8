using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A server that was stopped is no idle timeout, no limit on ages and no want of slots, whenever it was.
/// </summary>
public sealed class StoppedServerRulesTests
{
    private const long Ms = Ns.Millisecond;

    [Theory]
    [InlineData("hold", 2520, 2520, 0, 10)]   // in the last second: no interval of the series has it
    [InlineData("hold", 2510, 72, 24, 10)]    // with pings on them
    [InlineData("query", 1192, 40, 9, 10)]    // ages apart by their TLS handshakes
    [InlineData("hold", 512, 512, 0, 0)]      // none wanted any more in the end
    public void Ends_at_one_moment_beside_refused_connects_are_of_one_that_stopped(
        string command, long ageMs, long idleMs, long answers, long target)
    {
        Finding lost = Lost(Run(command, target, peak: 10, refused: 19) with
        {
            Connections = Ended(
                10, target, at => (ageMs - (at * 6)) * Ms, _ => idleMs * Ms, answers, (2500, 2530), refused: 19),
        });
        Assert.Equal(
            "10 connections were lost: ended by the peer all at about one moment: connects were refused then: the "
            + "server, or something between, was stopped, or restarted or reloaded",
            lost.Text);
        Assert.DoesNotContain("idle timeout", lost.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Restarts_one_after_the_other_are_told_with_what_was_refused_meanwhile()
    {
        RunDocument run = Run("query", 6, peak: 6, refused: 14) with
        {
            Connections = Ended(
                6, 6, at => (1000 + (at / 2 * 1200)) * Ms, at => (40 + (at * 20)) * Ms, 64, (1069, 3533), refused: 14)
                with { Held = 6 },
            Rate = new Rate(200, 197),
            Messages = new Messages { Offered = 1000, Sent = 1000, Answered = 985, Lost = 15 },
            Own = new Section { ["held_back"] = 97, ["answers"] = new Section() },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal("connections-lost", finding.Rule);
        Assert.StartsWith("6 connections were lost: ended by the peer: connects were refused", finding.Text,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "15 of 1,000 messages were under way on them; connects failed meanwhile: 14 refused; 97 waited for their "
            + "connection",
            finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void One_connection_of_a_server_that_stopped_is_no_idle_timeout()
    {
        Finding lost = Lost(Run("hold", 1, peak: 1, refused: 4) with
        {
            Connections = Ended(1, 1, _ => 820 * Ms, _ => 820 * Ms, 0, (820, 820), refused: 4),
        });
        Assert.StartsWith("1 connection was lost: ended by the peer: connects were refused then", lost.Text,
            StringComparison.Ordinal);
        Assert.StartsWith("see what was done there when they ended", lost.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_from_before_the_first_end_are_of_another_target()
    {
        RunDocument run = Run("hold", 4, peak: 2, refused: 9) with
        {
            Connections = Ended(6, 4, at => (2000 + at) * Ms, at => (2000 + at) * Ms, 0, (3000, 9000), refused: 9),
            Series = [new SeriesPoint { TimeNs = Ns.Second, IntervalNs = Ns.Second, Failed = 2, Open = 2 }],
        };
        Assert.Contains("an idle timeout of 2.0 s", Lost(run).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_ends_soon_after_the_last_answer_are_no_want_of_slots()
    {
        Finding lost = Lost(Run("query", 4, peak: 4, refused: 0) with
        {
            Connections = Ended(
                5, 4, at => (200 + (at * 300)) * Ms, at => (201 + (at * 190)) * Ms, 25, (200, 1695), refused: 0),
        });
        Assert.Equal("5 connections were lost: ended by the peer", lost.Text);
    }

    [Fact]
    public void What_is_listed_as_closed_is_what_was_lost()
    {
        RunDocument run = Run("hold", 10, peak: 10, refused: 0) with
        {
            Connections = Ended(
                3, 10, at => (300 + (at * 900)) * Ms, at => (300 + (at * 900)) * Ms, 0, (300, 2100), refused: 0) with
            {
                Closed = new ReasonCounts { { CloseReason.Drained, 10 }, { CloseReason.Reset, 3 } },
            },
        };
        Assert.Contains("closed: 3 reset; ", Lost(run).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_given_up_by_this_end_are_told_once_and_as_its_own()
    {
        RunDocument run = Run("hold", 10, peak: 10, refused: 0) with
        {
            Connections = new Connections
            {
                Target = 10, Held = 10, Peak = 10, Opened = 25, Lost = 15, Reconnected = 15,
                Closed = new ReasonCounts { { CloseReason.Drained, 10 }, { CloseReason.PingTimeout, 15 } },
            },
            Messages = new Messages { Offered = 151, Sent = 151, Answered = 136, TimedOut = 15 },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal(
            "15 messages were not answered in time, and this end closed their connections (--ping-timeout): the "
            + "server's limit, or the path's",
            finding.Text);

        run = run with { Connections = run.Connections with { Held = 8 } };
        finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal(
            "2 connections are missing: this end closed 15 that had no answer in time (--ping-timeout): the server's "
            + "limit, or the path's",
            finding.Text);
    }

    private static Finding Lost(RunDocument run) => new ConnectionsLost().Judge(run)!;

    private static RunDocument Run(string command, long target, long peak, long refused) =>
        SampleRun.Hold(target, 0, refused) with
        {
            Command = command,
            Connect = new ConnectPhase(peak + refused, LatencySummary.Empty),
            Series = [new SeriesPoint { TimeNs = Ns.Second, IntervalNs = Ns.Second, Open = peak, Opened = peak }],
        };

    private static Connections Ended(
        int ends, long target, Func<int, long> age, Func<int, long> idle, long answers, (long First, long Last) ms,
        long refused)
    {
        Histogram ages = new();
        Histogram idles = new();
        Histogram counts = new();
        for (int at = 0; at < ends; at++)
        {
            ages.Record(age(at));
            idles.Record(idle(at));
            counts.Record(answers == 0 ? 0 : answers + at);
        }

        return new Connections
        {
            Target = target, Peak = Math.Max(target, Math.Min(ends, 10)), Opened = ends, Lost = ends,
            Closed = new ReasonCounts { { CloseReason.PeerClosed, ends } },
            ConnectFailed = refused == 0 ? [] : new ReasonCounts { { CloseReason.Refused, refused } },
            EndedByPeer = new PeerEnds
            {
                FirstNs = ms.First * Ms, LastNs = ms.Last * Ms, Age = LatencySummary.From(ages),
                Idle = LatencySummary.From(idles), Answers = LatencySummary.From(counts),
            },
        };
    }
}
