using System.Buffers.Binary;
using Throng.Linux;
using static Throng.Linux.PacketConstants;

namespace Throng.Engine;

/// <summary>Ends and flags of a packet. An ICMP error has those of the packet that it is about, and no flags.</summary>
internal readonly record struct PacketHead(PacketEnd Source, PacketEnd Destination, TcpFlags Flags)
{
    private const int IcmpHeadBytes = 8;
    private const int FlagsOffset = 13;

    /// <summary>Reads a packet from its IP header on; false for one without ports.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out PacketHead head) =>
        TryRead(packet, isQuoted: false, out head);

    private static bool TryRead(ReadOnlySpan<byte> packet, bool isQuoted, out PacketHead head)
    {
        head = default;
        bool isIPv6 = packet.Length > 0 && packet[0] >> 4 == 6;
        int headBytes = isIPv6 ? PacketHeaders.IPv6Bytes : packet.Length > 0 ? (packet[0] & 0xF) * 4 : 0;
        if (headBytes < PacketHeaders.IPv4Bytes || packet.Length < headBytes + 4)
        {
            return false;
        }

        int protocol = isIPv6 ? packet[6] : packet[9];
        ReadOnlySpan<byte> rest = packet[headBytes..];
        if (protocol == (isIPv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
        {
            // Errors are the types up to 127 of IPv6; of IPv4 those that quote a packet have its head behind theirs.
            bool quotes = isIPv6 ? rest[0] < 128 : rest[0] is 3 or 11 or 12;
            return quotes && !isQuoted && rest.Length > IcmpHeadBytes
                && TryRead(rest[IcmpHeadBytes..], isQuoted: true, out head);
        }

        ushort from = BinaryPrimitives.ReadUInt16BigEndian(rest);
        ushort to = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        bool hasFlags = !isQuoted && protocol == SocketConstants.IPPROTO_TCP && rest.Length > FlagsOffset;
        UInt128 source;
        UInt128 destination;
        if (isIPv6)
        {
            PacketHeaders.AddressesOfIPv6(packet, out source, out destination);
        }
        else
        {
            PacketHeaders.AddressesOfIPv4(packet, out source, out destination);
        }

        head = new PacketHead(
            new PacketEnd(source, from), new PacketEnd(destination, to),
            hasFlags ? (TcpFlags)rest[FlagsOffset] : TcpFlags.None);
        return true;
    }
}
