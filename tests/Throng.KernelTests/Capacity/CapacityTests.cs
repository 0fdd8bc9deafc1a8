using System.Diagnostics;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng capacity` against limits whose size is known.</summary>
public sealed class CapacityTests
{
    private const string Target = "10.2.0.2:7000";
    private static readonly string[] Search = ["capacity", "--json", "-q"];

    [Fact]
    public void A_limit_of_the_path_is_found_and_what_happens_to_new_ones()
    {
        Needs.Full();
        using Limited dropping = new("tcp dport 7000 ct state new ct count over 500 drop");
        using Limited refusing = new("tcp dport 7000 ct state new ct count over 500 reject with tcp reset");
        using ThrongProcess dropped = dropping.Start();
        using ThrongProcess refused = refusing.Start("--recover");

        Found(dropped.Finish(), 500, 0.01, "path", "dropped");
        Document document = refused.Finish();
        Found(document, 500, 0.01, "path", "refused");
        document.Equal(2, document.Length("capacity.recoveries"), "recoveries");
    }

    [Theory]
    [InlineData(nameof(Eviction.Silent), "evicted_silent")]
    [InlineData(nameof(Eviction.Reset), "evicted_rst")]
    public void Old_ones_that_make_room_for_new_ones_are_an_eviction(string how, string counted)
    {
        Needs.Full();
        using EvictingServer server = new(200, Enum.Parse<Eviction>(how));
        using ThrongProcess run = ThrongProcess.Start(
            [.. Search, server.Address, "--limit", "2k", "--connect-rate", "200", "--check-rate", "200",
                "--check-timeout", "2s"]);
        Document document = run.Finish();

        Found(document, 200, 0.01, "path", "evicts-oldest evicts-oldest-or-idlest");
        Assert.True(document.SumOf("capacity.trials", counted) >= 30, run.Story());
        document.Equal(0, document.Sum("connections.connect_failed"), "new ones all work");
    }

    [Fact]
    public void A_server_without_descriptors_is_no_limit_of_the_path()
    {
        Needs.Full();
        using NetworkNamespace place = new();
        Launch few = place.Launch with { Nofile = 600 };
        using ThrongProcess server = Serve(few, "127.0.0.1:7000", "--engine", "epoll", "--threads", "1");
        using ThrongProcess run = ThrongProcess.Start(
            place.Launch, [.. Search, "127.0.0.1:7000", "--limit", "3k", "--check-timeout", "2s"]);

        // 256 descriptors are set aside for what is no connection.
        Found(run.Finish(), 344, 0.02, "server", "unserved");
    }

    [Fact]
    public void A_balancer_that_is_full_is_no_limit_of_the_path()
    {
        Needs.Full();
        Needs.Tool("haproxy");
        using NetworkNamespace place = new();
        using ThrongProcess server = Serve(place.Launch, "127.0.0.1:7001");
        string config = Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.cfg");
        File.WriteAllLines(
            config,
            [
                "global", " maxconn 300", "defaults", " mode tcp", " timeout connect 1s", " timeout client 60s",
                " timeout server 60s", "frontend in", " bind 127.0.0.1:7000", " default_backend all", "backend all",
                " server one 127.0.0.1:7001",
            ]);
        using Process haproxy = place.Start("haproxy", $"-db -q -f {config}");
        try
        {
            Eventually.Holds(() => place.Listens(7000), () => "haproxy listens");
            using ThrongProcess run = ThrongProcess.Start(
                place.Launch, [.. Search, "127.0.0.1:7000", "--limit", "3k", "--check-timeout", "2s"]);
            Found(run.Finish(), 300, 0.02, "server", "unserved");
        }
        finally
        {
            haproxy.Kill();
            haproxy.WaitForExit();
            File.Delete(config);
        }
    }

    [Fact]
    public void A_client_short_of_ports_is_no_limit_of_the_path()
    {
        string[] ports = ["--source-ports", "31000-31199"];
        using EchoServer server = EchoServer.Start("auto");
        using ThrongProcess free = ThrongProcess.Start([.. Search, server.Address, .. ports]);
        Document alone = free.Finish();
        Assert.True(alone.Flag("capacity.at_least"), free.Story());
        Found(alone, 200, 0, "host", "own-limit");

        string path = ControlClient.NewPath();
        using ThrongProcess other = ThrongProcess.Start(
            ["hold", "120", server.Address, .. ports, "--control", path, "-q"]);
        using ControlClient control = ControlClient.To(path, other);
        Eventually.Holds(
            () => control.Ask("status").Contains("120", StringComparison.Ordinal), other.Story);
        using ThrongProcess run = ThrongProcess.Start([.. Search, server.Address, "--limit", "200", .. ports]);
        Found(run.Finish(), 80, 1, "host", "own-limit"); // ports that are taken are found one by one
    }

    [Fact]
    public void More_than_the_ports_allow_is_refused_beforehand()
    {
        using ThrongProcess run = ThrongProcess.Run(
            3, [.. Search, "127.0.0.1:7000", "--source-ports", "31000-31199", "--limit", "201"]);
        Assert.Contains("201 connections need as many address pairs", run.ErrorText, StringComparison.Ordinal);
    }

    private static void Found(Document document, long limit, double within, string owner, string behaviours)
    {
        document.AddsUp();
        string evidence = document.Text("capacity.evidence");
        long reached = document.Number("capacity.reached");
        Assert.True(Math.Abs(reached - limit) <= limit * within, $"{reached} of {limit}: {evidence}");
        Assert.True(owner == document.Text("capacity.owner"), evidence);
        Assert.True(
            behaviours.Split(' ').Contains(document.Text("capacity.behaviour")),
            $"{document.Text("capacity.behaviour")}: {evidence}");
        Assert.True((owner == "path") == document.Has("capacity.sessions"), evidence);
    }

    private static ThrongProcess Serve(Launch launch, string address, params string[] options)
    {
        string path = ControlClient.NewPath();
        ThrongProcess server = ThrongProcess.Start(
            launch, ["serve", "--listen", address, "-q", "--control", path, .. options]);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        return server;
    }

    /// <summary>A server behind a router that filters.</summary>
    private sealed class Limited : IDisposable
    {
        private readonly RoutedPath _path;
        private readonly ThrongProcess _server;

        public Limited(string rule)
        {
            _path = new RoutedPath(rule);
            _server = Serve(new Launch { Before = _path.Server.Before }, Target);
        }

        public ThrongProcess Start(params string[] options) => ThrongProcess.Start(
            new Launch { Before = _path.Client.Before }, [.. Search, Target, "--limit", "5k", .. options]);

        public void Dispose()
        {
            _server.Dispose();
            _path.Dispose();
        }
    }
}
