using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Trouble that this host makes itself: routes, addresses, a packet filter; and a port without TLS.</summary>
public sealed class LocalTroubleTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_service_without_endpoints_is_refused_by_every_command(string engine)
    {
        Requirement.Engine(engine);
        Needs.Tool("nft");
        using Netns space = Cabled();
        space.Out("nft 'add table ip t; add chain ip t out { type filter hook output priority 0; }; "
            + "add rule ip t out ip daddr 10.96.0.10 tcp dport 80 reject'");
        string[] end = ["--target", "10.96.0.10:80", "--for", "1s", "--engine", engine, "--json", "-q"];
        foreach (string[] command in (string[][])
            [["hold", "20"], ["query", "--protocol", "echo", "-c", "4", "--rate", "20"], ["churn", "--rate", "20"],
                ["monitor", "-c", "4", "--rate", "10"]])
        {
            using ThrongProcess run = Start(space, [.. command, .. end]);
            Document document = run.Finish(exitCode: 1);
            document.Equal(0, document.Number("connections.opened"), "opened");
            document.Equal(0, document.Number("connect.latency_ns.count"), "latencies of connects that never were");
            Assert.True(document.Count("connections.connect_failed", "refused") > 0, document.ToString());
        }
    }

    [Fact]
    public void A_blackhole_route_is_unreachable_and_a_step_says_so_too()
    {
        using Netns space = Cabled();
        space.Out("ip route add blackhole 10.88.1.0/24");
        using ThrongProcess run = Start(
            space, ["churn", "--rate", "20", "--target", "10.88.1.1:80", "--for", "1s", "--json", "-q"]);
        Document document = run.Finish(exitCode: 1);
        long failed = document.Count("connections.connect_failed", "unreachable");
        Assert.True(failed > 0, document.ToString());
        document.Equal(failed, document.Number("churn.steps.0.outcomes.unreachable"), "the step's");
    }

    [Fact]
    public void A_source_address_that_goes_away_is_named()
    {
        using Netns space = Cabled();
        string path = ControlClient.NewPath();
        using ThrongProcess server = Start(space, ["serve", "--listen", "10.77.0.1:7000", "-q", "--control", path]);
        using (ControlClient up = ControlClient.To(path, server))
        {
            up.Ask("status"); // answers once it listens
        }

        space.Out("ip addr add 10.77.0.5/24 dev one");
        string own = ControlClient.NewPath();
        using ThrongProcess run = Start(
            space, ["hold", "500", "--connect-rate", "20", "--target", "10.77.0.1:7000", "--source", "10.77.0.5",
                "--json", "--control", own]);
        using ControlClient control = ControlClient.To(own, run);
        Eventually.Holds(() => control.Status("held") > 3, run.Story);
        space.Out("ip addr del 10.77.0.5/24 dev one");
        const string Limit = "limit: 10.77.0.5 is no address of this host any more";
        Eventually.Holds(() => run.ErrorText.Contains(Limit, StringComparison.Ordinal), run.Story);
        control.Ask("quit");
        Document document = run.Finish(1);
        Assert.Equal("10.77.0.5", document.Text("limits.source_gone"));
        document.Equal(1, document.Findings("ports-exhausted"), "findings");
    }

    [Fact]
    public void Connections_whose_address_is_gone_here_probe_and_send_nothing_again()
    {
        using Netns far = new();
        using Netns near = new();
        near.Out($"ip link add one type veth peer name one netns {far.Name}");
        near.Out("ip addr add 10.77.0.1/24 dev one");
        near.Out("ip link set one up");
        far.Out("ip addr add 10.77.0.2/24 dev one");
        far.Out("ip link set one up");
        string path = ControlClient.NewPath();
        using ThrongProcess server = Start(far, ["serve", "--listen", "10.77.0.2:7000", "-q", "--control", path]);
        using (ControlClient up = ControlClient.To(path, server))
        {
            up.Ask("status"); // answers once it listens
        }

        string own = ControlClient.NewPath();
        using ThrongProcess run = Start(
            near, ["hold", "3", "--target", "10.77.0.2:7000", "--ping", "--ping-interval", "200ms", "--ping-timeout",
                "50s", "--json", "--control", own]);
        using ControlClient control = ControlClient.To(own, run);
        control.Await("held", 3, run);
        near.Out("ip addr del 10.77.0.1/24 dev one");
        Eventually.Holds(
            () => control.Ask("status").Contains("probing in vain", StringComparison.Ordinal), run.Story, everyMs: 200);
        control.Ask("quit");
        Document document = run.Finish();
        Assert.InRange(document.Number("tcp.sampled_probing"), 1, 3);
        Assert.True(document.Number("tcp.no_routes") > 0, document.ToString());
        document.Equal(0, document.Number("tcp.retransmits"), "sent again");
    }

    [Fact]
    public void A_port_that_speaks_no_TLS_ends_no_handshake()
    {
        using Socket mute = Peer.Listen();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "4", "--tls", "--target", $"127.0.0.1:{Peer.PortOf(mute)}", "--connect-timeout", "300ms", "--for",
            "1s", "--json", "-q");
        Document document = run.Finish(exitCode: 1);
        Assert.True(document.Count("connections.connect_failed", "tls-timeout") > 0, document.ToString());
        document.Equal(0, document.Count("connections.connect_failed", "connect-timeout"), "of TCP");
        Assert.Contains("TLS handshake", document.Text("verdict.text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[fe80::1]:80", "is link-local")]
    [InlineData("[fe80::1%nowhere]:80", "no interface here is called nowhere")]
    public void A_link_local_address_needs_its_zone(string target, string words)
    {
        using Netns space = Cabled();
        using ThrongProcess run = Start(space, ["hold", "2", "--target", target, "--for", "1s", "-q"]);
        run.Ends(3);
        Assert.Contains(words, run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("[fe80::1%one]:80", run.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>A namespace with a cable to itself: one has 10.77.0.1/24, and 10.96.0.0/16 lies behind it.</summary>
    private static Netns Cabled()
    {
        Netns space = new();
        space.Out("ip link add one type veth peer name other");
        space.Out("ip addr add 10.77.0.1/24 dev one");
        space.Out("ip link set other up");
        space.Out("ip link set one up");
        space.Out("ip route add 10.96.0.0/16 dev one");
        return space;
    }

    private static ThrongProcess Start(Netns space, string[] arguments) =>
        ThrongProcess.Start(new Launch { Before = space.Before }, arguments);
}
