namespace Throng.Cluster;

/// <summary>
/// How far another host's wall clock is ahead of ours, from the times at which it was asked: the answer that came
/// fastest says it best, and half of its round trip is the bound. Older answers count less, because clocks drift.
/// </summary>
public sealed class ClockOffset
{
    /// <summary>How much a clock may have drifted away from an older answer: 20 parts in a million.</summary>
    private const double DriftRatio = 20e-6;

    private double _takenNs;

    public bool IsKnown { get; private set; }

    public TimeSpan Ahead { get; private set; }

    /// <summary>The truth is at most this far from <see cref="Ahead"/>.</summary>
    public TimeSpan Bound { get; private set; }

    /// <summary>Takes an answer that came now to a question that was asked then.</summary>
    public void Take(ClusterTime asked, ClusterTime now, DateTimeOffset theirs)
    {
        TimeSpan bound = TimeSpan.FromTicks(Math.Max(1, (now.Ns - asked.Ns) / 200));
        TimeSpan drifted = TimeSpan.FromTicks((long)((now.Ns - _takenNs) * DriftRatio / 100));
        if (!IsKnown || bound <= Bound + drifted)
        {
            (IsKnown, Bound, _takenNs) = (true, bound, now.Ns);
            Ahead = theirs - (now.Utc - bound);
        }
    }
}
