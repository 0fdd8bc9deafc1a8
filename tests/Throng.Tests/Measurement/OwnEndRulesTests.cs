using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Doings of this end or of the person before it are not told as the server's.</summary>
public sealed class OwnEndRulesTests
{
    [Theory]
    [InlineData("query", "57 messages were under way when the run was ended here")]
    [InlineData("churn", "57 connections were under way when the run was ended here")]
    public void Messages_cut_short_by_the_end_are_nobodys_loss(string command, string text)
    {
        bool isChurn = command == "churn";
        RunDocument run = SampleRun.Hold(4, 4, 0) with
        {
            Command = command,
            Rate = new Rate(100, 43),
            Connections = new Connections
            {
                Target = isChurn ? null : 4, Held = 4, Peak = 57, Opened = 100,
                Closed = isChurn
                    ? new ReasonCounts { { CloseReason.Finished, 43 }, { CloseReason.Cancelled, 57 } }
                    : new ReasonCounts { { CloseReason.Drained, 100 } },
            },
            Messages = new Messages { Offered = 100, Sent = 100, Answered = 43, Lost = 57 },
            Events = [new RunEvent(2 * Ns.Second, RunEvent.Abort)],
        };
        Verdict verdict = Verdict.Judge(run);
        Finding finding = Assert.Single(verdict.Findings);
        Assert.Equal((Severity.Info, text), (finding.Severity, finding.Text));
        Assert.EndsWith("drain ended at once at 2.0 s", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("57 under way when the run was ended here", verdict.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connections_that_were_lowered_are_neither_the_servers_limit_nor_the_generators(bool isLate)
    {
        RunDocument run = SampleRun.Hold(0, 0, 0) with
        {
            Command = "query",
            Rate = new Rate(100, 36),
            Lag = isLate ? new LatencySummary { Count = 72, P99Ns = 7 * Ns.Millisecond } : null,
            Connections = new Connections
            {
                Target = 0, Peak = 4, Opened = 4, Closed = new ReasonCounts { { CloseReason.Lowered, 4 } },
            },
            Messages = new Messages { Offered = 200, NotSent = 128, Sent = 72, Answered = 72 },
            Own = new Section { ["held_back"] = 0 },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings, one => one.Rule == "rate-not-achieved");
        Assert.Equal(
            (Severity.Info, "36/s of 100/s were achieved: fewer connections were wanted meanwhile (set)"),
            (finding.Severity, finding.Text));
    }

    [Fact]
    public void A_run_that_a_signal_ended_before_it_connected_is_done()
    {
        RunDocument run = SampleRun.Hold(10, 0, 10);
        Assert.Equal(1, RunStates.ExitCode(run));
        Assert.Equal(0, RunStates.ExitCode(run with { EndedBy = "SIGINT" }));
        Assert.Equal(RunState.Failed, RunStates.Of(run with { EndedBy = "SIGINT" }));
    }

    [Fact]
    public void A_person_who_set_0_before_anything_connected_has_what_was_wanted()
    {
        RunDocument run = SampleRun.Hold(0, 0, 0) with
        {
            Connections = new Connections
            {
                Target = 0, ConnectFailed = new ReasonCounts { { CloseReason.Cancelled, 10 } },
            },
            Connect = new ConnectPhase(10, LatencySummary.Empty),
        };
        Verdict verdict = Verdict.Judge(run);
        Assert.Empty(verdict.Findings);
        Assert.Equal("nothing connected, and nothing wanted any more: set to 0", verdict.Text);
        Assert.Equal(0, RunStates.ExitCode(run with { Verdict = verdict }));
    }

    [Fact]
    public void Connections_set_to_0_were_not_held()
    {
        RunDocument run = SampleRun.Hold(0, 0, 0) with
        {
            Connections = new Connections
            {
                Target = 0, Peak = 10, Opened = 10, PlateauNs = Ns.Second,
                Closed = new ReasonCounts { { CloseReason.Lowered, 10 } },
            },
        };
        Assert.Equal("held none, set to 0: at most 10 were open, nothing lost", Verdict.Judge(run).Text);
    }

    [Fact]
    public void A_remedy_names_nothing_that_a_run_without_an_end_does_not_have()
    {
        RunDocument run = SampleRun.Hold(10, 0, 0) with
        {
            EndedBy = "SIGINT",
            Connections = new Connections
            {
                Target = 10, ConnectFailed = new ReasonCounts { { CloseReason.Cancelled, 10 } },
            },
            Connect = new ConnectPhase(10, LatencySummary.Empty),
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.DoesNotContain("connections.closed", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("churn", "use a lower --rate")]
    [InlineData("bench", "use fewer connections at once (-c)")]
    [InlineData("hold", "lower --connect-rate")]
    public void Remedies_have_the_options_of_the_command(string command, string option)
    {
        RunDocument run = SampleRun.Hold(10, 5, 0) with { Command = command };
        run = run with
        {
            Connections = run.Connections with
            {
                Target = null, ConnectFailed = new ReasonCounts { { CloseReason.ConnectTimeout, 5 } },
            },
        };
        Assert.EndsWith(option, new ConnectsFailed().Judge(run)!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_answers_are_said_to_be_among_the_lost()
    {
        RunDocument run = SampleRun.Hold(4, 4, 0) with
        {
            Command = "query",
            Messages = new Messages { Offered = 400, Sent = 400, TimedOut = 208, Lost = 192, Invalid = 192 },
        };
        Verdict verdict = Verdict.Judge(run);
        Assert.DoesNotContain(verdict.Findings, one => one.Rule == "messages-lost");
        string text = TextReport.Render(run with { Verdict = verdict }, columns: 200);
        Assert.Contains("192 lost, 192 of them invalid", text, StringComparison.Ordinal);
    }
}
