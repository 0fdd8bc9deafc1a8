using System.Buffers.Binary;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// First message of a connection that asks a server in mode later to send once more, so many milliseconds after its
/// peer's FIN. The answer, and what is sent then, begins with a promise in the place of the request: a server that only
/// echoes is not taken for one that keeps its side open.
/// </summary>
internal static class LaterMessage
{
    public const int Bytes = 16;

    public static ReadOnlySpan<byte> Request => "THRNGask"u8;

    public static ReadOnlySpan<byte> Promise => "THRNGyes"u8;

    /// <summary>Whole milliseconds, as a message has them: not less than asked for.</summary>
    public static uint MsOf(long ns) => (uint)((ns + Ns.Millisecond - 1) / Ns.Millisecond);

    public static void Write(Span<byte> message, ReadOnlySpan<byte> head, uint laterMs)
    {
        head.CopyTo(message);
        BinaryPrimitives.WriteInt64BigEndian(message[head.Length..], laterMs);
    }

    /// <summary>Whether these are the bytes of a request; it asks for no longer than a worker's timers reach.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out uint laterMs)
    {
        laterMs = 0;
        if (message.Length != Bytes || !message.StartsWith(Request))
        {
            return false;
        }

        long asked = BinaryPrimitives.ReadInt64BigEndian(message[Request.Length..]);
        bool isRight = asked is > 0 and <= LaterMaxMs;
        laterMs = isRight ? (uint)asked : 0;
        return isRight;
    }

    /// <summary>Whether these bytes are, from here on, those of a promise that was asked for.</summary>
    public static bool IsPromised(ReadOnlySpan<byte> bytes, int from, uint laterMs)
    {
        Span<byte> expected = stackalloc byte[Bytes];
        Write(expected, Promise, laterMs);
        return from + bytes.Length <= Bytes && expected.Slice(from, bytes.Length).SequenceEqual(bytes);
    }

    private const long LaterMaxMs = 20L * 24 * 3600 * 1000;
}
