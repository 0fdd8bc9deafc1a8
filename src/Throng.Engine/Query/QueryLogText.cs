using System.Buffers.Text;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Rows as lines of CSV in a buffer that is used again and again. The columns: <c>type</c> Q or A; <c>timestamp</c>,
/// the time of day when it was sent or came; <c>connection_id</c> from 0; <c>query_id</c> as on the wire;
/// <c>poisson_id</c>, of a query the arrival process it belongs to (<see cref="Schedule.ProcessOf"/>);
/// <c>poisson_interval_us</c>, empty; <c>rtt_us</c>, of an answer the time since its query was sent.
/// </summary>
/// <param name="offsetNs">From the rows' clock to the time of day.</param>
internal sealed class QueryLogText(long offsetNs)
{
    /// <summary>A buffer of so many bytes or more is ready to be written.</summary>
    public const int FullBytes = 1 << 16;

    private const int LineBytesMax = 128;
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
        into[at++] = (byte)',';
        if (!row.IsAnswer)
        {
            at += WriteNumber(into[at..], row.Process);
        }

        into[at++] = (byte)',';
        into[at++] = (byte)',';
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
        long second = timeNs / Ns.Second;
        if (second != _secondWritten)
        {
            _secondWritten = second;
            _secondBytes = WriteNumber(_second, second);
            _second[_secondBytes++] = (byte)'.';
        }

        _second.AsSpan(0, _secondBytes).CopyTo(into);
        uint rest = (uint)(timeNs - (second * Ns.Second));
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
