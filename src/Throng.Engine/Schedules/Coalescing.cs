using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// When what falls due may leave: at once after a pause, else a gap after those before it, so that arrivals which are
/// close together share one wake-up. An arrival that comes alone never waits. What had to wait shows in its lag.
/// A mutable struct: keep it in a field.
/// </summary>
internal struct Coalescing
{
    /// <summary>Share of a lag target that waiting may take: the rest is for the wake-up itself and for what else the
    /// worker does.</summary>
    private const double ShareMax = 1.0 / 8;

    /// <summary>At the usual target of 1 ms, a worker that wakes as often as it may spends a twentieth of its time on
    /// that.</summary>
    private const double GapOfWakeUps = 20;

    /// <summary>However late is good enough: what waits when the schedule ends still has its time.</summary>
    private const long GapMaxNs = Schedule.EndGraceNs / (2 * GapsMax);

    /// <summary>Arrivals that are worth a wake-up: the gap grows until so many are due, up to twice its length.
    /// </summary>
    private const int WorthWaking = 3;
    private const int GapsMax = 2;

    private long _begunNs;

    /// <summary>Nothing is begun before this.</summary>
    public long NotBeforeNs { get; private set; }

    /// <summary>
    /// Finds the gap for a lag target: shorter where waking up is cheap, so that nobody waits for what would not be
    /// saved.
    /// </summary>
    /// <param name="lagTargetNs">What the 99th percentile of the lag is to stay below; 0: no gap.</param>
    /// <param name="wakeUpNs">CPU time that one wake-up costs on this host.</param>
    public static long Gap(long lagTargetNs, long wakeUpNs) => (long)Math.Min(
        GapMaxNs, lagTargetNs * Math.Min(ShareMax, GapOfWakeUps * wakeUpNs / Ns.Millisecond));

    /// <summary>
    /// Notes that so many arrivals were begun, and none that is due is left. The gap grows where that has more of them
    /// share a wake-up: not where enough come within it, and not where even twice its length has hardly another one.
    /// </summary>
    public void OnBegun(long turnNs, long gapNs, int begun)
    {
        long betweenNs = (turnNs - _begunNs) / begun;
        long mostNs = 2 * betweenNs > GapsMax * gapNs ? gapNs : GapsMax * gapNs;
        NotBeforeNs = turnNs + Math.Clamp(WorthWaking * betweenNs, gapNs, mostNs);
        _begunNs = turnNs;
    }

    /// <summary>Whatever is due next is begun in the turn after this one.</summary>
    public void GoOn() => NotBeforeNs = 0;

    /// <summary>Nothing can be begun before then, whatever falls due.</summary>
    public void Stand(long untilNs) => NotBeforeNs = untilNs;
}
