using System.Buffers.Binary;
using static Throng.Linux.PacketConstants;
using static Throng.Linux.SocketConstants;

namespace Throng.Engine;

/// <summary>Kind of packet that came.</summary>
internal enum PacketKind
{
    /// <summary>Neither TCP nor an error about it: not for this engine.</summary>
    Other,
    Segment,
    IcmpError,

    /// <summary>Lengths or options that contradict each other.</summary>
    Malformed,

    /// <summary>A checksum that does not fit.</summary>
    BadChecksum,
}

/// <summary>Reads packets that came: IPv4 and IPv6 headers, TCP with its options, ICMP errors.</summary>
internal static class PacketReader
{
    private const int FragmentBits = 0x3FFF;

    /// <summary>Reads an IP packet; bytes behind its end are padding of the frame.</summary>
    public static PacketKind Read(ReadOnlySpan<byte> packet, ref Segment segment, ref IcmpError error)
    {
        if (packet.Length < 1)
        {
            return PacketKind.Malformed;
        }

        return (packet[0] >> 4) switch
        {
            4 => ReadIPv4(packet, ref segment, ref error),
            6 => ReadIPv6(packet, ref segment, ref error),
            _ => PacketKind.Malformed,
        };
    }

    private static PacketKind ReadIPv4(ReadOnlySpan<byte> packet, ref Segment segment, ref IcmpError error)
    {
        if (!PacketHeaders.TryReadIPv4(packet, out int headerBytes, out int totalBytes) || totalBytes > packet.Length)
        {
            return PacketKind.Malformed;
        }

        if (InternetChecksum.Finish(InternetChecksum.Add(0, packet[..headerBytes])) != 0)
        {
            return PacketKind.BadChecksum;
        }

        if ((BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & FragmentBits) != 0)
        {
            return PacketKind.Other; // what is sent here has a DF bit and an MSS: nobody needs to cut it
        }

        PacketHeaders.AddressesOfIPv4(packet, out UInt128 source, out UInt128 destination);
        ReadOnlySpan<byte> rest = packet[headerBytes..totalBytes];
        return packet[9] switch
        {
            IPPROTO_TCP => ReadTcp(rest, source, destination, ref segment),
            IPPROTO_ICMP => InternetChecksum.Finish(InternetChecksum.Add(0, rest)) != 0
                ? PacketKind.BadChecksum
                : error.TryRead(rest, isIPv6: false) ? PacketKind.IcmpError : PacketKind.Other,
            _ => PacketKind.Other,
        };
    }

    private static PacketKind ReadIPv6(ReadOnlySpan<byte> packet, ref Segment segment, ref IcmpError error)
    {
        if (packet.Length < PacketHeaders.IPv6Bytes)
        {
            return PacketKind.Malformed;
        }

        int bytes = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (bytes > packet.Length - PacketHeaders.IPv6Bytes)
        {
            return PacketKind.Malformed;
        }

        PacketHeaders.AddressesOfIPv6(packet, out UInt128 source, out UInt128 destination);
        ReadOnlySpan<byte> rest = packet.Slice(PacketHeaders.IPv6Bytes, bytes);
        switch (packet[6])
        {
            case IPPROTO_TCP:
                return ReadTcp(rest, source, destination, ref segment);
            case IPPROTO_ICMPV6:
                ulong sum = InternetChecksum.OfPseudoHeader(source, destination, IPPROTO_ICMPV6, bytes);
                return InternetChecksum.Finish(InternetChecksum.Add(sum, rest)) != 0 ? PacketKind.BadChecksum
                    : error.TryRead(rest, isIPv6: true) ? PacketKind.IcmpError
                    : PacketKind.Other;
            default:
                return PacketKind.Other; // extension headers too: nobody puts them before TCP
        }
    }

    private static PacketKind ReadTcp(
        ReadOnlySpan<byte> bytes, UInt128 source, UInt128 destination, ref Segment segment)
    {
        if (bytes.Length < PacketHeaders.TcpBytes)
        {
            return PacketKind.Malformed;
        }

        int headerBytes = (bytes[12] >> 4) * 4;
        if (headerBytes < PacketHeaders.TcpBytes || headerBytes > bytes.Length)
        {
            return PacketKind.Malformed;
        }

        ulong sum = InternetChecksum.OfPseudoHeader(source, destination, IPPROTO_TCP, bytes.Length);
        bool isRight = InternetChecksum.Finish(InternetChecksum.Add(sum, bytes)) == 0;
        if (!isRight && !InternetChecksum.IsLeftToDevice(sum, BinaryPrimitives.ReadUInt16BigEndian(bytes[16..])))
        {
            return PacketKind.BadChecksum;
        }

        segment = default;
        segment.Ends = new Endpoints(
            destination, source, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes));
        segment.Seq = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        segment.Ack = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        segment.Flags = (TcpFlags)bytes[13];
        segment.Window = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        segment.WindowScale = -1;
        segment.Payload = bytes[headerBytes..];
        bool isWellFormed = TcpOptions.TryRead(bytes[PacketHeaders.TcpBytes..headerBytes], ref segment);
        return isWellFormed || !segment.Has(TcpFlags.Syn) ? PacketKind.Segment : PacketKind.Malformed;
    }
}
