using System.Buffers.Binary;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Header of a reply. Nothing behind it is looked at, as that costs time and can lie, but for the OPT record of a reply
/// with nothing else in it.
/// </summary>
public readonly record struct DnsReply
{
    private const int ResponseBit = 0x8000;
    private const int TruncatedBit = 0x0200;
    private const int RcodeBits = 0x000f;

    private readonly ushort _flags;

    internal DnsReply(ushort id, ushort flags, int bytes, ExtendedRcode extended = default)
    {
        Id = id;
        _flags = flags;
        Rcode = extended.Over((byte)(flags & RcodeBits));
        Bytes = bytes;
    }

    /// <summary>Id of the query that the reply says it answers; 0 where it is too short for one.</summary>
    public ushort Id { get; }

    /// <summary>Length of the message, without the two bytes of its length on TCP.</summary>
    public int Bytes { get; }

    /// <summary>Too short for a header: it answers nothing. The messages after it are not affected.</summary>
    public bool IsMalformed => Bytes < DnsQuestion.HeaderBytes;

    /// <summary>Whether it is long enough to say which query it answers, malformed or not.</summary>
    public bool HasId => Bytes >= sizeof(ushort);

    /// <summary>See <see cref="DnsRcode"/>.</summary>
    public byte Rcode { get; }

    /// <summary>TC: the server left something out for want of room.</summary>
    public bool IsTruncated => (_flags & TruncatedBit) != 0;

    /// <summary>QR: what an echo server sends back has it unset.</summary>
    public bool IsResponse => (_flags & ResponseBit) != 0;

    /// <summary>A datagram, which is one message. False: it is malformed, and <paramref name="reply"/> says so too.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out DnsReply reply)
    {
        bool hasHeader = datagram.Length >= DnsQuestion.HeaderBytes;
        reply = hasHeader
            ? new DnsReply(
                BinaryPrimitives.ReadUInt16BigEndian(datagram),
                BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
                datagram.Length,
                ExtendedRcode.Of(datagram))
            : new DnsReply(
                datagram.Length < sizeof(ushort) ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(datagram),
                0,
                datagram.Length);
        return hasHeader;
    }
}
