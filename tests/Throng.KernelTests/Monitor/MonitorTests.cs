using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng monitor`: what is done to the path or the server is what it tells, and nothing else.</summary>
public sealed class MonitorTests
{
    private const string Target = "10.77.0.2:7000";
    private static readonly string[] Monitor = ["monitor", "--json", "-q", "--all"];

    /// <summary>Whatever takes less is the machine's doing, and not what these tests do to the path.</summary>
    private static readonly string[] Patient =
        ["--late", "20s", "--reply-timeout", "30s", "--connect-timeout", "30s"];

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Where_nothing_happens_nothing_is_told(string engine)
    {
        Requirement.Engine(engine);
        string[] all = [.. Monitor, "--engine", engine, "--for", "2s", .. Patient, "-c", "200", "--rate", "1k"];
        using ThrongProcess stream = ThrongProcess.Start(all);
        using ThrongProcess datagrams = ThrongProcess.Start([.. all, "--udp"]);
        foreach (ThrongProcess run in (ThrongProcess[])[stream, datagrams])
        {
            Document document = run.Finish();
            document.Equal(2000, document.Number("messages.offered"), "offered");
            Assert.InRange(document.Number("messages.sent"), 200, 2000);
            document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
            document.Equal(200, document.Number("monitor.lasting"), "lasting");
            document.Equal(0, document.Number("monitor.lost") + document.Number("monitor.disturbed"), "disturbed");
            document.Equal(200, document.Length("monitor.connections"), "records");
        }

        Document streamed = stream.Document();
        Assert.InRange(streamed.Number("monitor.new.ok"), 1, 20);
        streamed.Equal(streamed.Number("monitor.new.attempted"), streamed.Number("monitor.new.ok"), "new connections");
        datagrams.Document().Equal(0, datagrams.Document().Number("monitor.new.attempted"), "new connections");
    }

    [Fact]
    public void A_path_that_is_gone_for_a_while_disturbs_every_connection_once()
    {
        using Path waiting = new();
        using Path losing = new();
        string[] load =
            [.. Monitor, "--target", Target, "-c", "50", "--rate", "500", "--new-rate", "0", "--late", "1s"];
        using Watched patient = new(path => waiting.Start([.. load, "--reply-timeout", "30s", "--control", path]));
        using Watched hasty = new(path => losing.Start([.. load, "--reply-timeout", "2s", "--control", path]));
        patient.Exchanges();
        hasty.Exchanges();
        long retransmits = waiting.Client.Retransmits();
        waiting.Cut();
        losing.Cut();
        Thread.Sleep(3000); // as long as the path is gone
        waiting.Mend();
        losing.Mend();
        patient.Exchanges();
        hasty.Control.Await("lost", 50, hasty.Run);
        hasty.Control.Await("held", 50, hasty.Run);
        hasty.Exchanges();

        Document document = patient.Quit();
        document.Equal(0, document.Number("monitor.lost"), "lost");
        document.Equal(50, document.Number("monitor.disturbed"), "disturbed");
        document.Equal(50, document.Number("monitor.disturbance_ns.count"), "one disturbance each");
        Assert.True(document.Number("monitor.disturbance_ns.min") > 2_500_000_000, "from the first that was late");
        document.Equal(1, document.Length("monitor.episodes"), "episodes");
        long told = document.Number("monitor.retransmits");
        long counted = waiting.Client.Retransmits() - retransmits;
        Assert.True(Math.Abs(told - counted) <= 1 + (counted * 0.02), $"{told} told, {counted} counted");
        document.Equal(told, document.Number("monitor.episodes.0.retransmits"), "retransmits of the episode");

        document = hasty.Quit();
        document.Equal(50, document.Number("monitor.lost"), "lost");
        document.Equal(50, document.Number("monitor.lasting"), "lasting, those that came back");
        document.Equal(50, document.Count("connections.closed", "reply-timeout"), "timed out");
        document.Equal(50, document.Number("monitor.episodes.0.reconnected"), "came back");
        Assert.Equal("timeout", document.Text("monitor.episodes.0.cause"));
        Assert.True(document.Number("monitor.retransmits") >= 50, "retransmits of those that broke");
    }

    [Fact]
    public void One_of_three_servers_that_dies_or_leaves_takes_its_connections_with_it_and_no_other()
    {
        Needs.Tool("haproxy");
        using NetworkNamespace killing = new();
        using NetworkNamespace upgrading = new();
        using Balancer killed = new(killing, "alpha", "beta", "gamma");
        using Balancer upgraded = new(upgrading, "alpha", "beta", "gamma");
        string[] load = [.. Monitor, "--target", "127.0.0.1:7000", "-c", "30", "--rate", "300", .. Patient];
        using Watched dying = new(path => ThrongProcess.Start(killing.Launch, [.. load, "--control", path]));
        using Watched leaving = new(path => ThrongProcess.Start(upgrading.Launch, [.. load, "--control", path]));
        dying.Exchanges();
        leaving.Exchanges();
        killed.Kill("beta");
        upgraded.Retire("beta");
        foreach (Watched one in (Watched[])[dying, leaving])
        {
            one.Control.Await("lost", 10, one.Run);
            one.Control.Await("held", 30, one.Run);
            one.Exchanges();
        }

        OnlyBetaLost(dying.Quit());
        Document document = leaving.Quit();
        OnlyBetaLost(document);
        document.Equal(10, document.Count("connections.closed", "peer-closed"), "ended by a FIN");

        // Those that the server had not answered when it left: HAProxy ends them with the other sessions of a server
        // that it finds down (on-marked-down shutdown-sessions).
        long failed = document.Number("monitor.new.failed");
        Assert.InRange(failed, 0, 8);
        document.Equal(failed, document.Count("monitor.new.reasons", "closed"), "all of them were cut by the balancer");
        Assert.Equal("closed", document.Text("monitor.episodes.0.cause"));
    }

    [Fact]
    public void A_message_larger_than_the_path_takes_does_not_hold_up_the_end()
    {
        using EchoServer server = EchoServer.Start("auto");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            [.. Monitor, "--target", server.Address, "-c", "4", "--rate", "4", "--size", "40m", "--reply-timeout",
                "10m", "--control", path]);
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(() => control.Status("messages") == 4, () => control.Ask("status")); // all are under way
        }

        run.Signal(ThrongProcess.SIGTERM);
        Document document = run.Finish(); // long before the reply's time is over
        Assert.True(document.Number("messages.bytes_sent") > 0);
        document.Equal(4, document.Number("monitor.lasting"), "lasting");
    }

    [Fact]
    public void A_peer_that_has_vanished_is_noticed_without_a_message()
    {
        using Path path = new();
        using Watched run = new(control => path.Start(
            [.. Monitor, "--target", Target, "-c", "3", "--rate", "0.01", "--new-rate", "0", "--keepalive", "1s",
                "--reply-timeout", "10m", "--no-reconnect", "--control", control]));
        Eventually.Holds(
            () => run.Control.Ask("status").Contains("1 sent, 1 answered", StringComparison.Ordinal),
            () => run.Control.Ask("status")); // the next is due long after
        run.Control.Await("held", 3, run.Run);
        path.Cut();
        run.Control.Await("lost", 3, run.Run);
        Document document = run.Quit(1); // none of them lasted
        document.Equal(3, document.Count("connections.closed", "timed-out"), "given up by the kernel");
        document.Equal(110, document.Number("monitor.connections.0.errno"), "ETIMEDOUT");
        document.Equal(3, document.Number("monitor.episodes.0.lost"), "lost in an episode");
    }

    [Fact]
    public void Datagrams_that_are_lost_are_told_from_those_that_come_back()
    {
        using NetworkNamespace place = new();
        place.Nft("add table inet t; add chain inet t in { type filter hook input priority 0; }; "
            + "add rule inet t in udp dport 7000 numgen inc mod 10 0 drop");
        string path = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            place.Launch, "serve", "--transport", "udp", "--mode", "stamp", "--name", "one", "--listen",
            "127.0.0.1:7000", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        using ThrongProcess run = ThrongProcess.Start(
            place.Launch, [.. Monitor, "--udp", "--target", "127.0.0.1:7000", "-c", "10", "--rate", "100", "--for",
                "6s", "--late", "1s", "--reply-timeout", "2s"]);
        Document document = run.Finish();
        long sent = document.Number("messages.sent");
        long missing = document.Number("messages.timed_out") + document.Number("messages.lost"); // as the run ended
        document.Equal((sent + 9) / 10, missing, "every tenth is lost");
        document.Equal(sent, missing + document.Number("messages.answered"), "ends");
        document.Equal(0, document.Number("monitor.lost") + document.Number("monitor.duplicates"), "and no more");
        document.Equal(10, document.Number("monitor.hosts.one.lasting"), "all on one");
        Assert.Equal("timeout", document.Text("monitor.episodes.0.cause"));
    }

    [Fact]
    public void What_must_not_happen_can_be_said_beforehand()
    {
        using ThrongProcess good = ThrongProcess.Start([
            "monitor", "-c", "5", "--rate", "50", "--for", "1s", .. Patient, "-q", "--json", "--fail-on",
            "monitor.lost>0", "--fail-on", "monitor.episode.max>2s", "--fail-on", "monitor.new.success<99.9%"]);
        using ThrongProcess bad = ThrongProcess.Start(
            "monitor", "-c", "5", "--rate", "50", "--for", "1s", "-q", "--json", "--fail-on", "monitor.lasting>4");
        _ = good.Finish();
        _ = bad.Finish(99);
    }

    /// <summary>Ten connections were on each, and those of beta came back elsewhere.</summary>
    private static void OnlyBetaLost(Document document)
    {
        document.Equal(10, document.Number("monitor.hosts.beta.lost"), "lost of beta");
        document.Equal(10, document.Number("monitor.lost"), "lost in all");
        document.Equal(0, document.Number("monitor.hosts.alpha.lost"), "lost of alpha");
        document.Equal(0, document.Number("monitor.hosts.gamma.lost"), "lost of gamma");
        document.Equal(
            30, document.Number("monitor.hosts.alpha.lasting") + document.Number("monitor.hosts.gamma.lasting"),
            "lasting on those that are left");
        document.Equal(10, document.Number("monitor.episodes.0.reconnected"), "came back");
    }

    /// <summary>A run that is asked how far it is, and ends when it is told to.</summary>
    private sealed class Watched : IDisposable
    {
        public Watched(Func<string, ThrongProcess> start)
        {
            string path = ControlClient.NewPath();
            Run = start(path);
            Control = ControlClient.To(path, Run);
        }

        public ThrongProcess Run { get; }

        public ControlClient Control { get; }

        /// <summary>Waits for so many messages more that each connection has had some of them.</summary>
        public void Exchanges()
        {
            long before = Control.Status("messages");
            Eventually.Holds(
                () => Control.Status("messages") > before + 300 && Control.Status("connecting") == 0,
                () => Control.Ask("status"));
        }

        public Document Quit(int exitCode = 0)
        {
            Control.Ask("quit");
            return Run.Finish(exitCode);
        }

        public void Dispose()
        {
            Control.Dispose();
            Run.Dispose();
        }
    }

    /// <summary>A client and an echo server with a cable between them that can be cut.</summary>
    private sealed class Path : IDisposable
    {
        private readonly NetworkNamespace _server = new();
        private readonly ThrongProcess _echo;

        public Path()
        {
            Client.Join(_server);
            string path = ControlClient.NewPath();
            _echo = ThrongProcess.Start(_server.Launch, "serve", "--listen", Target, "-q", "--control", path);
            using ControlClient control = ControlClient.To(path, _echo);
            control.Ask("status"); // answers once it listens
            _server.Nft("add table ip t");
        }

        public NetworkNamespace Client { get; } = new();

        public ThrongProcess Start(string[] arguments) => ThrongProcess.Start(Client.Launch, arguments);

        /// <summary>Drops everything that is sent to the server.</summary>
        public void Cut() => _server.Nft(
            "add chain ip t in { type filter hook prerouting priority -300; }; add rule ip t in tcp dport 7000 drop");

        public void Mend() => _server.Nft("delete table ip t");

        public void Dispose()
        {
            _echo.Dispose();
            Client.Dispose();
            _server.Dispose();
        }
    }
}
