using System.Buffers.Binary;

namespace Throng.Engine;

/// <summary>Ends and flags of a packet. An ICMP error has those of the packet that it is about, and no flags.</summary>
internal readonly record struct PacketHead(PacketEnd Source, PacketEnd Destination, byte Flags)
{
    public const byte Fin = 0x01;
    public const byte Syn = 0x02;
    public const byte Rst = 0x04;
    public const byte Ack = 0x10;

    private const int Icmp = 1;
    private const int Tcp = 6;
    private const int IcmpOfIPv6 = 58;
    private const int IcmpHeadBytes = 8;
    private const int HeadBytesOfIPv6 = 40;
    private const int FlagsOffset = 13;

    /// <summary>Reads a packet from its IP header on; false for one without ports.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out PacketHead head) =>
        TryRead(packet, isQuoted: false, out head);

    private static bool TryRead(ReadOnlySpan<byte> packet, bool isQuoted, out PacketHead head)
    {
        head = default;
        bool isIPv6 = packet.Length > 0 && packet[0] >> 4 == 6;
        int headBytes = isIPv6 ? HeadBytesOfIPv6 : packet.Length > 0 ? (packet[0] & 0xF) * 4 : 0;
        if (headBytes < 20 || packet.Length < headBytes + 4)
        {
            return false;
        }

        int protocol = isIPv6 ? packet[6] : packet[9];
        ReadOnlySpan<byte> rest = packet[headBytes..];
        if (protocol == (isIPv6 ? IcmpOfIPv6 : Icmp))
        {
            // Errors are the types up to 127 of IPv6; of IPv4 those that quote a packet have its head behind theirs.
            bool quotes = isIPv6 ? rest[0] < 128 : rest[0] is 3 or 11 or 12;
            return quotes && !isQuoted && rest.Length > IcmpHeadBytes
                && TryRead(rest[IcmpHeadBytes..], isQuoted: true, out head);
        }

        ushort from = BinaryPrimitives.ReadUInt16BigEndian(rest);
        ushort to = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        byte flags = !isQuoted && protocol == Tcp && rest.Length > FlagsOffset ? rest[FlagsOffset] : (byte)0;
        head = isIPv6
            ? new(PacketEnd.OfIPv6(packet[8..], from), PacketEnd.OfIPv6(packet[24..], to), flags)
            : new(PacketEnd.OfIPv4(packet[12..], from), PacketEnd.OfIPv4(packet[16..], to), flags);
        return true;
    }
}
