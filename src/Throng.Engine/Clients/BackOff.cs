using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The wait before the next attempt after failures in a row.</summary>
/// <param name="Doubles">Each wait is twice the one before; else longer by the first one.</param>
internal readonly record struct BackOff(long FirstNs, long MostNs, bool Doubles)
{
    private const int DoublingsMax = 10;

    /// <summary>Back-off of a target that many connections want.</summary>
    public static BackOff OfTarget { get; } = new(100 * Ns.Millisecond, 5 * Ns.Second, Doubles: true);

    /// <summary>Back-off of one lasting connection: 100 ms longer each time.</summary>
    public static BackOff OfSeat { get; } = new(100 * Ns.Millisecond, Ns.Second, Doubles: false);

    /// <param name="failures">In a row, 1 or more.</param>
    public long WaitNs(long failures) =>
        Math.Min(MostNs, Doubles ? FirstNs << (int)Math.Min(failures - 1, DoublingsMax) : FirstNs * failures);

    /// <summary>The same, of which a random part up to half is left out.</summary>
    public long WaitNs(long failures, ref Prng random)
    {
        long waitNs = WaitNs(failures);
        return random.NextInRange(waitNs / 2, waitNs);
    }
}
