using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Commands while it runs: from a pipe, from `throng ctl`, and from a person at a terminal.</summary>
public sealed partial class PromptTests
{

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_pipe_is_answered_at_once_and_its_end_ends_nothing(string engine)
    {
        Requirement.Engine(engine);
        using Socket target = Peer.Listen();
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "5", "--target", $"127.0.0.1:{Peer.PortOf(target)}", "-q", "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 5, run);

        Assert.Equal("requested 6 (was 5)", Assert.Single(Answer(run, "set 6")));
        run.Say("set 6");
        run.Say(""); // the same again
        Assert.All(Answer(run, "set 6"), line => Assert.Equal("requested 6 (was 6)", line));
        control.Await("held", 6, run);
        string[] wrongOnes = ["set abc", "set -5", "set", "settle 5", "list most", "ping perhaps", "quit now"];
        foreach (string wrong in wrongOnes)
        {
            Assert.Single(Answer(run, wrong));
        }

        Assert.Contains("did you mean", Assert.Single(Answer(run, "stauts")), StringComparison.Ordinal);
        string[] status = Answer(run, "status");
        foreach (string label in (string[])
            ["requested", "held", "connecting", "lost", "failed", "targets", "ping", "sockets", "descriptors", "debug"])
        {
            Assert.Contains(status, line => line.StartsWith(label + " ", StringComparison.Ordinal));
        }

        Assert.Contains(
            "soft limit", status.First(line => line.StartsWith("descriptors", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Equal(6, control.Status("requested"));
        Assert.Equal(6, control.Status("held"));
        Assert.Equal(6, Answer(run, "list").Length);
        Assert.Equal("nothing has failed", Assert.Single(Answer(run, "failed")));
        Assert.Equal("this run listens nowhere", Assert.Single(Answer(run, "listeners")));
        Assert.Equal(14, Answer(run, "help").Length);

        run.CloseInput();
        Assert.Equal(6, control.Status("held"));
        using (ThrongProcess ctl = ThrongProcess.Run(1, "ctl", path, "settle", "5"))
        {
            Assert.Contains("unknown command 'settle'", Assert.Single(ctl.Error.Lines()), StringComparison.Ordinal);
        }

#pragma warning disable CA1416 // these tests are for Linux, as the program is
        UnixFileMode mode = File.GetUnixFileMode(path);
#pragma warning restore CA1416
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        Assert.Equal("closing all connections", control.Ask("quit"));
        run.Ends(0);
    }

    [Fact]
    public void Quit_through_a_pipe_ends_with_zero_and_a_report()
    {
        using ThrongProcess run = ThrongProcess.Start("hold", "100");
        Eventually.Holds(() => run.Error.Lines().Any(line => HeldLine().IsMatch(line)), run.Story); // one a second
        run.Say("quit");
        run.Ends(0);
        Assert.Equal("closing all connections", run.Output.Lines()[0]);
        Assert.Contains("connections  100 held of 100", run.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_list_stops_at_a_thousand_unless_all_is_asked_for(string engine)
    {
        Requirement.Engine(engine);
        using Socket target = Peer.Listen();
        int port = Peer.PortOf(target);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "1200", "--target", $"127.0.0.1:{port}", "--close", "rst", "-q", "--json", "--engine", engine,
            "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 1200, run);
        string[] some = control.Ask("list").Split('\n');
        Assert.Equal(1001, some.Length);
        Assert.Equal("and 200 more; `list all` shows them", some[^1]);
        string[] all = control.Ask("list all").Split('\n');
        Assert.Equal(1200, all.Distinct().Count());
        Assert.All(
            all, line => Assert.Matches($"^127.0.0.1:{port} -> 127.0.0.1:[0-9]+, age [0-9]+ s, idle [0-9]+ s$", line));
        run.Say("list all");
        run.Error.Await(0, 1200, "the answer beside a JSON document goes to standard error");
        run.Signal(ThrongProcess.SIGTERM);
        run.Ends(0);
        run.Document().AddsUp();
    }

    [Fact]
    public void A_terminal_gets_a_prompt_and_is_left_as_it_was()
    {
        Needs.Tool("script");
        using Socket target = Peer.Listen();
        string path = ControlClient.NewPath();
        string hold = $"{ThrongProcess.ProgramPath} hold 5 --plain --target 127.0.0.1:{Peer.PortOf(target)}"
            + $" --control {path}";
        ProcessStartInfo start = new("script")
        {
            ArgumentList = { "-qefc", $"stty -g; {hold}; echo exit $?; stty -g", "/dev/null" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SHELL"] = "/bin/sh";
        using Process terminal = Process.Start(start)!;
        Transcript shown = new();
        Thread reader = new(() => shown.Fill(terminal.StandardOutput)) { IsBackground = true };
        reader.Start();
        try
        {
            shown.Await(0, 1, "the settings before");
            Eventually.Holds(() => File.Exists(path), () => shown.Text); // it runs; its prompt is no line
            terminal.StandardInput.Write("set 7\n");
            terminal.StandardInput.Flush();
            Eventually.Holds(
                () => shown.Text.Contains("requested 7 (was 5)", StringComparison.Ordinal), () => shown.Text);
            terminal.StandardInput.Write("quit\n");
            terminal.StandardInput.Flush();
            Assert.True(terminal.WaitForExit(Eventually.Patience), shown.Text);
            reader.Join();
        }
        finally
        {
            if (!terminal.HasExited)
            {
                terminal.Kill(entireProcessTree: true);
            }
        }

        string[] lines = shown.Lines();
        Assert.Contains("hold $ ", shown.Text, StringComparison.Ordinal);
        Assert.Contains("exit 0", lines);
        Assert.Equal(lines[0], lines[^1]);
        Assert.DoesNotContain("held 5/5", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Text);
    }

    /// <summary>All that comes back for a line: what comes before the answer to the next one.</summary>
    private static string[] Answer(ThrongProcess run, string line)
    {
        int before = run.Output.Count;
        run.Say(line);
        run.Say("nonsense");
        string[] lines = [];
        Eventually.Holds(
            () => (lines = run.Output.Lines(before)) is [.., var last]
                && last.Contains("'nonsense'", StringComparison.Ordinal),
            run.Story);
        return lines[..^1];
    }

    [GeneratedRegex("^held 100/100 \\+[0-9,]+/s lost 0 ")]
    private static partial Regex HeldLine();
}
