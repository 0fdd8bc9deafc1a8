using System.Buffers.Binary;
using System.Text;

namespace Throng.Engine;

/// <summary>
/// Content and form of one query: it becomes a whole query message with id 0, one question of class IN and, when asked
/// for, an OPT record (EDNS). The prefix with the length that TCP wants is not part of it.
/// </summary>
public sealed record DnsQuestion
{
    /// <summary>Largest size of a message made here: header, the longest name, type and class, OPT.</summary>
    public const int BytesMax = HeaderBytes + DnsName.BytesMax + 4 + OptBytes;

    /// <summary>Every DNS message begins with so many bytes.</summary>
    public const int HeaderBytes = 12;

    /// <summary>The size of a datagram said with <see cref="WantsDnssec"/> when none was asked for: what fits a packet
    /// on any path.</summary>
    public const int EdnsDefaultBytes = 1232;

    private const int OptBytes = 11;
    private const ushort OptType = 41;
    private const ushort ClassIn = 1;
    private const ushort RecursionDesired = 0x0100;
    private const uint DnssecOk = 0x8000;

    /// <summary>As <see cref="DnsName"/> reads it.</summary>
    public string Name { get; init; } = "example.com";

    public ushort Type { get; init; } = DnsType.A;

    /// <summary>RD: the server is to ask others for what it does not know itself.</summary>
    public bool WantsRecursion { get; init; } = true;

    /// <summary>The largest datagram this end says it takes, at most 65,535; 0: no OPT record.</summary>
    public int EdnsBytes { get; init; }

    /// <summary>DO: signatures are to come with the answer. Without <see cref="EdnsBytes"/> there is an OPT record all
    /// the same.</summary>
    public bool WantsDnssec { get; init; }

    /// <summary>Writes the message and the bytes it took; the error quotes the name and says what is wrong.</summary>
    /// <param name="into">At least <see cref="BytesMax"/> bytes.</param>
    public bool TryWrite(Span<byte> into, out int bytes, out string error)
    {
        byte[] name = Encoding.UTF8.GetBytes(Name);
        if (TryWrite(name, Type, into, out bytes, out error))
        {
            return true;
        }

        error = $"'{Plain(name)}' is not a domain name: {error}";
        return false;
    }

    /// <summary>The same for another name and type, both of which nothing is allocated for. The error is a reason.
    /// </summary>
    internal bool TryWrite(ReadOnlySpan<byte> name, ushort type, Span<byte> into, out int bytes, out string error)
    {
        bytes = 0;
        if (!DnsName.TryWrite(name, into[HeaderBytes..], out int nameBytes, out error))
        {
            return false;
        }

        bool hasOpt = EdnsBytes > 0 || WantsDnssec;
        into[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], WantsRecursion ? RecursionDesired : (ushort)0);
        into[5] = 1;
        into[11] = (byte)(hasOpt ? 1 : 0);
        Span<byte> rest = into[(HeaderBytes + nameBytes)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], ClassIn);
        bytes = HeaderBytes + nameBytes + 4;
        if (hasOpt)
        {
            WriteOpt(rest.Slice(4, OptBytes));
            bytes += OptBytes;
        }

        return true;
    }

    /// <summary>The owner is the root; the class is the size; where the time to live stands elsewhere are the flags.
    /// </summary>
    private void WriteOpt(Span<byte> into)
    {
        into.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(into[1..], OptType);
        BinaryPrimitives.WriteUInt16BigEndian(into[3..], (ushort)(EdnsBytes > 0 ? EdnsBytes : EdnsDefaultBytes));
        BinaryPrimitives.WriteUInt32BigEndian(into[5..], WantsDnssec ? DnssecOk : 0);
    }

    /// <summary>Makes text that was read fit for a terminal.</summary>
    internal static string Plain(ReadOnlySpan<byte> text)
    {
        const int ShownMax = 60;
        StringBuilder plain = new();
        foreach (byte one in text[..Math.Min(text.Length, ShownMax)])
        {
            plain.Append(one is >= 0x20 and < 0x7f ? (char)one : '?');
        }

        return text.Length > ShownMax ? plain.Append("...").ToString() : plain.ToString();
    }
}
