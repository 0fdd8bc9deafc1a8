using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>
/// SplitMix64: a seeded step and a mixing function of one 64-bit word. Source: S. Vigna, splitmix64.c (public domain),
/// after Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
/// </summary>
public static class SplitMix64
{
    private const ulong Golden = 0x9e3779b97f4a7c15;

    /// <summary>The next word of the stream; the state moves on.</summary>
    public static ulong Next(ref ulong state)
    {
        state += Golden;
        return Finish(state);
    }

    /// <summary>
    /// The word at a place of the stream that begins with a seed, without walking there: what a pick that must be the
    /// same on every worker is made of.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(ulong seed, ulong index) => Finish(seed + ((index + 1) * Golden));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong word)
    {
        word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
        word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
        return word ^ (word >> 31);
    }
}
