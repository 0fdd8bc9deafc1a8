using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>Order of sequence numbers, which wrap at 2^32 (RFC 9293, 3.4).</summary>
internal static class Sequence
{
    /// <summary>Whether one number comes before another; the two are less than 2^31 apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBefore(uint one, uint other) => (int)(one - other) < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAfter(uint one, uint other) => (int)(one - other) > 0;

    /// <summary>The later of two.</summary>
    public static uint Later(uint one, uint other) => IsAfter(one, other) ? one : other;

    /// <summary>The earlier of two.</summary>
    public static uint Earlier(uint one, uint other) => IsBefore(one, other) ? one : other;
}
