using System.Text;
using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>The document of a run that goes on: what is under way is told, and nothing that only an end can tell.
/// </summary>
public sealed class RunningTests
{
    private static readonly Counts SoFar = default(Counts)
        .With(Counter.MessagesOffered, 105).With(Counter.MessagesSent, 100).With(Counter.MessagesAnswered, 80)
        .With(Counter.MessagesTimedOut, 3).With(Counter.MessagesLost, 2).With(Counter.MessagesInvalid, 1);

    [Fact]
    public void What_is_under_way_is_a_part_of_the_sums()
    {
        RunDocument run = Running(Messages.SoFar(SoFar));
        Assert.Equal(14, run.Messages!.UnderWay);
        Assert.Equal(5, run.Messages.NotSent);
        Assert.Empty(Identities.Broken(run));
        Assert.Equal(
            ["connect attempts = 10010 but opened + connect_failed + connecting = 10009",
                "sent = 100 but answered + timed_out + lost + under_way = 99"],
            Identities.Broken(run with
            {
                Connections = run.Connections with { Connecting = 9 },
                Messages = run.Messages with { UnderWay = 13 },
            }));
    }

    [Fact]
    public void The_document_of_a_run_that_has_ended_has_no_key_of_it()
    {
        RunDocument run = SampleRun.Held with { Messages = Messages.Of(SoFar) };
        string text = Encoding.UTF8.GetString(JsonReport.Render(run));
        Assert.DoesNotContain("under_way", text, StringComparison.Ordinal);
        Assert.DoesNotContain("connecting", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_one_line_and_reads_back_as_it_was()
    {
        RunDocument run = Running(Messages.SoFar(SoFar));
        string line = Encoding.UTF8.GetString(JsonReport.Render(run, indented: false));
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        JsonElement root = JsonDocument.Parse(line).RootElement;
        Assert.Equal(14, root.GetProperty("messages").GetProperty("under_way").GetInt64());
        Assert.Equal(10, root.GetProperty("connections").GetProperty("connecting").GetInt64());
        Assert.True(RunReader.TryRead(Encoding.UTF8.GetBytes(line), out RunDocument? read, out _));
        Assert.Equal(14, read!.Messages!.UnderWay);
        Assert.Equal(10, read.Connections.Connecting);
        Assert.Contains("running", TextReport.Render(read), StringComparison.Ordinal);
        Assert.Contains("14 under way", TextReport.Render(read), StringComparison.Ordinal);
        Assert.Contains("connecting 10", TextReport.Render(read), StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_ones_add_up_beside_one_that_has_ended()
    {
        RunDocument a = Running(Messages.SoFar(SoFar));
        RunDocument b = a with { Started = a.Started.AddSeconds(1) };
        RunDocument ended = SampleRun.Held with { Started = a.Started.AddSeconds(2) };
        Assert.True(RunMerge.TryMerge(
            [new("a", a), new("b", b), new("c", ended)], out RunDocument? merged, out IReadOnlyList<string> errors),
            string.Join('\n', errors));
        Assert.Equal(28, merged!.Messages!.UnderWay);
        Assert.Equal(20, merged.Connections.Connecting);
        Assert.Equal("running, duration", merged.EndedBy);
    }

    [Fact]
    public void Connections_that_are_missing_while_it_ramps_up_are_no_error_yet()
    {
        RunDocument run = SampleRun.Hold(10_000, 9_000, refused: 0, plateauNs: null) with
        {
            EndedBy = RunStates.Running,
        };
        run = run with
        {
            Connections = run.Connections with { ConnectFailed = new ReasonCounts { { CloseReason.Refused, 900 } } },
        };
        Assert.Contains(Verdict.Judge(run with { EndedBy = "duration" }).Findings, one => one.Rule == "target-missed");
        Verdict verdict = Verdict.Judge(run);
        Assert.DoesNotContain(verdict.Findings, one => one.Rule == "target-missed");
        Assert.Contains(verdict.Findings, one => one.Rule == "connects-failed");
        Assert.True(verdict.IsOk);
    }

    [Fact]
    public void The_first_line_says_that_it_goes_on()
    {
        RunDocument run = SampleRun.Hold(10_000, 9_000, refused: 0, plateauNs: null) with
        {
            EndedBy = RunStates.Running,
        };
        Assert.Equal("held 9,000 of 10,000 so far", Verdict.Judge(run).Text);
        Assert.Equal(RunState.AsAsked, RunStates.Of(run with { Verdict = Verdict.Judge(run) }));
    }

    [Fact]
    public void First_attempts_that_are_under_way_are_not_nothing()
    {
        RunDocument run = SampleRun.Hold(10, 0, refused: 0, plateauNs: null);
        run = run with
        {
            EndedBy = RunStates.Running,
            Connections = run.Connections with { Connecting = 10 },
            Connect = new ConnectPhase(10, LatencySummary.Empty),
        };
        Assert.DoesNotContain(Verdict.Judge(run).Findings, one => one.Severity == Severity.Error);
        Assert.False(RunStates.NeverConnected(run));
        RunDocument refused = run with
        {
            Connections = run.Connections with
            {
                Connecting = 5, ConnectFailed = new ReasonCounts { { CloseReason.Refused, 5 } },
            },
        };
        Assert.Contains(Verdict.Judge(refused).Findings, one => one.Rule == "nothing-connected");
    }

    [Fact]
    public void What_is_under_way_is_neither_a_missed_rate_nor_a_server_that_does_not_answer()
    {
        RunDocument run = Running(new Messages { Offered = 100, Sent = 100, Answered = 60, UnderWay = 40 }) with
        {
            Rate = new Rate(100, 60),
        };
        Assert.DoesNotContain(Verdict.Judge(run).Findings, one => one.Rule == "rate-not-achieved");
        run = Running(new Messages { Offered = 100, Sent = 100, UnderWay = 100 });
        Assert.DoesNotContain(Verdict.Judge(run).Findings, one => one.Rule == "server-not-answering");
        run = Running(new Messages { Offered = 100, Sent = 100, TimedOut = 20, UnderWay = 80 });
        Assert.Contains(Verdict.Judge(run).Findings, one => one.Rule == "server-not-answering");
    }

    [Fact]
    public void A_run_that_was_not_told_to_start_says_so_and_has_not_failed()
    {
        RunDocument run = SampleRun.Hold(10, 0, refused: 0, plateauNs: null);
        run = run with
        {
            EndedBy = "quit",
            Options = new Section { [RunStates.StartAtKey] = RunStates.Told },
        };
        run = run with { Verdict = Verdict.Judge(run) };
        Assert.Equal("not started: ended by quit before it was told to", run.Verdict.Text);
        Assert.Equal(0, RunStates.ExitCode(run));
        run = run with { EndedBy = RunStates.Running };
        Assert.Equal("waits to be told to start, 0 connections open", Verdict.Judge(run).Text);
    }

    private static RunDocument Running(Messages messages) => SampleRun.Held with
    {
        EndedBy = RunStates.Running,
        Connections = SampleRun.Held.Connections with { Connecting = 10 },
        Connect = new ConnectPhase(10_010, LatencySummary.Empty),
        Messages = messages,
    };
}
