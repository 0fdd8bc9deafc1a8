using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class VerdictTests
{
    [Fact]
    public void A_target_that_was_held_is_ok_and_says_for_how_long()
    {
        Verdict verdict = SampleRun.Held.Verdict;
        Assert.Equal("held 10,000 of 10,000 for 5.0 s, nothing lost", verdict.Text);
        Assert.True(verdict.IsOk);
        Assert.Empty(verdict.Findings);
    }

    [Fact]
    public void A_target_that_was_missed_says_who_refused()
    {
        Verdict verdict = SampleRun.Hold(10_000, 9_000, 1_000).Verdict;
        Assert.Equal("held 9,000 of 10,000: 1,000 refused at 127.0.0.1:7000", verdict.Text);
        Assert.False(verdict.IsOk);
        Assert.Equal(["target-missed"], verdict.Findings.Select(finding => finding.Rule));
        Assert.EndsWith(
            "failed: 1,000 refused of 10,000 attempts", verdict.Findings[0].Evidence, StringComparison.Ordinal);
        Assert.Contains("or a firewall before it that rejects", verdict.Findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_connected_is_the_only_thing_said_then()
    {
        Verdict verdict = SampleRun.Hold(10, 0, 10, plateauNs: null).Verdict;
        Assert.Equal("nothing connected: 10 refused at 127.0.0.1:7000", verdict.Text);
        Assert.Equal(["nothing-connected"], verdict.Findings.Select(finding => finding.Rule));
    }

    [Fact]
    public void A_ramp_up_that_was_stopped_is_nobodys_limit()
    {
        RunDocument run = SampleRun.Hold(10_000, 400, 0, plateauNs: null) with { EndedBy = "signal" };
        Verdict verdict = Verdict.Judge(run);
        Assert.Equal("held 400 of 10,000: ended by signal during the ramp-up", verdict.Text);
        Assert.True(verdict.IsOk);
        Assert.Equal(Severity.Info, Assert.Single(verdict.Findings).Severity);
    }

    [Theory]
    [InlineData(2, 0, true)]
    [InlineData(1, 0, false)] // one more is missing
    [InlineData(2, 1, false)] // one was lost
    public void Connections_that_rest_are_not_missing(long idle, long lost, bool isOk)
    {
        RunDocument run = SampleRun.Hold(6, 4, 0);
        run = run with
        {
            Connections = run.Connections with { Closed = new ReasonCounts { { "idle-closed", idle } }, Lost = lost },
        };
        Verdict verdict = Verdict.Judge(run);
        Assert.Equal(isOk, verdict.IsOk);
        Assert.Equal(
            isOk ? Severity.Info : Severity.Error,
            verdict.Findings.Single(finding => finding.Rule == "target-missed").Severity);
    }

    [Fact]
    public void A_ramp_up_that_stands_still_says_so_and_is_an_error()
    {
        SeriesPoint Point(long second, long open, long opened, long connecting) => new()
        {
            TimeNs = second * SampleRun.SecondNs, IntervalNs = SampleRun.SecondNs, Open = open, Opened = opened,
            Connecting = connecting,
        };
        RunDocument run = SampleRun.Hold(5000, 3000, 0, plateauNs: null) with { EndedBy = "duration" };
        RunDocument still = run with
        {
            Series = [Point(1, 3000, 3000, 2000), Point(2, 3000, 0, 2000), Point(13, 3000, 0, 2000)],
        };
        Verdict verdict = Verdict.Judge(still);
        Assert.Equal("held 3,000 of 5,000: stuck at 3,000 since 1.0 s, no SYN was answered since", verdict.Text);
        Assert.False(verdict.IsOk);
        Assert.Equal(
            "2,000 connections are missing: stuck at 3,000 since 1.0 s, no SYN was answered since",
            Assert.Single(verdict.Findings).Text);

        ReasonCounts timeouts = new() { { CloseReason.ConnectTimeout, 7 } };
        RunDocument timedOut = still with { Connections = still.Connections with { ConnectFailed = timeouts } };
        Assert.StartsWith(
            "held 3,000 of 5,000: stuck at 3,000 since 1.0 s, no SYN was answered since: 7 not answered in time",
            Verdict.Judge(timedOut).Text, StringComparison.Ordinal);
        RunDocument refused = still with
        {
            Connections = still.Connections with { ConnectFailed = new ReasonCounts { { CloseReason.Refused, 7 } } },
        };
        Assert.DoesNotContain("stuck", Verdict.Judge(refused).Text, StringComparison.Ordinal);
        RunDocument slow = run with
        {
            Series = [Point(1, 2999, 2999, 2), Point(12, 2999, 0, 2), Point(13, 3000, 1, 1)],
        };
        Assert.True(Verdict.Judge(slow).IsOk, "it went on");
        RunDocument paced = run with { Series = [Point(1, 3000, 3000, 0), Point(13, 3000, 0, 0)] };
        Assert.True(Verdict.Judge(paced).IsOk, "nothing was under way");
    }

    [Fact]
    public void Losses_are_said_and_warned_of()
    {
        RunDocument run = SampleRun.Held;
        Verdict verdict = Verdict.Judge(
            run with { Connections = run.Connections with { Lost = 12, Reconnected = 12 } });
        Assert.Equal("held 10,000 of 10,000 for 5.0 s, 12 lost", verdict.Text);
        Assert.Equal("connections-lost", Assert.Single(verdict.Findings).Rule);
        Assert.True(verdict.IsOk);
    }

    [Fact]
    public void A_server_without_sockets_tells_of_packets()
    {
        RunDocument run = SampleRun.Held with
        {
            Command = "serve",
            Connections = new Connections(),
            Connect = null,
            Own = new Section { ["packets_syn"] = 1_200, ["packets_echoed"] = 3_400, ["bytes_echoed"] = 64 << 10 },
        };
        Assert.Equal(
            "1,200 connects answered, 64.0 KiB echoed in 3,400 packets in 7.0 s", Verdict.Judge(run).Text);
    }

    [Theory]
    [InlineData(CloseReason.NoPort, "ports-exhausted", "1,000 found no source port on this host")]
    [InlineData(CloseReason.NoDescriptor, "descriptors-exhausted", "1,000 found no descriptor on this host")]
    public void This_hosts_own_limits_are_said_to_be_its_own(CloseReason reason, string rule, string text)
    {
        RunDocument run = SampleRun.Hold(10_000, 9_000, 1_000);
        run = run with
        {
            Connections = run.Connections with { ConnectFailed = new ReasonCounts { { reason, 1_000 } } },
        };
        Verdict verdict = Verdict.Judge(run);
        Assert.Equal("held 9,000 of 10,000: " + text, verdict.Text);
        Assert.Equal(["target-missed", rule], verdict.Findings.Select(finding => finding.Rule));
        Assert.Contains("the generator's own limit", verdict.Findings[0].Text, StringComparison.Ordinal);
        Assert.NotEmpty(verdict.Findings[1].Remedy);
    }

    [Theory]
    [InlineData(1, 19, true)]
    [InlineData(1, 20, false)]
    [InlineData(0, 20, false)]
    public void A_generator_is_busy_above_95_percent_in_over_5_percent_of_intervals(int busy, int total, bool isFound)
    {
        IEnumerable<SeriesPoint> points = Enumerable.Range(0, total).Select(at => new SeriesPoint
        {
            TimeNs = at,
            IntervalNs = 1,
            BusyMax = at < busy ? 0.951 : 0.95,
        });
        RunDocument run = SampleRun.Held with { Series = [.. points] };
        Assert.Equal(isFound, new GeneratorBusy().Judge(run) is not null);
    }

    [Fact]
    public void Without_a_series_the_whole_run_says_whether_a_worker_was_busy()
    {
        RunDocument run = SampleRun.Held;
        Assert.Null(new GeneratorBusy().Judge(run with { Cpu = new CpuUse { Workers = [new(1, 1, 0.95)] } }));
        Assert.NotNull(new GeneratorBusy().Judge(run with { Cpu = new CpuUse { Workers = [new(1, 1, 0.96)] } }));
    }

    [Fact]
    public void The_worst_finding_comes_first_and_every_rule_has_a_name_of_its_own()
    {
        IReadOnlyList<Finding> findings = SampleRun.Full.Verdict.Findings;
        Assert.Equal(findings.OrderByDescending(finding => finding.Severity), findings);
        Assert.Equal(
            [
                "target-missed", "connections-lost", "messages-timed-out", "messages-invalid", "generator-busy",
                "generator-late", "debug-build",
            ],
            findings.Select(finding => finding.Rule));
    }

    [Fact]
    public void An_exchange_leads_with_its_rate()
    {
        Assert.Equal(
            "199,900/s of 200,000/s offered, 99.95 % answered: 400 timed out, 100 lost, 500 not sent, "
            + "response p99 30.0 ms; 12 connections lost",
            SampleRun.Full.Verdict.Text);
    }

    [Fact]
    public void A_certificate_that_is_refused_after_the_handshake_is_no_matter_of_lasting()
    {
        RunDocument none = SampleRun.Hold(target: 5, held: 0, refused: 0);
        RunDocument refused = none with
        {
            Connections = none.Connections with
            {
                Opened = 23, Lost = 23, Closed = new ReasonCounts { { CloseReason.TlsFailed, 23 } },
            },
        };
        Assert.Equal("5 connections are missing: no TLS with 127.0.0.1:7000", new TargetMissed().Judge(refused)!.Text);
        Assert.Contains("tls_errors", new ConnectionsLost().Judge(refused)!.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 20, 0, false)]
    [InlineData(1, 20, 0, true)]   // fewer were renewed than are missing
    [InlineData(300, 18, 0, true)] // all of them never were
    [InlineData(300, 20, 1, true)]
    public void Connections_that_are_being_renewed_are_not_missing(
        long finished, long peak, long lost, bool isFound)
    {
        RunDocument none = SampleRun.Hold(target: 20, held: 18, refused: 0);
        RunDocument renewed = none with
        {
            Connections = none.Connections with
            {
                Opened = 320, Peak = peak, Lost = lost,
                Closed = new ReasonCounts { { CloseReason.Finished, finished } },
            },
        };
        Assert.Equal(isFound, new TargetMissed().Judge(renewed) is not null);
    }
}
