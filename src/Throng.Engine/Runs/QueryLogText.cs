using System.Buffers.Text;

namespace Throng.Engine;

/// <summary>
/// Rows as lines of CSV in a buffer that is used again and again. <c>poisson_id</c> is 0, as there is one schedule;
/// <c>poisson_interval_us</c> is empty.
/// </summary>
/// <param name="offsetNs">From the rows' clock to the time of day.</param>
internal sealed class QueryLogText(long offsetNs)
{
    /// <summary>A buffer of so many bytes or more is ready to be written.</summary>
    public const int FullBytes = 1 << 16;

    private const int LineBytesMax = 128;
    private const long SecondNs = 1_000_000_000;
    private const int FractionDigits = 9;

    private readonly byte[] _buffer = new byte[FullBytes + LineBytesMax];
    private readonly byte[] _second = new byte[24];
    private int _secondBytes;
    private long _secondWritten = -1;

    public static ReadOnlySpan<byte> Header =>
        "type,timestamp,connection_id,query_id,poisson_id,poisson_interval_us,rtt_us\n"u8;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Used);

    public int Used { get; private set; }

    public bool IsFull => Used >= FullBytes;

    public void Clear() => Used = 0;

    /// <summary>Adds a line; not to be called when it is full.</summary>
    public void Add(in QueryLogRow row)
    {
        Span<byte> into = _buffer.AsSpan(Used, LineBytesMax);
        into[0] = row.IsAnswer ? (byte)'A' : (byte)'Q';
        into[1] = (byte)',';
        int at = 2 + WriteTime(into[2..], row.AtNs + offsetNs);
        into[at++] = (byte)',';
        at += WriteNumber(into[at..], row.Connection);
        into[at++] = (byte)',';
        at += WriteNumber(into[at..], row.Id);
        ReadOnlySpan<byte> rest = row.IsAnswer ? ",,,"u8 : ",0,,"u8;
        rest.CopyTo(into[at..]);
        at += rest.Length;
        if (row.IsAnswer)
        {
            at += WriteNumber(into[at..], row.RttNs / 1000);
        }

        into[at++] = (byte)'\n';
        Used += at;
    }

    /// <summary>Seconds, a point, nine digits. Most rows are of the same second as the one before.</summary>
    private int WriteTime(Span<byte> into, long timeNs)
    {
        long second = timeNs / SecondNs;
        if (second != _secondWritten)
        {
            _secondWritten = second;
            _secondBytes = WriteNumber(_second, second);
            _second[_secondBytes++] = (byte)'.';
        }

        _second.AsSpan(0, _secondBytes).CopyTo(into);
        uint rest = (uint)(timeNs - (second * SecondNs));
        for (int at = _secondBytes + FractionDigits - 1; at >= _secondBytes; at--)
        {
            (rest, uint digit) = Math.DivRem(rest, 10);
            into[at] = (byte)('0' + digit);
        }

        return _secondBytes + FractionDigits;
    }

    private static int WriteNumber(Span<byte> into, long number)
    {
        Utf8Formatter.TryFormat(number, into, out int bytes);
        return bytes;
    }
}
