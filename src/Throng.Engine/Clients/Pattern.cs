using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Bytes that are sent to be recognised when they come back. Their number is a prime, so that a message left out,
/// doubled or shifted does not look like the right one, whatever its size.
/// <para>
/// Most messages are short. For those the call into the runtime's copy or comparison costs two to three times
/// the work itself, so pieces of 16 to <see cref="ShortMax"/> bytes are done here, in vectors; the last one overlaps
/// the one before it where the length is no multiple.
/// </para>
/// </summary>
internal static class Pattern
{
    private const int Length = 4093;
    private const int ShortMax = 128;
    private const int SlotStride = 31;

    /// <summary>The pattern goes on past its end as it began, so that a short piece is whole wherever it begins.
    /// </summary>
    private static readonly byte[] _bytes = Make();

    /// <summary>
    /// Where in the pattern a connection's stream is at an offset: moved on from one connection to the next, so that
    /// bytes of another's are wrong ones.
    /// </summary>
    public static ulong PlaceOf(int slot, long streamOffset) => (ulong)streamOffset + ((ulong)slot * SlotStride);

    /// <summary>Fills with what a stream has from an offset on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(ulong offset, Span<byte> destination)
    {
        if (!IsShort(destination.Length))
        {
            FillPieces(offset, destination);
            return;
        }

        ref byte from = ref Start(offset);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        nuint last = LastVector(destination.Length);
        for (nuint at = 0; at < last; at += (nuint)Vector128<byte>.Count)
        {
            Vector128.LoadUnsafe(ref from, at).StoreUnsafe(ref to, at);
        }

        Vector128.LoadUnsafe(ref from, last).StoreUnsafe(ref to, last);
    }

    /// <summary>Whether these are the bytes from an offset on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ulong offset, scoped ReadOnlySpan<byte> bytes)
    {
        if (!IsShort(bytes.Length))
        {
            return ArePieces(offset, bytes);
        }

        ref byte expected = ref Start(offset);
        ref byte received = ref MemoryMarshal.GetReference(bytes);
        nuint last = LastVector(bytes.Length);
        Vector128<byte> wrong = Vector128.LoadUnsafe(ref expected, last) ^ Vector128.LoadUnsafe(ref received, last);
        for (nuint at = 0; at < last; at += (nuint)Vector128<byte>.Count)
        {
            wrong |= Vector128.LoadUnsafe(ref expected, at) ^ Vector128.LoadUnsafe(ref received, at);
        }

        return wrong == Vector128<byte>.Zero;
    }

    private static bool IsShort(int bytes) => bytes is >= 16 and <= ShortMax;

    private static nuint LastVector(int bytes) => (nuint)(bytes - Vector128<byte>.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Start(ulong offset) => ref _bytes[(int)(offset % Length)];

    private static void FillPieces(ulong offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            ReadOnlySpan<byte> piece = At(offset, destination.Length);
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
            offset += (ulong)piece.Length;
        }
    }

    private static bool ArePieces(ulong offset, scoped ReadOnlySpan<byte> bytes)
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
        byte[] pattern = new byte[Length + ShortMax];
        for (int i = 0; i < pattern.Length; i++)
        {
            pattern[i] = (byte)SplitMix64.At(1, (ulong)(i % Length));
        }

        return pattern;
    }
}
