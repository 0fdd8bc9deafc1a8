using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads with --engine packet over links and routes of several kinds, both families.</summary>
public sealed class PacketPathsTests
{
    /// <summary>
    /// The smallest MTU of IPv6, and one that is longer than a frame of the engine. With it the program is not in the
    /// driver, and sees packets as long as the other end's stack makes them, so that end is told to make segments.
    /// </summary>
    [Theory]
    [InlineData(1280, 1280)]
    [InlineData(9000, 9000)]
    [InlineData(1500, 9000)]
    [InlineData(9000, 1280)]
    public void Long_messages_fit_the_links_packets(int ours, int theirs)
    {
        using Netns here = new();
        using Netns there = new();
        VethPair.Connect(here, there);
        here.Out($"ip link set here mtu {ours}");
        there.Out($"ip link set there mtu {theirs}");
        if (theirs > 1500)
        {
            Ethtool.SendSegments(there, "there");
        }

        using ThrongProcess server = PacketLoads.Serve(there, "10.9.0.2:7000", "[fd00:9::2]:7000");
        Document document = PacketLoads.Load(
            here, "here", "query", "10.9.0.2:7000", "[fd00:9::2]:7000", "--protocol", "echo", "--size", "20KiB",
            "--rate", "100", "-c", "10", "--source", "10.9.0.128", "--source", "fd00:9::8000", "--for", "1s");
        PacketLoads.AllAnswered(document);
        Assert.Equal(10, document.Number("connections.opened"));
        Served(server, document, 10);
    }

    /// <summary>A packet that is longer than a frame is not taken; the run says so, and what helps.</summary>
    [Fact]
    public void Packets_that_a_stack_puts_together_are_named()
    {
        using Netns here = new();
        using Netns there = new();
        VethPair.Connect(here, there);
        here.Out("ip link set here mtu 9000");
        there.Out("ip link set there mtu 9000");
        using ThrongProcess server = PacketLoads.Serve(there, "10.9.0.2:7000");
        using ThrongProcess load = PacketLoads.Start(
            here, "here", "query", "10.9.0.2:7000", "--protocol", "echo", "--size", "20KiB", "--rate", "100", "-c",
            "10", "--source", "10.9.0.128", "--for", "1s");
        Document document = load.FinishAsJudged();
        document.AddsUp();
        Assert.Equal("generic", document.Text("packets.xdp_mode"));
        Assert.True(document.Number("packets.rx_dropped") > 0);
        Assert.Contains("tso off", load.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_of_both_families_are_used_in_one_run()
    {
        using Netns here = new();
        using Netns there = new();
        VethPair.Connect(here, there);
        using ThrongProcess server = PacketLoads.Serve(there, "10.9.0.2:7000-7001", "[fd00:9::2]:7000-7001");
        string[] sources = ["10.9.0.128/30", "10.9.0.200-10.9.0.201", "fd00:9::8000/127", "fd00:9::9000"];
        Document document = PacketLoads.Hold(
            here, "here", 2000,
            ["10.9.0.2:7000-7001", "[fd00:9::2]:7000-7001", "--ping-interval", "400ms-800ms",
                .. sources.SelectMany(source => (string[])["--source", source])]);
        PacketLoads.AllAnswered(document);
        Assert.Equal(2000, document.Number("connections.held"));
        Served(server, document, 2000);
    }

    /// <summary>The router is asked for on the link, and carries on what is for the server behind it.</summary>
    [Theory]
    [InlineData("10.1.0.254", "10.2.0.2", "10.1.0.100/31")]
    [InlineData("fd00:1::254", "fd00:2::2", "fd00:1::100/127")]
    public void A_gateway_carries_on_what_is_not_on_the_link(string router, string beyond, string source)
    {
        using RoutedPath path = new();
        path.AddIPv6();
        string near = router.Contains(':') ? $"[{router}]:7000" : $"{router}:7000";
        string far = beyond.Contains(':') ? $"[{beyond}]:7000" : $"{beyond}:7000";
        using ThrongProcess onLink = PacketLoads.Serve(path.Router, near);
        using ThrongProcess server = PacketLoads.Serve(path.Server, far);
        Document document = PacketLoads.Hold(
            path.Client, "near", 200, near, far, "--ping-interval", "400ms-800ms", "--source", source, "--gateway",
            router);
        PacketLoads.AllAnswered(document);
        Assert.Equal(200, document.Number("connections.held"));
        foreach (ThrongProcess one in (ThrongProcess[])[onLink, server])
        {
            one.Signal(ThrongProcess.SIGTERM);
            Assert.Equal(100, one.Finish().Number("connections.opened"));
        }
    }

    /// <summary>Without one, who is not on the link is asked for there, and nobody answers.</summary>
    [Fact]
    public void Without_a_gateway_nobody_beyond_is_reached()
    {
        using RoutedPath path = new();
        using ThrongProcess server = PacketLoads.Serve(path.Server, "10.2.0.2:7000");
        using ThrongProcess load = PacketLoads.Run(
            1, path.Client, "near", "hold", "10", "10.2.0.2:7000", "--source", "10.1.0.100", "--for", "3s");
        Document document = load.Document();
        document.AddsUp();
        Assert.Equal(0, document.Number("connections.opened"));
        Assert.True(document.Count("connections.connect_failed", "unreachable") > 0, document.ToString());
    }

    /// <summary>The server has all of it, and every connection has ended in order there.</summary>
    private static void Served(ThrongProcess server, Document document, long connections)
    {
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        Assert.Equal(connections, served.Number("connections.opened"));
        Assert.Equal(connections, served.Count("connections.closed", "peer-closed"));
        Assert.Equal(document.Number("messages.bytes_sent"), served.SumOf("series", "bytes_received"));
    }
}
