using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng serve --engine xdp` from another namespace over a veth pair that loses packets.</summary>
public sealed class EchoPathTests
{
    private const int Port = 7000;

    [Theory]
    [InlineData("10.9.0.2", false)]
    [InlineData("fd00:9::2", false)]
    [InlineData("10.9.0.2", true)]
    [InlineData("fd00:9::2", true)]
    public void Bytes_survive_a_path(string address, bool loses)
    {
        using Netns client = new();
        using Netns host = new();
        VethPair.Connect(client, host);
        if (loses)
        {
            // One packet in a hundred, each way.
            Needs.Tool("nft");
            client.Out("nft add table inet loss");
            client.Out("nft 'add chain inet loss in { type filter hook input priority 0; }'");
            client.Out("nft 'add chain inet loss out { type filter hook output priority 0; }'");
            client.Out("nft add rule inet loss in meta l4proto tcp numgen random mod 100 == 0 drop");
            client.Out("nft add rule inet loss out meta l4proto tcp numgen random mod 100 == 0 drop");
        }

        string path = ControlClient.NewPath();
        string listen = address.Contains(':') ? $"[{address}]:{Port}" : $"{address}:{Port}";
        using ThrongProcess server = ThrongProcess.Start(
            new Launch { Before = host.Before },
            "serve", "--engine", "xdp", "--interface", "there", "--listen", listen, "--json", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status");
        NamespaceThread.Run(client, () => Exercise(IPAddress.Parse(address)));
        server.Signal(ThrongProcess.SIGTERM);
        Document document = server.Finish();
        Assert.Equal("generic", document.Text("serve.xdp_mode"));
        document.Equal(0, document.Number("serve.dropped.malformed"), "malformed");
        document.Equal(0, document.Number("serve.dropped.stale"), "stale");
        Assert.True(document.Number("serve.packets_syn") >= 9, server.Story());
    }

    /// <summary>In the driver of a veth packets have checksums of their own, and somebody looks at them.</summary>
    [Fact]
    public void In_the_driver_the_checksums_are_looked_at()
    {
        using Netns client = new();
        using Netns host = new();
        VethPair.Connect(client, host);
        Ethtool.SendChecksums(client, "here");
        string ready = ControlClient.NewPath();
        string path = ControlClient.NewPath();

        // Any program will do at the other end; this one answers for nobody.
        using ThrongProcess other = ThrongProcess.Start(
            new Launch { Before = client.Before }, "serve", "--engine", "xdp", "--xdp-mode", "native", "--interface",
            "here", "--listen", "10.99.0.1:1", "-q", "--control", ready);
        using ThrongProcess server = ThrongProcess.Start(
            new Launch { Before = host.Before }, "serve", "--engine", "xdp", "--xdp-mode", "native", "--interface",
            "there", "--listen", $"10.9.0.2:{Port}", "--listen", $"[fd00:9::2]:{Port}", "--json", "-q", "--control",
            path);
        using ControlClient otherControl = ControlClient.To(ready, other);
        using ControlClient control = ControlClient.To(path, server);
        otherControl.Ask("status");
        control.Ask("status");
        NamespaceThread.Run(client, () =>
        {
            Exercise(IPAddress.Parse("10.9.0.2"));
            Exercise(IPAddress.Parse("fd00:9::2"));
        });
        string wrong = client.Out("awk '/^Tcp:/ { n = $NF } END { print n }' /proc/net/snmp");
        Assert.Equal("0", wrong); // InCsumErrors
        server.Signal(ThrongProcess.SIGTERM);
        Document document = server.Finish();
        Assert.Equal("native", document.Text("serve.xdp_mode"));
        Assert.Equal(1, document.Findings("xdp-native-veth"));
    }

    private static void Exercise(IPAddress address)
    {
        Socket[] small = [.. Enumerable.Range(0, 8).Select(_ => Peer.Connect(Port, address))];
        for (int round = 0; round < 60; round++)
        {
            byte[] sent = Peer.Pattern(64, round);
            Array.ForEach(small, one => one.Send(sent));
            byte[] received = new byte[sent.Length];
            Array.ForEach(small, one =>
            {
                Assert.Equal(sent.Length, Peer.ReadAll(one, received));
                Assert.True(sent.AsSpan().SequenceEqual(received));
            });
        }

        Array.ForEach(small, one => one.Dispose());
        using Socket large = Peer.Connect(Port, address);
        byte[] stream = Peer.Pattern(500_000);
        Exception? failure = null;
        Thread writer = new(() => failure = Record.Exception(() =>
        {
            large.Send(stream);
            large.Shutdown(SocketShutdown.Send);
        }));
        writer.Start();
        byte[] back = new byte[stream.Length + 1];
        int read = Peer.ReadAll(large, back);
        writer.Join();
        Assert.Null(failure);
        Assert.Equal(stream.Length, read);
        Assert.True(stream.AsSpan().SequenceEqual(back.AsSpan(0, read)));
    }
}
