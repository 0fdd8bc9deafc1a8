using System.Buffers.Binary;
using System.Net;
using Throng.Linux;

namespace Throng.Tests.PacketQueues;

/// <summary>Frames as they come to an interface, with what the choice of a worker looks at and nothing else.</summary>
internal static class TestFrame
{
    public static readonly byte[] PeerMac = [2, 0, 0, 0, 0, 9];

    private static readonly byte[] OurMac = [2, 0, 0, 0, 0, 1];

    /// <summary>A segment to a port of ours.</summary>
    public static byte[] Tcp(int port, bool isIPv6)
    {
        byte[] tcp = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 7000);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)port);
        return Ethernet(isIPv6, IP(isIPv6, SocketConstants.IPPROTO_TCP, tcp));
    }

    /// <summary>Nobody can be reached: the answer to a segment from a port of ours.</summary>
    public static byte[] Icmp(int port, bool isIPv6)
    {
        byte[] tcp = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), 7000);
        byte[] head = [(byte)(isIPv6 ? 1 : 3), 1, 0, 0, 0, 0, 0, 0];
        byte[] quoted = [.. head, .. IP(isIPv6, SocketConstants.IPPROTO_TCP, tcp)];
        int icmp = isIPv6 ? PacketConstants.IPPROTO_ICMPV6 : PacketConstants.IPPROTO_ICMP;
        return Ethernet(isIPv6, IP(isIPv6, icmp, quoted));
    }

    /// <summary>10.9.0.9 asks who has 10.9.0.1 (1), or tells 10.9.0.1 where it is (2).</summary>
    public static byte[] Arp(byte operation) =>
    [
        .. OurMac, .. PeerMac, 8, 6, 0, 1, 8, 0, 6, 4, 0, operation, .. PeerMac, 10, 9, 0, 9, .. OurMac, 10, 9, 0, 1,
    ];

    /// <summary>fd00::9 asks who has fd00::1 (135), or tells fd00::1 where it is (136).</summary>
    public static byte[] Discovery(byte type)
    {
        byte[] about = IPAddress.Parse(type == 135 ? "fd00::1" : "fd00::9").GetAddressBytes();
        byte[] option = [(byte)(type == 135 ? 1 : 2), 1, .. PeerMac];
        byte[] message = [type, 0, 0, 0, 0, 0, 0, 0, .. about, .. option];
        return Ethernet(true, IP(true, PacketConstants.IPPROTO_ICMPV6, message));
    }

    public static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0, 0, 7, .. frame[12..]];

    private static byte[] Ethernet(bool isIPv6, byte[] packet) =>
        isIPv6 ? [.. OurMac, .. PeerMac, 0x86, 0xDD, .. packet] : [.. OurMac, .. PeerMac, 8, 0, .. packet];

    private static byte[] IP(bool isIPv6, int protocol, byte[] payload)
    {
        byte[] header = new byte[isIPv6 ? 40 : 20];
        if (isIPv6)
        {
            header[0] = 0x60;
            header[6] = (byte)protocol;
            header[7] = 255;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload.Length);
            IPAddress.Parse("fd00::9").GetAddressBytes().CopyTo(header, 8);
            IPAddress.Parse("fd00::1").GetAddressBytes().CopyTo(header, 24);
        }
        else
        {
            header[0] = 0x45;
            header[9] = (byte)protocol;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
            new byte[] { 10, 9, 0, 9, 10, 9, 0, 1 }.CopyTo(header, 12);
        }

        return [.. header, .. payload];
    }
}
