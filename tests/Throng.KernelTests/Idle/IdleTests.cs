using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng idle` through a router whose connection tracking forgets, and against what never does.</summary>
public sealed class IdleTests
{
    private const long TimeoutNs = 4_000_000_000;
    private static readonly string[] Search = ["--from", "1s", "--to", "10s", "--within", "500ms", "--json", "-q"];

    [Theory]
    [InlineData("drop", "not-acknowledged")]
    [InlineData("reject with tcp reset", "reset-in-answer")]
    public void A_router_that_forgets_after_4_seconds_is_found_with_how_it_does(string unknown, string manner)
    {
        Needs.Tool("nft");
        using Netns client = new();
        using Netns router = new();
        using Netns host = new();
        Route(client, router, host, unknown);
        using ThrongProcess server = ThrongProcess.Start(
            new Launch { Before = host.Before }, "serve", "--listen", "10.9.2.2:7000", "-q");
        Eventually.Holds(() => host.Out("ss -Htln sport = :7000").Length > 0, server.Story);
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Before = client.Before }, ["idle", "--target", "10.9.2.2:7000", .. Search]);
        Document document = run.Finish();
        Assert.Equal("found", document.Text("idle.ending"));
        Assert.Equal(manner, document.Text("idle.manner"));
        long goodNs = document.Number("idle.remembered_ns");
        long badNs = document.Number("idle.forgotten_ns");

        // The kernel counts these timeouts in ticks, and the last packet passes before it is acknowledged here.
        Assert.InRange(TimeoutNs, goodNs - 100_000_000, badNs + 100_000_000);
        Assert.InRange(badNs - goodNs, 1, 500_000_000);
    }

    [Fact]
    public void A_router_forgets_half_closed_connections_sooner_and_both_are_found()
    {
        Needs.Tool("nft");
        using Netns client = new();
        using Netns router = new();
        using Netns host = new();
        Route(client, router, host, "drop");
        router.Out("sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_close_wait=2");
        using ThrongProcess server = ThrongProcess.Start(
            new Launch { Before = host.Before }, "serve", "--mode", "later", "--listen", "10.9.2.2:7000", "-q");
        Eventually.Holds(() => host.Out("ss -Htln sport = :7000").Length > 0, server.Story);
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Before = client.Before },
            ["idle", "--target", "10.9.2.2:7000", "--half-closed-lanes", .. Search]);
        Document document = run.Finish();
        Assert.Equal("found", document.Text("idle.ending"));
        Assert.InRange(
            TimeoutNs, document.Number("idle.remembered_ns") - 100_000_000,
            document.Number("idle.forgotten_ns") + 100_000_000);
        Assert.Equal("found", document.Text("idle.half_closed.ending"));
        Assert.Equal("not-arrived", document.Text("idle.half_closed.manner"));
        Assert.InRange(
            2_000_000_000, document.Number("idle.half_closed.remembered_ns") - 100_000_000,
            document.Number("idle.half_closed.forgotten_ns") + 100_000_000);
    }

    [Fact]
    public void A_server_that_only_echoes_cannot_show_what_becomes_of_half_closed_connections()
    {
        using ThrongProcess run = ThrongProcess.Start(
            ["idle", "--from", "100ms", "--to", "500ms", "--lanes", "5", "--half-closed-lanes", "--json", "-q"]);
        Document document = run.Finish();
        Assert.Equal("not-forgotten", document.Text("idle.ending"));
        Assert.Equal("no-lanes", document.Text("idle.half_closed.ending"));
    }

    [Fact]
    public void What_nobody_forgets_is_remembered_to_the_end()
    {
        using ThrongProcess run = ThrongProcess.Start(
            ["idle", "--from", "100ms", "--to", "1s", "--lanes", "5", "--json", "-q"]);
        Document document = run.Finish();
        Assert.Equal("not-forgotten", document.Text("idle.ending"));
        Assert.InRange(document.Number("idle.remembered_ns"), 1_000_000_000, 5_000_000_000);
        Assert.False(document.Has("idle.forgotten_ns"));
    }

    private static void Route(Netns client, Netns router, Netns host, string unknown)
    {
        client.Out($"ip link add near type veth peer name near netns {router.Name}");
        host.Out($"ip link add far type veth peer name far netns {router.Name}");
        foreach ((Netns where, string address, string name) in
            ((Netns, string, string)[])
            [
                (client, "10.9.1.2", "near"), (router, "10.9.1.1", "near"), (router, "10.9.2.1", "far"),
                (host, "10.9.2.2", "far"),
            ])
        {
            where.Out($"ip addr add {address}/24 dev {name}");
            where.Out($"ip link set {name} up");
        }

        client.Out("ip route add default via 10.9.1.1");
        host.Out("ip route add default via 10.9.2.1");
        router.Out("sysctl -q -w net.ipv4.ip_forward=1");
        router.Out("nft add table inet guard");
        router.Out("nft 'add chain inet guard between { type filter hook forward priority 0; }'");
        router.Out("nft add rule inet guard between ct state established,related accept");
        router.Out("nft 'add rule inet guard between tcp flags & (syn | ack | fin | rst) == syn ct state new accept'");
        router.Out($"nft add rule inet guard between {unknown}");
        router.Out("sysctl -q -w net.netfilter.nf_conntrack_tcp_loose=0");
        router.Out($"sysctl -q -w net.netfilter.nf_conntrack_tcp_timeout_established={TimeoutNs / 1_000_000_000}");
    }
}
