using Throng.Cluster;

namespace Throng.Tests.Cluster;

/// <summary>The two clocks of one host, neither of which is right.</summary>
/// <param name="aheadNs">How far its wall clock is ahead of the truth at the beginning.</param>
/// <param name="ppm">How much faster both go than the truth.</param>
internal sealed class SimulatedClock(VirtualTime time, long aheadNs, double ppm)
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly long _originNs = time.Draw(0, 1_000_000_000_000);
    private long _aheadNs = aheadNs;

    public ClusterTime Now => new(_originNs + Gone(time.NowNs), Epoch.AddTicks((Gone(time.NowNs) + _aheadNs) / 100));

    public void Set(long byNs) => _aheadNs += byNs;

    /// <summary>The true time at which this wall clock shows a moment.</summary>
    public long TrueOf(DateTimeOffset moment) =>
        (long)((((moment - Epoch).Ticks * 100) - _aheadNs) / (1 + (ppm * 1e-6)));

    /// <summary>The true time at which the clock that never jumps shows this.</summary>
    public long TrueOf(long ns) => (long)((ns - _originNs) / (1 + (ppm * 1e-6)));

    private long Gone(long trueNs) => (long)(trueNs * (1 + (ppm * 1e-6)));
}
