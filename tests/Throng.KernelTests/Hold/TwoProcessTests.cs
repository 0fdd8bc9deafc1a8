using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A server and a load as two processes: `set` while it runs, and a server that dies and comes back.</summary>
[Collection(nameof(Alone))]
public sealed class TwoProcessTests
{
    private const int Many = 15_000;
    private const int Few = 5_000;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Fifteen_thousand_follow_set_and_survive_the_death_of_the_server(string engine)
    {
        Requirement.Engine(engine);
        Requirement.Descriptors(20_000);
        Launch limited = new() { Nofile = 20_000 };
        int port = FreePort.One();
        string[] serve = ["serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "-q"];
        using ThrongProcess first = ThrongProcess.Start(limited, serve);
        Peer.Reset(Peer.ConnectTo(port, first));
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            limited, "hold", "15k", "--target", $"127.0.0.1:{port}", "--close", "rst", "--json", "--engine", engine,
            "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", Many, run);

        ReactsTo(control, Few, run);
        Holds(Few, port, run);
        using (ThrongProcess ctl = ThrongProcess.Run(0, "ctl", path, "set", "15k"))
        {
            Assert.Equal("requested 15,000 (was 5,000)", ctl.OutputText);
            Eventually.Holds(() => control.Status("held") > Few, () => control.Ask("status"), everyMs: 1);
        }

        control.Await("held", Many, run);
        Holds(Many, port, run);

        first.Signal(ThrongProcess.SIGKILL);
        first.Ends(128 + ThrongProcess.SIGKILL);
        Eventually.Holds(() => control.Ask("status").Contains("refused", StringComparison.Ordinal),
            () => control.Ask("status"));
        using ThrongProcess second = ThrongProcess.Start(limited, serve);
        Eventually.Holds(
            () => control.Status("lost") >= Many && control.Status("held") == Many,
            () => control.Ask("status"));
        Holds(Many, port, run);
        string failed = control.Ask("failed");
        Assert.InRange(failed.Split('\n').Length, 1, 100);
        Assert.All(
            failed.Split('\n'), line => Assert.Contains($" -> 127.0.0.1:{port}, ", line, StringComparison.Ordinal));
        Assert.All(failed.Split('\n'), line => Assert.Matches(": (peer-closed|[a-z-]+ \\(E[A-Z]+\\)), .* ago$", line));

        control.Ask("quit");
        run.Ends(0);
        Document document = run.Document().AddsUp();
        long lost = document.Number("connections.lost");
        document.Equal(Many, document.Number("connections.held"), "held");
        document.Equal(lost, document.Number("connections.reconnected"), "reconnected");
        document.Equal(Many - Few, document.Count("connections.closed", "lowered"), "lowered");
        document.Equal(Many, document.Count("connections.closed", "drained"), "drained");
        document.Equal(lost + Many + (Many - Few), document.Number("connections.opened"), "opened");
        // Once with the first server, and again where its listener outlived it for a moment.
        Assert.InRange(lost, Many, 2 * Many);
        Assert.True(document.Count("connections.connect_failed", "refused") > 0, "the dead server refused");
        second.Signal(ThrongProcess.SIGTERM);
        second.Ends(0);
    }

    /// <summary>From the answer to `set` to the first connection that follows it, and to the last.</summary>
    private static void ReactsTo(ControlClient control, int wanted, ThrongProcess run)
    {
        long before = control.Status("held");
        control.Ask($"set {wanted}");
        Eventually.Holds(
            () => control.Status("held") != before, () => $"no reaction: {control.Ask("status")}", everyMs: 1);
        control.Await("held", wanted, run);
    }

    private static void Holds(int expected, int port, ThrongProcess run) => Eventually.Holds(
        () => TcpTable.Of(port).Count(end => end.State == TcpEnd.Established && end.RemotePort == port) == expected,
        () => $"{TcpTable.Count(TcpEnd.Established, port)} ends instead of {expected * 2}: {run.Story()}",
        everyMs: 50);
}
