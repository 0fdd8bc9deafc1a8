namespace Throng.Cluster;

/// <summary>
/// How far another host's wall clock is ahead of ours, from the times at which it was asked: the answer that came
/// fastest says it best, and half of its round trip is the bound. Older answers count less, because clocks drift; one
/// that contradicts all earlier ones tells that a clock was set.
/// </summary>
public sealed class ClockOffset
{
    /// <summary>How much two clocks may have drifted apart since an answer: 20 parts in a million each.</summary>
    private const double DriftRatio = 40e-6;

    private double _takenNs;

    public bool IsKnown { get; private set; }

    public TimeSpan Ahead { get; private set; }

    /// <summary>The truth was at most this far from <see cref="Ahead"/> when the answer came.</summary>
    public TimeSpan Bound { get; private set; }

    /// <summary>The truth is at most this far from <see cref="Ahead"/> at a later moment.</summary>
    public TimeSpan BoundAt(ClusterTime now) =>
        Bound + TimeSpan.FromTicks((long)Math.Ceiling(Math.Max(0, now.Ns - _takenNs) * DriftRatio / 100));

    /// <summary>Takes an answer that came now to a question that was asked then.</summary>
    public void Take(ClusterTime asked, ClusterTime now, DateTimeOffset theirs)
    {
        TimeSpan bound = TimeSpan.FromTicks(1 + ((now.Ns - asked.Ns) / 200));
        TimeSpan ahead = theirs - (now.Utc - bound);
        TimeSpan drifted = BoundAt(now);
        if (!IsKnown || bound <= drifted || (ahead - Ahead).Duration() > bound + drifted)
        {
            (IsKnown, Ahead, Bound, _takenNs) = (true, ahead, bound, now.Ns);
        }
    }
}
