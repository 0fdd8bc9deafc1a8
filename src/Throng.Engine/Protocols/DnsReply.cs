using System.Buffers.Binary;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Header of a reply. Nothing behind it is looked at, as that costs time and can lie, but for the OPT record of a reply
/// with nothing else in it that has come in one piece: only such a one says that EDNS itself was not right.
/// </summary>
public readonly record struct DnsReply
{
    private const int ResponseBit = 0x8000;
    private const int TruncatedBit = 0x0200;
    private const int RcodeBits = 0x000f;

    private readonly ushort _flags;

    private readonly byte _ofEdns;

    internal DnsReply(ushort id, ushort flags, int bytes, byte ofEdns = 0)
    {
        Id = id;
        _flags = flags;
        _ofEdns = ofEdns;
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
    public byte Rcode => _ofEdns != 0 ? _ofEdns : (byte)(_flags & RcodeBits);

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
                CodeOfEdns(datagram))
            : new DnsReply(
                datagram.Length < sizeof(ushort) ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(datagram),
                0,
                datagram.Length);
        return hasHeader;
    }

    /// <summary>The code that EDNS makes of the one in the header; 0 where it makes none that is known.</summary>
    private static byte CodeOfEdns(ReadOnlySpan<byte> message)
    {
        const int CountsAt = 4;
        const ulong QuestionAndOpt = 0x0001_0000_0000_0001; // one question, no answer, no authority, one record more
        const ushort TypeOpt = 41;
        const int CodeAt = 5; // behind an empty name, its type and its class
        if (BinaryPrimitives.ReadUInt64BigEndian(message[CountsAt..]) != QuestionAndOpt)
        {
            return 0;
        }

        int at = DnsQuestion.HeaderBytes;
        while (at < message.Length && message[at] != 0)
        {
            at += 1 + message[at];
        }

        at += 1 + (2 * sizeof(ushort));
        bool isOpt = at + CodeAt < message.Length && message[at] == 0
            && BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]) == TypeOpt;
        int code = isOpt ? (message[at + CodeAt] << 4) | (message[3] & RcodeBits) : 0;
        return code switch
        {
            16 => DnsRcode.BadVersion,
            23 => DnsRcode.BadCookie,
            _ => (byte)0,
        };
    }
}
