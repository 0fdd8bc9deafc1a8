using Throng.Engine;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads with --engine packet over a veth of two queues, each taken by a worker.</summary>
public sealed class PacketQueuesTests : IDisposable
{
    private readonly Netns _here = new();
    private readonly Netns _there = new();

    public PacketQueuesTests() => VethPair.Connect(_here, _there, queues: 2);

    /// <summary>
    /// At the entrance of the network stack, answers leave on queues of the kernel's choice: many come to the other
    /// worker.
    /// </summary>
    [Fact]
    public void Twenty_thousand_are_held_and_echoed_whichever_queue_answers_come_to()
    {
        using ThrongProcess server = Serve(
            "--engine", "xdp", "--xdp-mode", "generic", "--interface", "there", "--listen", "10.9.0.2:7000-7003");
        Document document = PacketLoads.Hold(
            _here, "here", 20_000, "10.9.0.2:7000-7003", "--source", "10.9.0.128/30", "--ping-interval",
            "300ms-500ms", "--queues", "2");
        document.AddsUp();
        Assert.Equal(20_000, document.Number("connections.held"));
        Assert.Equal(20_000, document.Number("connections.opened"));
        Assert.Equal(0, document.Number("connections.lost"));
        Assert.Equal(document.Number("messages.sent"), document.Number("messages.answered"));
        Assert.True(document.Number("messages.answered") >= 20_000);
        Assert.Equal(2, document.Number("packets.queues"));
        Assert.True(document.Number("packets.frames_passed") > 1000);
        Assert.True(document.Number("packets.frames_in") >= document.Number("packets.segments_in"));
        Assert.Equal(0, document.Number("packets.resets_out"));
        Assert.Equal(0, document.Number("packets.malformed"));
        Assert.Equal(0, document.Number("drain.open"));
    }

    [Theory]
    [InlineData("10.9.0.2", "10.9.0.128/30", "fin")]
    [InlineData("[fd00:9::2]", "fd00:9::8000/126", "rst")]
    public void Connections_come_and_go_with_sockets_at_the_other_end(string host, string source, string close)
    {
        using ThrongProcess server = Serve("--listen", $"{host}:7000");
        Document document = Load(
            "churn", $"{host}:7000", "--rate", "1000", "--source", source, "--close", close, "-n", "2000");
        long lives = PacketLoads.AllLived(document, due: 2000);
        Assert.True(document.Number("packets.frames_passed") > 0);
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        served.Equal(lives, served.Number("connections.opened"), "opened");
    }

    [Theory]
    [InlineData(1, "--queues 2, or ethtool -L here rx 1 tx 1")]
    [InlineData(3, "--queues 3 is more than here has: it receives on 2 queues")]
    public void Another_number_than_the_interface_has_is_refused(int queues, string words)
    {
        using ThrongProcess refused = _here.Throng(
            3, "hold", "10", "10.9.0.2:7000", "--source", "10.9.0.128", "--engine", "packet", "--interface", "here",
            "--queues", $"{queues}");
        Assert.Contains(words, refused.ErrorText, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    private ThrongProcess Serve(params string[] options) => PacketLoads.Serve(_there, options);

    private Document Load(params string[] words) => PacketLoads.Load(_here, "here", [.. words, "--queues", "2"]);
}
