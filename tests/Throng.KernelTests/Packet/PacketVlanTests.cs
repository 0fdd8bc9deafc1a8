using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads with --vlan against a kernel that sees and sends frames of that VLAN alone.</summary>
public sealed class PacketVlanTests
{
    private const string Server4 = "10.9.0.2";
    private const string Server6 = "[fd00:9::2]";

    /// <summary>Asking for neighbours and being asked, bytes of a full segment, and connections that come and go.
    /// </summary>
    [Theory]
    [InlineData(Server4, "10.9.0.128/30", true)]
    [InlineData(Server4, "10.9.0.128/30", false)]
    [InlineData(Server6, "fd00:9::8000/126", false)]
    public void Everything_is_tagged(string host, string source, bool tagIsApart)
    {
        using Netns here = new();
        using Netns there = new();
        VethPair.Connect(here, there);
        using TaggedEnd tagged = new(there, 7, tagIsApart);
        using ThrongProcess server = PacketLoads.Serve(there, $"{host}:7000");
        string to = $"{host}:7000";
        Document held = PacketLoads.Hold(
            here, "here", 1000, to, "--ping-interval", "300ms-500ms", "--vlan", "7", "--source", source);
        Assert.Equal(1000, held.Number("connections.held"));
        PacketLoads.AllAnswered(held);
        Document churned = Load(here, 7, source, "churn", to, "--rate", "400", "-n", "400");
        long lives = PacketLoads.AllLived(churned, due: 400);
        Document asked = Load(
            here, 7, source, "query", to, "--protocol", "echo", "--size", "20KiB", "--rate", "100", "-c", "10",
            "--for", "1s");
        PacketLoads.AllAnswered(asked);
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        served.Equal(
            1000 + lives + asked.Number("connections.opened"), served.Number("connections.opened"), "opened");
        Assert.Equal(
            held.Number("messages.bytes_sent") + churned.Number("messages.bytes_sent")
                + asked.Number("messages.bytes_sent"),
            served.SumOf("series", "bytes_received"));
        Assert.Equal(0, served.Number("connections.lost"));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public void Frames_of_another_VLAN_or_of_none_do_not_come_there(int vlan)
    {
        using Netns here = new();
        using Netns there = new();
        VethPair.Connect(here, there);
        using TaggedEnd tagged = new(there, 7, isApart: false);
        using ThrongProcess server = PacketLoads.Serve(there, $"{Server4}:7000");
        string[] tag = vlan > 0 ? ["--vlan", $"{vlan}"] : [];
        using ThrongProcess load = PacketLoads.Run(
            1, here, "here",
            ["hold", "10", $"{Server4}:7000", "--connect-timeout", "500ms", "--source", "10.9.0.128", "--for", "1s",
                .. tag]);
        Document document = load.Document();
        document.AddsUp();
        Assert.Equal(0, document.Number("connections.opened"));
        server.Signal(ThrongProcess.SIGTERM);
        Assert.Equal(0, server.Finish().Number("connections.opened"));
    }

    private static Document Load(Netns here, int vlan, string source, params string[] words) =>
        PacketLoads.Load(here, "here", [.. words, "--vlan", $"{vlan}", "--source", source]);
}
