using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Loads with --engine packet against servers and stacks that are not ours, which count what they see; and over a path
/// that loses segments.
/// </summary>
public sealed class PacketPeersTests
{
    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public void A_thousand_are_held_through_a_proxy_that_counts_the_same(string program)
    {
        Needs.Full();
        using Netns here = new();
        VethPair.ConnectToTest(here);
        using ThrongProcess server = PacketLoads.Serve(null, "127.0.0.1:7001");
        using CountingProxy proxy = new(program);
        using SegmentCapture capture = new("there", "ip.src == 10.9.0.128/30");
        Document document = PacketLoads.Hold(
            here, "here", 1000, "10.9.0.2:7000", "--source", "10.9.0.128/30", "--ping-interval", "500ms-900ms");
        PacketLoads.AllAnswered(document);
        Assert.Equal(1000, document.Number("connections.held"));
        Eventually.Holds(() => proxy.Counts().Ended == 1000, proxy.Story);
        (_, long up, long down) = proxy.Counts();
        Assert.Equal(document.Number("messages.bytes_sent"), up);
        Assert.Equal(document.Number("messages.bytes_received"), down);
        capture.Agrees(document.Number("tcp.retransmits"));
    }

    [Theory]
    [InlineData("unbound", "interface: 10.9.0.2@5300", "access-control: 10.9.0.0/24 allow", "incoming-num-tcp: 100")]
    [InlineData("nsd", "ip-address: 10.9.0.2@5300")]
    public void Queries_are_counted_as_a_name_server_counts_them(string software, params string[] more)
    {
        Needs.Full();
        using Netns here = new();
        VethPair.ConnectToTest(here);
        using DnsServer server = DnsServer.Start(software, more);
        IReadOnlyDictionary<string, long> before = server.Figures();
        Document document = PacketLoads.Load(
            here, "here", "query", "10.9.0.2:5300", "--names", server.QuestionsPath, "--rate", "500", "-c", "8",
            "--source", "10.9.0.128", "--for", "3s");
        IReadOnlyDictionary<string, long> after = server.Figures();
        PacketLoads.AllAnswered(document);
        document.Equal(8, document.Number("connections.opened"), "opened");
        foreach (string figure in (string[])["queries", "NOERROR", "NXDOMAIN"])
        {
            long expected = figure == "queries"
                ? document.Number("messages.sent")
                : document.Count("query.answers", figure);
            document.Equal(expected, after[figure] - before[figure], $"{figure} of {software}");
        }
    }

    /// <summary>Every byte of every echo is checked; what a router drops has to be sent again, by both ends.</summary>
    [Fact]
    public void A_path_that_loses_two_of_a_hundred_loses_no_byte()
    {
        Needs.Full();
        using RoutedPath path = new("numgen random mod 100 < 2 drop");
        using ThrongProcess server = PacketLoads.Serve(path.Server, "10.2.0.2:7000");
        using SegmentCapture capture = new("near", "ip.src == 10.1.0.100", path.Router.Before);
        Document document = PacketLoads.Load(
            path.Client, "near", "query", "10.2.0.2:7000", "--protocol", "echo", "--size", "20KiB", "--rate", "100",
            "-c", "20", "--timeout", "60s", "--source", "10.1.0.100", "--gateway", "10.1.0.254",
            "--for", "5s");
        PacketLoads.AllAnswered(document);
        Assert.Equal(20, document.Number("connections.opened"));
        long sent = document.Number("messages.bytes_sent");
        Assert.Equal(document.Number("messages.sent") * 20 * 1024, sent);
        Assert.True(document.Number("tcp.retransmits") > 0, "segments of ours were lost");
        Assert.True(document.Number("packets.out_of_order") > 0, "segments of the server were lost");
        Assert.Equal(0, document.Number("packets.out_of_order_dropped"));
        server.Signal(ThrongProcess.SIGTERM);
        Assert.Equal(sent, server.Finish().SumOf("series", "bytes_received"));
        capture.Agrees(document.Number("tcp.retransmits"));
    }

    [Theory]
    [InlineData("slirp4netns")]
    [InlineData("pasta")]
    public void A_stack_that_is_not_of_Linux_echoes_every_byte(string program)
    {
        Needs.Full();
        using Netns guest = new();
        using ThrongProcess server = PacketLoads.Serve(null, "127.0.0.1:7001");
        using ForeignStack stack = new(program, guest);
        Document held = PacketLoads.Hold(
            guest, "tap0", 100, $"{stack.Host}:7001", "--source", stack.Source, "--ping-interval", "200ms-400ms");
        PacketLoads.AllAnswered(held);
        Assert.Equal(100, held.Number("connections.held"));
        Document queried = PacketLoads.Load(
            guest, "tap0", "query", $"{stack.Host}:7001", "--protocol", "echo", "--size", "20KiB", "--rate", "50",
            "-c", "10", "--source", stack.Source, "--for", "2s");
        PacketLoads.AllAnswered(queried);
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        Assert.Equal(110, served.Number("connections.opened"));
        Assert.Equal(
            held.Number("messages.bytes_sent") + queried.Number("messages.bytes_sent"),
            served.SumOf("series", "bytes_received"));
    }
}
