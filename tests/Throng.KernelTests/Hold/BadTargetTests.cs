using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A target that swallows packets and one that refuses, among healthy ones.</summary>
public sealed class BadTargetTests
{
    private const int Healthy = 10;
    private const int Share = 200;
    private const int InFlightPerTargetMax = 64;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void The_healthy_ones_are_not_slowed(string engine)
    {
        Requirement.Engine(engine);
        Socket[] healthy = [.. Enumerable.Range(0, Healthy).Select(_ => Peer.Listen())];
        using Socket hole = Peer.Listen(backlog: 0);
        using Socket filling = Peer.Connect(Peer.PortOf(hole)); // its queue of one is full, and SYNs are dropped
        int dead = FreePort.One();
        int[] bad = [Peer.PortOf(hole), dead];
        IEnumerable<int> ports = bad.Concat(healthy.Select(Peer.PortOf));
        string[] targets = [.. ports.SelectMany(port => (string[])["--target", $"127.0.0.1:{port}"])];
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            ["hold", $"{Share * (Healthy + 2)}", .. targets, "--connect-timeout", "500ms", "--close", "rst", "--json",
                "--engine", engine, "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        long connectingMost = 0;
        int inFlightMost = 0;
        void Look()
        {
            inFlightMost = Math.Max(inFlightMost, TcpTable.Count(TcpEnd.SynSent, bad[0]));
            connectingMost = Math.Max(connectingMost, Detail("connecting", control, bad[0]));
        }

        Eventually.Holds(
            () =>
            {
                Look();
                return control.Status("held") == Share * Healthy;
            },
            run.Story);
        Eventually.Holds(
            () =>
            {
                Look(); // on a busy machine the others may all have been held before the first look
                return Detail("failed", control, bad[0]) > 0 && Detail("failed", control, dead) > 0
                    && connectingMost > 0 && inFlightMost > 0;
            },
            run.Story);
        Assert.InRange(connectingMost, 1, InFlightPerTargetMax);
        Assert.InRange(inFlightMost, 1, 2 * InFlightPerTargetMax); // the kernel closes late what was given up
        foreach (Socket one in healthy)
        {
            Assert.Contains(
                $":{Peer.PortOf(one)}: wanted {Share}, open {Share},", control.Ask("details"),
                StringComparison.Ordinal);
        }

        string failed = control.Ask("failed");
        Assert.Contains($" -> 127.0.0.1:{dead}, connect: refused (ECONNREFUSED), ", failed, StringComparison.Ordinal);
        Assert.Contains($" -> 127.0.0.1:{bad[0]}, connect: connect-timeout, ", failed, StringComparison.Ordinal);
        control.Ask("quit");
        run.Ends(1); // fewer than asked for
        Document document = run.Document().AddsUp();
        Assert.True(document.Count("connections.connect_failed", "connect-timeout") > 0, run.Story());
        Assert.True(document.Count("connections.connect_failed", "refused") > 0, run.Story());
        document.Equal(Share * Healthy, document.Number("connections.held"), "held");
        document.Equal(0, document.Number("connections.lost"), "lost");
        Array.ForEach(healthy, one => one.Dispose());
    }

    private static long Detail(string label, ControlClient control, int port)
    {
        string line = control.Ask("details").Split('\n').First(
            one => one.StartsWith(new IPEndPoint(IPAddress.Loopback, port) + ":", StringComparison.Ordinal));
        return ControlClient.Leading(line[(line.IndexOf(label + " ", StringComparison.Ordinal) + label.Length + 1)..]);
    }
}
