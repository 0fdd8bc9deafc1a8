using Xunit;

namespace Throng.KernelTests;

/// <summary>The live view on a real terminal: it shows itself, answers, and leaves the terminal as it was.</summary>
public sealed class LiveViewTests
{
    private const int SIGSEGV = 11;

    private static readonly string Program = ThrongProcess.ProgramPath;

    [Fact]
    public void Hold_is_shown_answers_and_stops_with_ctrl_z()
    {
        using Pane pane = new(80, 24);
        string before = pane.Ask("stty -a");
        pane.Type($"clear; {Program} hold 20 --ping");
        pane.Await("plateau  nothing lost");
        Assert.StartsWith("hold $", pane.Rows[^1], StringComparison.Ordinal);
        Assert.Contains("with its own server", pane.Text, StringComparison.Ordinal);
        pane.Type("set 3x\b0");
        pane.Await("requested 30 (was 20)");
        pane.Await("30 of 30");
        pane.Key("Up");
        Eventually.Holds(() => pane.Rows[^1].StartsWith("hold $ set 30", StringComparison.Ordinal),
            () => pane.Text);
        pane.Key("C-u");
        pane.Type("listeners");
        pane.Await(": accepted");

        pane.Key("C-z");
        pane.Await("Stopped");
        Assert.Equal(before, pane.Ask("stty -a"));
        pane.Type("clear; fg");
        pane.Await("plateau  nothing lost");
        pane.Key("C-d");
        pane.Await("30 held of 30");
        Assert.Equal(before, pane.Ask("stty -a"));
        Eventually.Holds(() => pane.IsCursorVisible, () => pane.Text, everyMs: 20);
    }

    [Fact]
    public void Query_is_shown_at_any_size_and_ends_with_a_report()
    {
        using Pane pane = new(100, 30);
        string before = pane.Ask("stty -a");
        string path = ControlClient.NewPath();
        Func<int> id = pane.Start(
            $"{Program} query --protocol echo --rate 200 -c 4 --control {path}", out Func<string> after);
        using ControlClient control = ControlClient.To(path, () => pane.Text);
        pane.Await("offering 200/s  nothing lost");
        pane.Await("response p50");
        foreach ((int columns, int rows) in ((int, int)[])[(20, 4), (2, 2), (40, 8), (100, 30)])
        {
            pane.Resize(columns, rows);
            long sent = control.Status("queries");
            Eventually.Holds(() => control.Status("queries") > sent + 100, () => $"{columns}x{rows}: it stands still");
        }

        pane.Await("offering 200/s  nothing lost");
        pane.Type("status");
        pane.Await("descriptors   ");
        Eventually.Holds(
            () => pane.Rows.Count(row => row.Contains("offering 200/s", StringComparison.Ordinal)) == 1,
            () => pane.Text,
            everyMs: 20);
        Assert.Equal(0, ThrongProcess.kill(id(), ThrongProcess.SIGTERM));
        pane.Await("ended by SIGTERM");
        Assert.Equal(before, after());
        Eventually.Holds(() => pane.IsCursorVisible, () => pane.Text, everyMs: 20);
    }

    [Theory]
    [InlineData(SIGSEGV)]
    [InlineData(ThrongProcess.SIGKILL)]
    public void Killed_at_once_it_leaves_the_terminal_as_it_was(int signal)
    {
        using Pane pane = new(80, 24);
        string before = pane.Ask("stty -a");

        // An interactive shell puts the settings back by itself; a script does not.
        Func<int> id = pane.Start($"{Program} hold 5", out Func<string> after);
        pane.Await("plateau  nothing lost");

        // The runtime takes the first SIGSEGV that no instruction has caused for a fault that will come again.
        Eventually.Holds(() => ThrongProcess.kill(id(), signal) != 0, () => pane.Text, everyMs: 100);
        Assert.Equal(before, after());
        Eventually.Holds(() => pane.IsCursorVisible, () => pane.Text, everyMs: 20);
    }
}
