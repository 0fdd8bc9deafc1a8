using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Bytes that are sent to be recognised when they come back. Their number is a prime, so that a message left out,
/// doubled or shifted does not look like the right one, whatever its size.
/// </summary>
internal static class Pattern
{
    private const int Length = 4093;

    private static readonly byte[] _bytes = Make();

    /// <summary>Fills with what a stream has from an offset on.</summary>
    public static void Fill(ulong offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            ReadOnlySpan<byte> piece = At(offset, destination.Length);
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
            offset += (ulong)piece.Length;
        }
    }

    /// <summary>Whether these are the bytes from an offset on.</summary>
    public static bool Is(ulong offset, scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ReadOnlySpan<byte> piece = At(offset, bytes.Length);
            if (!bytes[..piece.Length].SequenceEqual(piece))
            {
                return false;
            }

            bytes = bytes[piece.Length..];
            offset += (ulong)piece.Length;
        }

        return true;
    }

    /// <summary>At least a byte, at most what is asked for.</summary>
    private static ReadOnlySpan<byte> At(ulong offset, int bytesMax)
    {
        int start = (int)(offset % Length);
        return _bytes.AsSpan(start, Math.Min(bytesMax, Length - start));
    }

    private static byte[] Make()
    {
        byte[] pattern = new byte[Length];
        for (int i = 0; i < pattern.Length; i++)
        {
            pattern[i] = (byte)SplitMix64.At(1, (ulong)i);
        }

        return pattern;
    }
}
