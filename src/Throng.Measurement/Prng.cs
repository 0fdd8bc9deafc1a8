using System.Numerics;

namespace Throng.Measurement;

/// <summary>
/// Seeded random numbers that are the same on every machine and version: xoshiro256++ with its state filled by
/// <see cref="SplitMix64"/>. Source: D. Blackman and S. Vigna, xoshiro256plusplus.c (public domain). Not for secrets.
/// <para>A mutable struct of 32 bytes: keep it in a field and pass it by reference; a copy repeats its numbers.</para>
/// </summary>
public struct Prng
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Any seed will do, 0 included: SplitMix64 never yields four zeros in a row.</summary>
    public Prng(ulong seed)
    {
        _s0 = SplitMix64.Next(ref seed);
        _s1 = SplitMix64.Next(ref seed);
        _s2 = SplitMix64.Next(ref seed);
        _s3 = SplitMix64.Next(ref seed);
    }

    /// <summary>Any of 2^64 words.</summary>
    public ulong NextULong()
    {
        ulong result = BitOperations.RotateLeft(_s0 + _s3, 23) + _s0;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>], both included, without bias.</summary>
    public long NextInRange(long min, long max)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, max);
        ulong span = (ulong)max - (ulong)min + 1;
        if (span == 0)
        {
            return (long)NextULong();
        }

        // Lemire, "Fast Random Integer Generation in an Interval", 2019: reject what would make some values likelier.
        ulong high = Math.BigMul(NextULong(), span, out ulong low);
        if (low < span)
        {
            ulong reject = (0 - span) % span;
            while (low < reject)
            {
                high = Math.BigMul(NextULong(), span, out low);
            }
        }

        return (long)((ulong)min + high);
    }
}
