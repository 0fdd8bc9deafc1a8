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

    /// <summary>
    /// Whether what has come on a connection may be a request, or the beginning of one: it may come in pieces. It asks
    /// for no longer than a worker's timers reach.
    /// </summary>
    /// <param name="have">How many of its bytes came before; then with these.</param>
    /// <param name="laterMs">What it asks for, as far as that has come; 0 where it is no request.</param>
    public static bool MayBe(ReadOnlySpan<byte> bytes, ref byte have, ref uint laterMs)
    {
        bool may = have + bytes.Length <= Bytes;
        for (int i = 0; i < bytes.Length && may; i++)
        {
            int at = have + i;
            laterMs = at >= LowFrom ? (laterMs << 8) | bytes[i] : 0;
            may = at >= LowFrom || bytes[i] == (at < Request.Length ? Request[at] : 0);
        }

        may &= have + bytes.Length < Bytes || laterMs is > 0 and <= LaterMaxMs;
        have = may ? (byte)(have + bytes.Length) : have;
        laterMs = may ? laterMs : 0;
        return may;
    }

    /// <summary>The first bytes of a request, as they came.</summary>
    public static void WriteBeginning(Span<byte> beginning, uint laterMs)
    {
        Span<byte> whole = stackalloc byte[Bytes];
        Write(whole, Request, laterMs << (8 * Math.Min(Bytes - beginning.Length, sizeof(uint) - 1)));
        whole[..beginning.Length].CopyTo(beginning);
    }

    /// <summary>Whether these bytes are, from here on, those of a promise that was asked for.</summary>
    public static bool IsPromised(ReadOnlySpan<byte> bytes, int from, uint laterMs)
    {
        Span<byte> expected = stackalloc byte[Bytes];
        Write(expected, Promise, laterMs);
        return from + bytes.Length <= Bytes && expected.Slice(from, bytes.Length).SequenceEqual(bytes);
    }

    private const uint LaterMaxMs = 20 * 24 * 3600 * 1000;

    /// <summary>Where the time begins that is not 0: it has no more than 32 bits.</summary>
    private const int LowFrom = Bytes - sizeof(uint);
}
