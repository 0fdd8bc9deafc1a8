using System.Buffers.Binary;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>Headers of IP and TCP: their lengths, addresses, and writing them.</summary>
internal static class PacketHeaders
{
    public const int IPv4Bytes = 20;
    public const int IPv6Bytes = 40;

    /// <summary>Without options.</summary>
    public const int TcpBytes = 20;

    private const byte HopLimit = 64;
    private const ushort DontFragment = 0x4000;

    public static int IPBytes(bool isIPv6) => isIPv6 ? IPv6Bytes : IPv4Bytes;

    /// <summary>Reads the lengths of an IPv4 header; false when they cannot be.</summary>
    public static bool TryReadIPv4(ReadOnlySpan<byte> packet, out int headerBytes, out int totalBytes)
    {
        headerBytes = 0;
        totalBytes = 0;
        if (packet.Length < IPv4Bytes)
        {
            return false;
        }

        headerBytes = (packet[0] & 0x0F) * 4;
        totalBytes = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        return headerBytes >= IPv4Bytes && totalBytes >= headerBytes && headerBytes <= packet.Length;
    }

    public static void AddressesOfIPv4(ReadOnlySpan<byte> packet, out UInt128 source, out UInt128 destination)
    {
        source = new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(packet[12..]));
        destination = new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
    }

    public static void AddressesOfIPv6(ReadOnlySpan<byte> packet, out UInt128 source, out UInt128 destination)
    {
        source = BinaryPrimitives.ReadUInt128BigEndian(packet[8..]);
        destination = BinaryPrimitives.ReadUInt128BigEndian(packet[24..]);
    }

    /// <summary>
    /// Writes the headers of a segment of ours; its payload lies behind them already. Window, flags and numbers are
    /// those of <paramref name="segment"/>.
    /// </summary>
    /// <param name="packet">The whole packet, from IP to the end of the payload.</param>
    /// <param name="optionBytes">Bytes of TCP options, written already.</param>
    public static void Write(Span<byte> packet, in OutgoingSegment segment, int optionBytes)
    {
        bool isIPv6 = !Endpoints.IsIPv4(segment.Ends.Remote);
        int headerBytes = IPBytes(isIPv6);
        if (isIPv6)
        {
            WriteIPv6(packet, segment.Ends);
        }
        else
        {
            WriteIPv4(packet, segment.Ends);
        }

        Span<byte> tcp = packet[headerBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.Ends.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], segment.Ends.RemotePort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], segment.Seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], segment.Ack);
        tcp[12] = (byte)((TcpBytes + optionBytes) / 4 << 4);
        tcp[13] = (byte)segment.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], segment.Window);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[16..], 0); // checksum, urgent pointer
        ulong sum = InternetChecksum.OfPseudoHeader(
            segment.Ends.Local, segment.Ends.Remote, SocketConstants.IPPROTO_TCP, tcp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], InternetChecksum.Finish(InternetChecksum.Add(sum, tcp)));
    }

    private static void WriteIPv4(Span<byte> packet, in Endpoints ends)
    {
        Span<byte> header = packet[..IPv4Bytes];
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], DontFragment);
        header[8] = HopLimit;
        header[9] = SocketConstants.IPPROTO_TCP;
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], (uint)ends.Local);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], (uint)ends.Remote);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(0, header));
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], checksum);
    }

    private static void WriteIPv6(Span<byte> packet, in Endpoints ends)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x6000_0000);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - IPv6Bytes));
        packet[6] = SocketConstants.IPPROTO_TCP;
        packet[7] = HopLimit;
        BinaryPrimitives.WriteUInt128BigEndian(packet[8..], ends.Local);
        BinaryPrimitives.WriteUInt128BigEndian(packet[24..], ends.Remote);
    }
}

/// <summary>Numbers of a segment that is sent.</summary>
internal readonly record struct OutgoingSegment(Endpoints Ends, uint Seq, uint Ack, TcpFlags Flags, ushort Window);
