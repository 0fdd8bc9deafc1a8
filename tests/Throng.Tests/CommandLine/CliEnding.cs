using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>How a run comes to its end, what is then printed, and the exit code.</summary>
public sealed class CliEnding : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    /// <summary>Ends what hangs; nothing takes nearly as long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_duration_ends_it_with_a_drain_and_a_report()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "100", "--for", "20ms"));
        Assert.Equal(["drain", "dispose"], shell.Live.Calls);
        Assert.StartsWith("done\n", shell.Out, StringComparison.Ordinal);
        Assert.Equal("", shell.Error);
    }

    [Fact]
    public void With_json_standard_output_is_one_document()
    {
        CliShell shell = new() { Input = new MemoryStream("status\nset 7\nrubbish\nquit\n"u8.ToArray()) };
        Assert.Equal(0, shell.Run("hold", "100", "--for", "1h", "--json"));
        JsonElement document = JsonDocument.Parse(shell.Out).RootElement;
        Assert.Equal("quit", document.GetProperty("ended_by").GetString());
        Assert.Equal(100, document.GetProperty("options").GetProperty("connections").GetInt64());
        Assert.Contains("requested 7 (was 100)\n", shell.Error, StringComparison.Ordinal);
        Assert.Contains("unknown command 'rubbish'", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quit_on_a_pipe_ends_it_and_the_end_of_the_pipe_does_not()
    {
        CliShell shell = new() { Input = new MemoryStream("set 7\n\nquit\n"u8.ToArray()) };
        Assert.Equal(0, shell.Run("hold", "100", "--for", "1h"));
        Assert.StartsWith(
            "requested 7 (was 100)\nrequested 7 (was 7)\nclosing all connections\ndone\n", shell.Out,
                StringComparison.Ordinal);

        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        CliShell other = new() { Input = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle) };
        Thread run = new(() => other.Run("hold", "--for", "1h"));
        run.Start();
        writer.Write("set 7\n"u8);
        Assert.True(SpinWait.SpinUntil(() => other.Out == "requested 7 (was 100)\n", Patience));
        writer.Dispose();
        other.Live.IsOver = true;
        Assert.True(run.Join(Patience));
        Assert.Equal(["set 7", "drain", "dispose"], other.Live.Calls);
    }

    [Fact]
    public void An_answer_comes_at_once_while_the_pipe_stays_open()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        CliShell shell = new() { Input = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle) };
        Thread run = new(() => shell.Run("hold", "--for", "1h"));
        run.Start();
        writer.Write("set 8\n"u8);
        Assert.True(SpinWait.SpinUntil(() => shell.Out == "requested 8 (was 100)\n", Patience));
        writer.Write("quit\n"u8);
        Assert.True(run.Join(Patience));
    }

    [Fact]
    public void A_terminal_gets_a_prompt_and_no_progress_and_its_end_quits()
    {
        CliShell shell = new() { IsTerminal = true, Input = new MemoryStream("ping\n"u8.ToArray()) };
        Assert.Equal(0, shell.Run("hold", "--for", "1h"));
        Assert.StartsWith("hold $ ping on\nhold $ \ndone\n", shell.Out, StringComparison.Ordinal);
        Assert.Equal("", shell.Error);
    }

    [Fact]
    public void Progress_and_trace_come_once_a_second_unless_quiet()
    {
        CliShell shell = new();
        shell.Live.Trace.Add("10.0.0.1:5 opened");
        shell.Live.Limits.Add("limit: this host ran out");
        shell.Live.EndsWithItsTrace = true;
        Assert.Equal(0, shell.Run("hold", "--for", "1h", "-v"));
        Assert.Equal(
            "held 90/100 +97,000,000,000/s lost 5 failed 3 connecting 1\nlimit: this host ran out\n"
            + "10.0.0.1:5 opened\n", shell.Error);
        Assert.True(shell.Live.DebugIsOn);

        CliShell quiet = new();
        Assert.Equal(0, quiet.Run("hold", "--for", "1200ms", "-q"));
        Assert.Equal("", quiet.Error);
    }

    [Fact]
    public void Until_held_ends_with_0_when_held_and_with_1_when_missed()
    {
        CliShell held = new();
        held.Live.Now = held.Live.Now with { Open = 100 };
        Assert.Equal(0, held.Run("hold", "100", "--until-held", "--json"));
        Assert.Equal("until-held", JsonDocument.Parse(held.Out).RootElement.GetProperty("ended_by").GetString());

        CliShell missed = new();
        Assert.Equal(1, missed.Run("hold", "100", "--until-held", "--for", "20ms"));
        Assert.StartsWith("throng hold: --until-held missed: 90 of 100 held", missed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_that_never_connected_ends_with_1()
    {
        CliShell shell = new();
        shell.Live.Opened = 0;
        Assert.Equal(1, shell.Run("hold", "100", "--for", "20ms"));
        Assert.Equal("throng hold: nothing ever connected\n", shell.Error);
    }

    [Theory]
    [InlineData(true, 1, "retire")]
    [InlineData(false, 1, "retire drain")]
    [InlineData(false, 2, "retire drain abort")]
    public void A_server_with_a_drain_retires_first_until_nothing_is_open_its_time_is_over_or_a_signal_comes(
        bool endsByItself, int signals, string calls)
    {
        CliRun run = new() { EndsByItself = endsByItself, EndsInOrder = signals == 1 };
        using Signals taken = new();
        LiveConsole console = new(run, DescriptorUse.Now, taken.Wake);
        RunWatch session = new(run, console, taken, _ => { }, showsProgress: false);
        taken.Take(PosixSignal.SIGTERM);
        Assert.Equal("SIGTERM", session.Wait());
        run.Retiring = () =>
        {
            if (signals > 1)
            {
                taken.Take(PosixSignal.SIGTERM);
            }
        };
        Assert.True(session.End(signals > 1 ? TimeSpan.FromDays(1) : Soon, Soon, Soon));
        Assert.Equal(calls, string.Join(' ', run.Calls));
    }

    [Theory]
    [InlineData(1, true, true, "drain")]
    [InlineData(2, false, true, "drain abort")]
    [InlineData(1, false, true, "drain abort")]
    [InlineData(1, false, false, "drain abort stop")]
    public void A_signal_drains_the_second_or_the_time_aborts_and_more_time_stops(
        int signals, bool inOrder, bool atAll, string calls)
    {
        CliRun run = new() { EndsInOrder = inOrder, EndsAtAll = atAll };
        using Signals taken = new();
        LiveConsole console = new(run, DescriptorUse.Now, taken.Wake);
        RunWatch session = new(run, console, taken, _ => { }, showsProgress: false);
        for (int signal = 0; signal < signals; signal++)
        {
            taken.Take(PosixSignal.SIGTERM);
        }

        Assert.Equal("SIGTERM", session.Wait());
        Assert.Equal(atAll, session.End(TimeSpan.Zero, Soon, Soon));
        Assert.Equal(calls, string.Join(' ', run.Calls));
    }

    [Theory]
    [InlineData("--for 1ms", "", 1)]
    [InlineData("--for 1h", "quit\n", 1)]
    [InlineData("--for 1ms --fail-on connections.held<91", "", 99)]
    public void A_finding_that_is_an_error_ends_it_with_1_unless_a_condition_failed(
        string words, string input, int exitCode)
    {
        CliShell shell = new() { Input = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(input)) };
        Finding error = new(Severity.Error, "server-not-answering", "the server does not answer", "0 of 10", "");
        shell.Live.Verdict = new Verdict(false, "0 % answered", [error]);
        Assert.Equal(exitCode, shell.Run(["hold", "100", "-q", .. words.Split(' ')]));
        Assert.Equal(exitCode == 1, shell.Error == "throng hold: the server does not answer\n");
    }

    [Theory]
    [InlineData("SIGINT", true)]
    [InlineData("SIGTERM", true)]
    [InlineData("SIGHUP", true)]
    [InlineData("duration", false)]
    [InlineData("quit", false)]
    [InlineData("until-held", false)]
    public void Causes_of_an_end_that_are_signals_are_known(string endedBy, bool isSignal) =>
        Assert.Equal(isSignal, RunStates.IsSignal(endedBy));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_end_that_takes_its_time_says_what_it_waits_for(bool says)
    {
        CliRun run = new() { EndsInOrder = false };
        using Signals taken = new();
        LiveConsole console = new(run, DescriptorUse.Now, taken.Wake);
        List<string> said = [];
        RunWatch session = new(run, console, taken, said.Add, showsProgress: false) { SaysWaits = says };
        taken.Take(PosixSignal.SIGINT);
        Assert.Equal("SIGINT", session.Wait());
        Assert.True(session.End(TimeSpan.Zero, TimeSpan.FromMilliseconds(1500), Soon));
        string[] expected = ["ending: waiting for 91 connections, at most 1.0 s more; a signal ends it now"];
        Assert.Equal(says ? expected : [], said);
    }

    [Fact]
    public void A_hangup_ends_it_like_any_signal_and_a_second_one_does_not_cut_the_drain_short()
    {
        using Signals taken = new();
        taken.Take(PosixSignal.SIGHUP);
        taken.Take(PosixSignal.SIGHUP);
        Assert.Equal(1, taken.Count);
        Assert.Equal(PosixSignal.SIGHUP, taken.First);
        Assert.Equal(1, Signals.Number(PosixSignal.SIGHUP));
        taken.Take(PosixSignal.SIGTERM);
        Assert.Equal(2, taken.Count);
    }

    [Fact]
    public void The_end_of_a_pipe_ends_it_where_it_is_to()
    {
        CliShell shell = new() { Input = new MemoryStream("set 7\n"u8.ToArray()) };
        Assert.Equal(0, shell.Run("hold", "100", "--for", "1h", "--until-eof"));
        Assert.Equal(["set 7", "drain", "dispose"], shell.Live.Calls);
    }

    [Fact]
    public void The_document_is_written_to_a_file_whole_or_not_at_all()
    {
        string path = Path.Combine(_directory, "run.json");
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--for", "1ms", "--out", path));
        JsonElement root = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        Assert.Equal("duration", root.GetProperty("ended_by").GetString());
        Assert.Single(Directory.GetFiles(_directory));

        CliShell nowhere = new();
        Assert.Equal(3, nowhere.Run("hold", "--for", "1ms", "--out", Path.Combine(_directory, "none", "x")));
        Assert.Empty(nowhere.Live.Calls);
        Assert.False(new OutFile("/proc/throng", "--out").TryWrite("{}"u8, out string error));
        Assert.Equal("cannot write --out /proc/throng: there is no such file", error);
    }
}
