using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng hold` with a server of its own, and how it opens, spreads and closes.</summary>
public sealed class HoldTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Ten_thousand_are_held_and_the_kernel_counts_the_same(string engine)
    {
        Requirement.Engine(engine);
        Requirement.Descriptors(20_000);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Nofile = 20_000 },
            "hold", "10k", "--json", "--engine", engine, "--control", path);
        using (ControlClient control = ControlClient.To(path, run))
        {
            control.Await("held", 10_000, run);
            int[] ports = control.Ports();
            Eventually.Holds(() => TcpTable.Count(TcpEnd.Established, ports) == 20_000,
                () => $"the kernel counts {TcpTable.Count(TcpEnd.Established, ports)}");
            control.Ask("quit");
        }

        run.Ends(0);
        Document document = run.Document().AddsUp();
        document.Equal(10_000, document.Number("connections.peak"), "peak");
        document.Equal(10_000, document.Number("connections.held"), "held");
        document.Equal(10_000, document.Count("connections.closed", "drained"), "drained");
        document.Equal(20_000, document.Number("host.nofile"), "nofile");
        Assert.Equal(engine, document.Text("host.engine"));
        Assert.Equal("quit", document.Text("ended_by"));
        Assert.False(File.Exists(path), "the control socket is removed");
    }

    [Theory]
    [InlineData("uring", "rst")]
    [InlineData("uring", "fin")]
    [InlineData("epoll", "rst")]
    [InlineData("epoll", "fin")]
    public void Only_an_orderly_close_leaves_TIME_WAIT(string engine, string close)
    {
        Requirement.Engine(engine);
        int port = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "-q");
        Peer.Reset(Peer.ConnectTo(port, server));
        using ThrongProcess run = ThrongProcess.Run(
            0, "hold", "300", "--target", $"127.0.0.1:{port}", "--until-held", "--close", close, "--json",
            "--engine", engine);
        Document document = run.Document().AddsUp();
        document.Equal(300, document.Number("connections.held"), "held");
        Assert.Equal("until-held", document.Text("ended_by"));
        Eventually.Holds(() => TcpTable.Of(port).All(end => end.State is TcpEnd.Listen or TcpEnd.TimeWait),
            () => "some are still open");

        // All 300 enter TIME_WAIT; on loopback a late acknowledgement of the FIN, overtaken on another CPU, is answered
        // with a reset that ends some of them at once (tcp_rfc1337 is off).
        int waiting = TcpTable.Count(TcpEnd.TimeWait, port);
        Assert.InRange(waiting, close == "fin" ? 150 : 0, close == "fin" ? 300 : 0);
    }

    [Theory]
    [InlineData("--until-held")]
    [InlineData("--json")]
    public void Without_a_number_each_worker_holds_one_to_its_own_server(string option)
    {
        using ThrongProcess run = ThrongProcess.Run(
            0, "hold", "--for", option == "--json" ? "1s" : "20s", "--threads", "2", "--json", option);
        Document document = run.Document().AddsUp();
        document.Equal(2, document.Number("connections.target"), "wanted");
        document.Equal(2, document.Number("connections.held"), "held");
    }

    [Fact]
    public void Until_held_that_is_missed_ends_with_one()
    {
        using ThrongProcess run = ThrongProcess.Run(
            1, "hold", "10", "--target", $"127.0.0.1:{FreePort.One()}", "--until-held", "--for", "300ms", "--json");
        Document document = run.Document().AddsUp();
        Assert.Equal("duration", document.Text("ended_by"));
        document.Equal(0, document.Number("connections.opened"), "opened");
        Assert.Contains("--until-held missed: 0 of 10", run.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Connects_come_at_the_rate_asked_for(string engine)
    {
        Requirement.Engine(engine);
        using Socket target = Peer.Listen();
        using ThrongProcess run = ThrongProcess.Run(
            0, "hold", "2000", "--target", $"127.0.0.1:{Peer.PortOf(target)}", "--connect-rate", "1000", "--until-held",
            "--close", "rst", "--json", "--engine", engine);
        Document document = run.Document().AddsUp();
        Assert.True(document.Number("hold.ramp_up_ns") >= 1_600_000_000, "no sooner than the rate allows");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Connections_are_spread_evenly_with_the_remainder_on_the_first_targets(string engine)
    {
        Requirement.Engine(engine);
        Socket[] targets = [.. Enumerable.Range(0, 5).Select(_ => Peer.Listen())];
        string path = ControlClient.NewPath();
        string[] named = [.. targets.SelectMany(one => (string[])["--target", $"127.0.0.1:{Peer.PortOf(one)}"])];
        using ThrongProcess run = ThrongProcess.Start(
            ["hold", "23", .. named, "--close", "rst", "--engine", engine, "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 23, run);
        string[] lines = control.Ask("details").Split('\n');
        for (int i = 0; i < targets.Length; i++)
        {
            int share = i < 3 ? 5 : 4;
            Assert.StartsWith(
                $"127.0.0.1:{Peer.PortOf(targets[i])}: wanted {share}, open {share},", lines[i],
                StringComparison.Ordinal);
            Assert.Equal(share, TcpTable.Of(Peer.PortOf(targets[i])).Count(end =>
                end.State == TcpEnd.Established && end.RemotePort == Peer.PortOf(targets[i])));
        }

        run.Signal(ThrongProcess.SIGTERM);
        run.Ends(0);
        Array.ForEach(targets, one => one.Dispose());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Sources_are_spread_over_and_keepalive_is_set(string engine)
    {
        Requirement.Engine(engine);
        using Socket target = Peer.Listen();
        int port = Peer.PortOf(target);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "40", "--target", $"127.0.0.1:{port}", "--source", "127.1.0.0/30",
            "--source", "127.1.1.7-127.1.1.8", "--keepalive", "60s", "--user-timeout", "90s",
            "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 40, run);
        TcpEnd[] ends = [.. TcpTable.Of(port).Where(end => end.RemotePort == port && end.State == TcpEnd.Established)];
        Assert.Equal(40, ends.Length);
        Assert.All(ends, end => Assert.Equal(TcpEnd.KeepAliveTimer, end.Timer));
        string[] sources = [.. ends.Select(end => end.Local.ToString()).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["127.1.0.0", "127.1.0.1", "127.1.0.2", "127.1.0.3", "127.1.1.7", "127.1.1.8"], sources);
        run.Signal(ThrongProcess.SIGTERM);
        run.Ends(0);
    }

    [Fact]
    public void A_target_without_so_many_ports_is_refused_with_the_sum()
    {
        using ThrongProcess run = ThrongProcess.Run(
            3, "hold", "70k", "--target", $"127.0.0.1:{FreePort.One()}", "--json");
        Document document = run.Document();
        Assert.Contains(
            "70,000 connections need as many address pairs, but there are 1 source ×", document.Text("error.what"),
            StringComparison.Ordinal);
        Assert.Single(run.Error.Lines());
    }
}
