namespace Throng.Measurement;

/// <summary>What an interval shows of a latency; the whole histogram is in the run's summary.</summary>
public sealed record IntervalLatency(long P50Ns, long P99Ns, long MaxNs)
{
    /// <summary>Null for an empty histogram.</summary>
    public static IntervalLatency? Of(Histogram histogram) => histogram.Count == 0
        ? null
        : new IntervalLatency(histogram.Percentile(50), histogram.Percentile(99), histogram.MaxNs);

    /// <summary>Null for none.</summary>
    public static IntervalLatency? Of(CompactHistogram? histogram) => histogram is null
        ? null
        : new IntervalLatency(histogram.Percentile(50), histogram.Percentile(99), histogram.MaxNs);
}
