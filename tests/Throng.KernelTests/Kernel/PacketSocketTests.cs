using System.Net;
using System.Net.Sockets;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A filter lets through each packet to a target and from it once, and no other.</summary>
public sealed class PacketSocketTests
{
    [Theory]
    [InlineData("127.0.0.1", 0)]
    [InlineData("::1", 0)]
    [InlineData("127.0.0.1", 2_000)]
    public void Packets_of_a_target_come_once_and_others_not(string host, int furtherAddresses)
    {
        Requirement.OwnNetwork();
        IPAddress address = IPAddress.Parse(host);
        using Socket target = Bound(address);
        using Socket other = Bound(address);
        using Socket client = Bound(address);
        SockAddr watched = Of(target);
        List<SockAddr> targets = [watched, watched.WithPort(9)];
        targets.AddRange(Enumerable.Range(1, furtherAddresses).Select(
            at => SockAddr.FromIPv4(0x0A000000 + (uint)at, (ushort)(at * 3))));
        sock_filter[] filter = PacketFilter.Assemble(targets, isDatagram: true, keptBytes: 60);
        Assert.InRange(filter.Length, 1, 4_096);
        Assert.Equal(0, PacketSocket.Open(out PacketSocket? socket));
        using PacketSocket packets = socket!;
        Assert.Equal(0, packets.Begin(filter));
        for (int i = 0; i < 50; i++)
        {
            _ = client.SendTo(new byte[100], target.LocalEndPoint!);
            _ = client.SendTo(new byte[200], other.LocalEndPoint!);
            _ = target.SendTo(new byte[300], client.LocalEndPoint!);
        }

        Reader reader = new();
        int headBytes = address.AddressFamily == AddressFamily.InterNetwork ? 28 : 48;
        Eventually.Holds(
            () =>
            {
                packets.Take(reader);
                return reader.Lengths.Count >= 100;
            },
            () => $"{reader.Lengths.Count} packets came");
        Thread.Sleep(4 * PacketSocket.RetireMs);
        packets.Take(reader);
        Assert.Equal(50, reader.Lengths.Count(length => length == 100 + headBytes));
        Assert.Equal(50, reader.Lengths.Count(length => length == 300 + headBytes));
        Assert.Equal(100, reader.Lengths.Count);
        Assert.Equal(60, reader.KeptMax);
        Assert.Equal(0, packets.Dropped);
        Assert.Equal("lo", Interfaces.Name(Assert.Single(reader.Places)));
    }

    private static Socket Bound(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static SockAddr Of(Socket socket)
    {
        IPEndPoint end = (IPEndPoint)socket.LocalEndPoint!;
        return SockAddr.From(end.Address, end.Port);
    }

    private sealed class Reader : IPacketReader
    {
        public List<int> Lengths { get; } = [];

        public HashSet<int> Places { get; } = [];

        public int KeptMax { get; private set; }

        public void Read(in CapturedPacket packet)
        {
            Lengths.Add(packet.Length);
            _ = Places.Add(packet.InterfaceIndex);
            KeptMax = Math.Max(KeptMax, packet.Bytes.Length);
            Assert.InRange(packet.WallNs, Clock.RealtimeNs() - 60_000_000_000, Clock.RealtimeNs());
        }
    }
}
