using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>Which connection an arrival goes to: a function of seed and slot, the same on every worker.</summary>
public enum ConnectionPick : byte
{
    /// <summary>Any of them, all equally likely.</summary>
    Random = 0,

    /// <summary>One after the other.</summary>
    RoundRobin = 1,
}

public static class ConnectionPicks
{
    /// <summary>The connection of a slot, from 0 to <paramref name="connections"/> - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Pick(ConnectionPick pick, ulong seed, long slot, long connections) =>
        pick == ConnectionPick.RoundRobin
            ? slot % connections
            : (long)Math.BigMul(SplitMix64.At(seed, (ulong)slot), (ulong)connections, out _);
}
