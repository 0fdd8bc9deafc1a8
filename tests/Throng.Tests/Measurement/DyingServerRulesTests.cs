using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A server that dies or refuses is one event: what follows from it is told with it, once, and as what it is.
/// </summary>
public sealed class DyingServerRulesTests
{
    [Fact]
    public void Connections_that_were_lost_and_refused_again_are_all_in_the_headline()
    {
        RunDocument run = Died(new Messages { Offered = 0 }) with { Messages = null, Rate = null };
        Assert.Equal("held 0 of 10, 10 lost: 16 refused at 127.0.0.1:7000", Verdict.Judge(run).Text);
    }

    [Fact]
    public void A_server_that_died_is_told_by_what_is_missing_and_what_was_lost()
    {
        Verdict verdict = Verdict.Judge(Died(new Messages
        {
            Offered = 400, Sent = 131, NotSent = 269, Answered = 123, Lost = 8,
        }));
        Assert.Equal(["target-missed", "connections-lost"], verdict.Findings.Select(one => one.Rule));
        Assert.EndsWith(
            "failed: 16 refused of 26 attempts; for want of them 269 of 400 messages were not sent",
            verdict.Findings[0].Evidence, StringComparison.Ordinal);
        Assert.EndsWith(
            "8 of 131 messages were under way on them", verdict.Findings[1].Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, "1 connection is missing: ")]
    [InlineData(8, "2 connections are missing: ")]
    public void One_is_one(long held, string text) => Assert.StartsWith(
        text, SampleRun.Hold(10, held, 10 - held).Verdict.Findings[0].Text, StringComparison.Ordinal);

    [Fact]
    public void What_was_not_sent_for_another_reason_is_still_the_rates_own_matter()
    {
        RunDocument run = Died(new Messages { Offered = 400, Sent = 131, NotSent = 269, Answered = 123, Lost = 8 });
        run = run with { Own = new Section { ["unconnected"] = 20, ["held_back"] = 0 } };
        Assert.Contains(Verdict.Judge(run).Findings, one => one.Rule == "rate-not-achieved");
    }

    [Fact]
    public void Half_of_the_targets_that_refuse_are_not_the_generators_limit()
    {
        RunDocument held = SampleRun.Hold(target: 4, held: 2, refused: 16) with
        {
            Command = "monitor",
            Rate = new Rate(40, 20),
            Messages = new Messages { Offered = 80, Sent = 40, Answered = 40, NotSent = 40 },
            Own = new Section { ["unconnected"] = 40, ["lost"] = 0, ["disturbed"] = 0 },
        };
        Verdict verdict = Verdict.Judge(held);
        Finding finding = Assert.Single(verdict.Findings);
        Assert.Equal("target-missed", finding.Rule);
        Assert.EndsWith("for want of them 40 of 80 messages were not sent", finding.Evidence, StringComparison.Ordinal);
        Assert.StartsWith(
            "at most 2 of 4 connections open, none lost, none disturbed", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lives_that_were_refused_are_told_once()
    {
        RunDocument run = SampleRun.Held with
        {
            Command = "churn",
            Rate = new Rate(100, 29.5),
            Connections = new Connections
            {
                Opened = 60, Peak = 2, Lost = 1,
                Closed = new ReasonCounts { { CloseReason.Finished, 59 }, { CloseReason.Reset, 1 } },
                ConnectFailed = new ReasonCounts { { CloseReason.Refused, 140 } },
            },
            Connect = new ConnectPhase(200, LatencySummary.Empty),
            Messages = new Messages { Offered = 200, Sent = 200, Answered = 59, Lost = 141 },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal("connects-failed", finding.Rule);
        Assert.Equal(
            "70 % of 200 attempts: 140 refused; 1 more failed after they had been opened (closed: 59 finished, "
            + "1 reset)",
            finding.Evidence);

        // Without an answer they may be too many, and then a lower rate helps.
        ReasonCounts timedOut = new() { { CloseReason.ConnectTimeout, 140 } };
        run = run with { Connections = run.Connections with { ConnectFailed = timedOut } };
        Assert.Contains(Verdict.Judge(run).Findings, one => one.Rule == "rate-not-achieved");
    }

    [Fact]
    public void Connections_given_up_for_a_mute_server_are_not_told_as_lost_too()
    {
        RunDocument run = Died(new Messages { Offered = 43, Sent = 43, TimedOut = 43 });
        run = run with
        {
            Connections = run.Connections with
            {
                Held = 10, ConnectFailed = [], Closed = new ReasonCounts { { CloseReason.ReplyTimeout, 10 } },
            },
        };
        Assert.DoesNotContain(Verdict.Judge(run).Findings, one => one.Rule == "connections-lost");
    }

    [Theory]
    [InlineData(350, "this program used 351 ms of CPU time, its start included")]
    [InlineData(104, "this program used 1.01 of 2 CPUs")]
    public void Cpu_time_before_the_run_is_not_more_CPUs_than_there_are(long usedMs, string said)
    {
        RunDocument run = Died(new Messages { Offered = 10, Sent = 10, TimedOut = 10 }) with
        {
            DurationNs = 104_000_000,
            Cpu = new CpuUse
            {
                UserNs = usedMs * 1_000_000, SystemNs = 1_000_000, Workers = [new(1, 1, 0.2) { Waited = 0.5 }],
            },
        };
        run = run with { Host = run.Host with { Cpus = 2 } };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings, one => one.Rule == "host-overloaded");
        Assert.StartsWith(said, finding.Evidence, StringComparison.Ordinal);
    }

    /// <summary>Ten connections of a server that died, and was refused afterwards.</summary>
    private static RunDocument Died(Messages messages)
    {
        RunDocument held = SampleRun.Hold(target: 10, held: 0, refused: 16);
        return held with
        {
            Command = "query",
            Connections = held.Connections with
            {
                Opened = 10, Peak = 10, Lost = 10, Closed = new ReasonCounts { { CloseReason.Reset, 10 } },
            },
            Connect = new ConnectPhase(26, LatencySummary.Empty),
            Rate = new Rate(200, 61.5),
            Messages = messages,
            Own = new Section { ["unconnected"] = 269, ["held_back"] = 0 },
        };
    }
}
