using System.Buffers.Binary;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>An ICMP error about a segment of ours: which one, and the errno it means (as Linux has them).</summary>
internal struct IcmpError
{
    private const byte Unreachable = 3;
    private const byte TimeExceeded = 11;
    private const byte Unreachable6 = 1;
    private const byte TooBig6 = 2;
    private const byte TimeExceeded6 = 3;
    private const byte FragmentationNeeded = 4;
    private const int HeadBytes = 8;

    /// <summary>Ours is the local end: the source of the packet that was answered.</summary>
    public Endpoints Ends;

    /// <summary>Sequence number of the segment that was answered.</summary>
    public uint Seq;

    /// <summary>Errno, positive.</summary>
    public int Errno;

    /// <summary>Bytes of the largest packet that gets through; 0: the error is another one.</summary>
    public int MtuBytes;

    /// <summary>Reads an ICMP message; false for one that is no error about TCP.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, bool isIPv6)
    {
        this = default;
        if (message.Length < HeadBytes)
        {
            return false;
        }

        Errno = isIPv6 ? ErrnoOf6(message[0], message[1]) : ErrnoOf4(message[0], message[1]);
        if (Errno == Linux.Errno.EMSGSIZE)
        {
            MtuBytes = isIPv6
                ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(message[4..]), ushort.MaxValue)
                : BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        }

        return Errno != 0 && TryReadInner(message[HeadBytes..], isIPv6);
    }

    private bool TryReadInner(ReadOnlySpan<byte> packet, bool isIPv6)
    {
        UInt128 source;
        UInt128 destination;
        int headerBytes = PacketHeaders.IPv6Bytes;
        if (isIPv6)
        {
            if (packet.Length < headerBytes || packet[6] != SocketConstants.IPPROTO_TCP)
            {
                return false;
            }

            PacketHeaders.AddressesOfIPv6(packet, out source, out destination);
        }
        else
        {
            if (!PacketHeaders.TryReadIPv4(packet, out headerBytes, out _) || packet[9] != SocketConstants.IPPROTO_TCP)
            {
                return false;
            }

            PacketHeaders.AddressesOfIPv4(packet, out source, out destination);
        }

        ReadOnlySpan<byte> tcp = packet[headerBytes..];
        if (tcp.Length < 8)
        {
            return false;
        }

        Ends = new Endpoints(
            source, destination, BinaryPrimitives.ReadUInt16BigEndian(tcp),
            BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        Seq = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        return true;
    }

    private static int ErrnoOf4(byte type, byte code) => (type, code) switch
    {
        (Unreachable, 0 or 6 or 9 or 11) => Linux.Errno.ENETUNREACH,
        (Unreachable, 2) => Linux.Errno.ENOPROTOOPT,
        (Unreachable, 3) => Linux.Errno.ECONNREFUSED,
        (Unreachable, FragmentationNeeded) => Linux.Errno.EMSGSIZE,
        (Unreachable, 5) => Linux.Errno.EOPNOTSUPP,
        (Unreachable, 7) => Linux.Errno.EHOSTDOWN,
        (Unreachable, _) or (TimeExceeded, _) => Linux.Errno.EHOSTUNREACH,
        _ => 0,
    };

    private static int ErrnoOf6(byte type, byte code) => (type, code) switch
    {
        (Unreachable6, 0) => Linux.Errno.ENETUNREACH,
        (Unreachable6, 1 or 5 or 6) => Linux.Errno.EACCES,
        (Unreachable6, 4) => Linux.Errno.ECONNREFUSED,
        (Unreachable6, _) or (TimeExceeded6, _) => Linux.Errno.EHOSTUNREACH,
        (TooBig6, _) => Linux.Errno.EMSGSIZE,
        _ => 0,
    };
}
