using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Live commands: a line in, an answer out, and nothing changed by a bad line.</summary>
public class CliConsole
{
    private readonly CliRun _run = new();
    private readonly LiveConsole _console;

    public CliConsole() => _console = new LiveConsole(_run, () => new DescriptorUse(120, 1024, 4096), () => { });

    [Theory]
    [InlineData("set abc", "'abc' is not a count: it does not begin with a number")]
    [InlineData("set -5", "'-5' is not a count: it is negative")]
    [InlineData("set", "set needs a number, such as `set 250k`")]
    [InlineData("set 5 6", "'5 6' is not a count")]
    [InlineData("set 99999999999999999999", "'99999999999999999999' is not a count: it is too large")]
    [InlineData("set 9000g", "'9000g' is more than 4,294,967,296")]
    [InlineData("set 2m", "only 1,000,000 fit")]
    [InlineData("settle 5", "unknown command 'settle'; did you mean set?")]
    [InlineData("set5", "unknown command 'set5'; did you mean set?")]
    [InlineData("statsu", "unknown command 'statsu'; did you mean status?")]
    [InlineData("STATUS", "unknown command 'STATUS'; did you mean status?")]
    [InlineData("frobnicate", "unknown command 'frobnicate'; `help` lists them")]
    [InlineData("status now", "status takes nothing, not 'now'")]
    [InlineData("list everything", "'everything' is not all: write `list` or `list all`")]
    [InlineData("ping maybe", "'maybe' is neither on nor off")]
    [InlineData("debug 1", "'1' is neither on nor off")]
    [InlineData("\u001b[2J", "unknown command '\\u{1b}[2J'; `help` lists them")]
    [InlineData("", "no command; `help` lists them")]
    public void A_bad_line_is_answered_in_one_line_and_changes_nothing(string line, string beginning)
    {
        Answer answer = _console.Execute(line);
        Assert.True(answer.IsRefused);
        Assert.StartsWith(beginning, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', answer.Text);
        Assert.Empty(_run.Calls);
        Assert.False(_run.PingIsOn || _run.DebugIsOn || _console.HasQuit);
    }

    [Fact]
    public void Set_says_what_it_was()
    {
        Assert.Equal("requested 250,000 (was 100)", _console.Execute("  set   250k ").Text);
        Assert.Equal(["set 250000"], _run.Calls);
    }

    [Fact]
    public void Switches_toggle_or_are_set()
    {
        Assert.Equal("ping on", _console.Execute("ping").Text);
        Assert.Equal("ping on", _console.Execute("ping on").Text);
        Assert.Equal("ping off", _console.Execute("ping").Text);
        Assert.Equal("debug on", _console.Execute("debug").Text);
        Assert.True(_run.DebugIsOn);
        Assert.Equal("debug off", _console.Execute("debug off").Text);
    }

    [Fact]
    public void Status_of_a_load_shows_everything()
    {
        _run.EngineReason = "io_uring_setup is blocked";
        _run.Now = _run.Now with
        {
            AtNs = 2_000_000_000,
            Counts = _run.Now.Counts.With(Counter.MessagesSent, 9).With(Counter.MessagesAnswered, 8),
        };
        Assert.Equal(
            """
            requested     100
            held          90
            connecting    1
            opened        97, now 48.5/s
            lost          5 (reset 4, ping-timeout 1)
            reconnected   5
            failed        3 (refused 3)
            targets       1
            ping          off, 9 sent, 8 answered, 0 timed out, 0 invalid
            tcp           no rtt, 0 retransmits on 80 of 90 connections; 3 retransmits in this network namespace
            sockets       90 of 40,000 there is room for
            descriptors   120 used, soft limit 1,024, hard limit 4,096
            debug         off
            engine        epoll (io_uring_setup is blocked)
            running       2.0 s
            """, _console.Execute("status").Text);
    }

    [Fact]
    public void Status_of_a_server_shows_everything()
    {
        _run.ConnectsTo.Clear();
        _run.ListensOn.Add(CliRun.Address("127.0.0.1", 7000));
        _run.Now = _run.Now with { AtNs = 1_000_000_000, AcceptFailures = 3, AcceptErrno = Errno.EMFILE };
        Assert.Equal(
            """
            open          90
            accepted      97, now 97/s
            closed        7 (reset 4, lowered 2, ping-timeout 1)
            listeners     1
            bytes         4.00 KiB received, 4.00 KiB sent
            accept failed 3, the last for EMFILE
            tcp           no rtt, 0 retransmits on 80 of 90 connections; 3 retransmits in this network namespace
            sockets       90 of 40,000 there is room for
            descriptors   120 used, soft limit 1,024, hard limit 4,096
            debug         off
            engine        epoll
            running       1.0 s
            """, _console.Execute("status").Text);
        Assert.Equal("set is for a load, and this run only serves", _console.Execute("set 5").Text);
    }

    [Fact]
    public void The_rate_is_that_of_the_last_moments()
    {
        _console.Recent.Note(_run.Now with
        {
            AtNs = 9_000_000_000,
            Counts = _run.Now.Counts.With(Counter.Opened, 1000),
        });
        _console.Recent.Note(_run.Now with
        {
            AtNs = 10_000_000_000,
            Counts = _run.Now.Counts.With(Counter.Opened, 2000),
        });
        Assert.Equal(500, _console.Recent.OpenedPerSecond(_run.Now with
        {
            AtNs = 12_000_000_000,
            Counts = _run.Now.Counts.With(Counter.Opened, 3000),
        }));
        Assert.Equal(1000, _console.Recent.OpenedPerSecond(_run.Now with
        {
            AtNs = 10_100_000_000,
            Counts = _run.Now.Counts.With(Counter.Opened, 2100),
        }), 3);
    }

    [Fact]
    public void List_is_oldest_first_and_says_what_follows()
    {
        _run.Rows.Add(new ConnectionRow(CliRun.Address("10.0.0.1", 1), CliRun.Address("10.0.0.2", 7), true,
            5_900_000_000, 0));
        _run.Rows.Add(new ConnectionRow(CliRun.Address("::1", 2), CliRun.Address("::2", 7), true, 7_000_000_000,
            3_000_000_000));
        _run.Omitted = 14_000;
        Assert.Equal(
            """
            [::2]:7 -> [::1]:2, age 7 s, idle 3 s
            10.0.0.2:7 -> 10.0.0.1:1, age 5 s, idle 0 s
            and 14,000 more; `list all` shows them
            """, _console.Execute("list").Text);
        Assert.Equal(["List 1000"], _run.Calls);
    }

    [Fact]
    public void List_never_shows_more_than_it_says()
    {
        for (int age = 0; age < 1500; age++)
        {
            _run.Rows.Add(new ConnectionRow(CliRun.Address("10.0.0.1", 1), CliRun.Address("10.0.0.2", 7), true, age,
                0));
        }

        string[] lines = _console.Execute("list").Text.Split('\n');
        Assert.Equal(1001, lines.Length);
        Assert.Equal("and 500 more; `list all` shows them", lines[^1]);
        Assert.Equal(1500, _console.Execute("list all").Text.Split('\n').Length);
    }

    [Fact]
    public void Failed_names_addresses_phase_and_errno()
    {
        Assert.Equal("nothing has failed", _console.Execute("failed").Text);
        _run.Now = _run.Now with { AtNs = 5_000_000_000 };
        _run.Failed.Add(CliRun.Failure(1, 0, "10.0.0.1:1", "10.0.0.2:7", "connect", CloseReason.Refused, 111));
        _run.Failed.Add(
            CliRun.Failure(2, 4_000_000_000, "10.0.0.1:2", "10.0.0.2:7", "awaiting", CloseReason.TimedOut, 110));
        _run.Failed.Add(
            CliRun.Failure(3, 4_500_000_000, "10.0.0.1:3", "10.0.0.2:7", "awaiting", CloseReason.ReplyTimeout, 0));
        Assert.Equal(
            """
            10.0.0.1:3 -> 10.0.0.2:7, awaiting: reply-timeout, 500 ms ago
            10.0.0.1:2 -> 10.0.0.2:7, awaiting: timed-out (ETIMEDOUT), 1.0 s ago
            10.0.0.1:1 -> 10.0.0.2:7, connect: refused (ECONNREFUSED), 5.0 s ago
            """, _console.Execute("failed").Text);
    }

    [Fact]
    public void Endpoints_are_summed_over_the_workers()
    {
        SockAddr target = _run.ConnectsTo[0];
        _run.Rows.Add(new EndpointRow(target, 10, 8, 1, 1200, 2, 3));
        _run.Rows.Add(new EndpointRow(target, 10, 8, 1, 1200, 2, 3));
        Assert.Equal(
            "10.0.0.2:7000: wanted 20, open 16, connecting 2, opened 2,400, failed 4, lost 6",
                _console.Execute("details").Text);
        Assert.Equal("this run listens nowhere", _console.Execute("listeners").Text);
        _run.ListensOn.Add(target);
        Assert.Equal("10.0.0.2:7000: accepted 2,400, open 16", _console.Execute("listeners").Text);
        Assert.Equal(["Details 0", "Details 1"], _run.Calls);
    }

    [Fact]
    public void Help_lists_every_command_of_this_run()
    {
        string help = _console.Execute("help").Text;
        Assert.Equal(14, help.Split('\n').Length);
        Assert.All(help.Split('\n'), line => Assert.True(line.Length < 100));
    }

    [Fact]
    public void Enter_repeats_the_last_command_that_was_understood()
    {
        Dialogue dialogue = new(_console);
        Assert.True(dialogue.Answer("", false).IsRefused);
        Assert.Equal("ping on", dialogue.Answer("ping", false).Text);
        Assert.True(dialogue.Answer("pong pong", false).IsRefused);
        Assert.Equal("ping off", dialogue.Answer(" ", false).Text);
        Assert.True(dialogue.Answer("set 1", true).IsRefused);
    }

    [Fact]
    public void While_it_drains_only_status_is_answered_and_says_so_and_nothing_after_the_end()
    {
        _console.Drain();
        _run.IsEnding = true;
        Assert.Equal("the run is ending", _console.Execute("set 5").Text);
        Answer draining = _console.Execute("status");
        Assert.False(draining.IsRefused);
        Assert.StartsWith(
            "draining      the run is ending, 90 connections still open\nrequested     100\n", draining.Text,
            StringComparison.Ordinal);
        _console.Close();
        Assert.Equal("the run is ending", _console.Execute("status").Text);

        // Who wants the end has it.
        Assert.False(_console.Execute("quit").IsRefused);
    }

    [Theory]
    [InlineData("set 5", "set is not for hold, which decides each step itself")]
    [InlineData("ping on", "ping is not for hold, which decides each step itself")]
    public void A_run_that_decides_each_step_itself_lists_nothing_that_it_refuses(string line, string answer)
    {
        _run.IsGuided = true;
        Assert.Equal(answer, _console.Execute(line).Text);
        string help = _console.Execute("help").Text;
        Assert.DoesNotContain("\nset ", help, StringComparison.Ordinal);
        Assert.DoesNotContain("\nping ", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_bounded_and_the_last_needs_no_end()
    {
        byte[] bytes = [.. "a\r\n"u8, .. new byte[100_000], .. "\n\nlast"u8];
        LineReader lines = new(new MemoryStream(bytes));
        Assert.Equal("a", lines.Next(out _));
        Assert.Equal(LineReader.BytesMax, lines.Next(out bool isTooLong)!.Length);
        Assert.True(isTooLong);
        Assert.Equal("", lines.Next(out isTooLong));
        Assert.False(isTooLong);
        Assert.Equal("last", lines.Next(out _));
        Assert.Null(lines.Next(out _));
    }

    [Fact]
    public void A_progress_line_says_what_happened_since_the_last()
    {
        ProgressLine progress = new(_run);
        Assert.Equal(
            "held 90/100 +97/s lost 5 failed 3 connecting 1", progress.Next(_run.Now with { AtNs = 1_000_000_000 }));
        Sample later = _run.Now with
        {
            AtNs = 3_000_000_000, Requested = 100_000, Open = 48_690,
            Counts = _run.Now.Counts
                .With(Counter.Opened, 48_717)
                .With(Counter.MessagesSent, 4)
                .With(Counter.MessagesAnswered, 3),
        };
        Assert.Equal(
            "held 48,690/100,000 +24,310/s lost 5 failed 3 connecting 1 pings 3/4", progress.Next(later));
        Assert.Equal(
            "open 90 +97/s lost 5 received 4.00 KiB sent 4.00 KiB",
            new ProgressLine(Server()).Next(_run.Now with { AtNs = 1_000_000_000 }));
    }

    [Fact]
    public void A_progress_line_of_queries_says_rates()
    {
        _run.HasRate = true;
        ProgressLine progress = new(_run);
        Sample now = _run.Now with
        {
            AtNs = 2_000_000_000,
            Counts = _run.Now.Counts
                .With(Counter.MessagesOffered, 2000)
                .With(Counter.MessagesSent, 1900)
                .With(Counter.MessagesAnswered, 1800)
                .With(Counter.MessagesTimedOut, 7)
                .With(Counter.MessagesLost, 2)
                .With(Counter.MessagesInvalid, 1),
        };
        Assert.Equal(
            "offered 1,000/s sent 950/s answered 900/s timed out 7 lost 3 open 90/100", progress.Next(now));
    }

    [Theory]
    [InlineData("set rate 50k", "rate 50,000/s", "rate 50000")]
    [InlineData("set rate 0", "rate 0/s: a pause, nothing falls due until the next `set rate`", "rate 0")]
    [InlineData("set connections 40", "requested 40 (was 100)", "set 40")]
    [InlineData("set 40", "write `set rate 50k` or `set connections 4000`", null)]
    [InlineData("set rate", "write `set rate 50k` or `set connections 4000`", null)]
    [InlineData("set rate fast", "'fast' is not a rate", null)]
    public void Rate_and_connections_of_queries_are_set(string line, string beginning, string? call)
    {
        _run.HasRate = true;
        Answer answer = _console.Execute(line);
        Assert.StartsWith(beginning, answer.Text, StringComparison.Ordinal);
        Assert.Equal(call is null, answer.IsRefused);
        Assert.Equal(call is null ? [] : [call], _run.Calls);
    }

    private static CliRun Server()
    {
        CliRun server = new();
        server.ConnectsTo.Clear();
        return server;
    }
}
