using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>Figures of a latency in one interval; the whole histogram is in the run's summary.</summary>
[Description("Null when nothing was measured in the interval.")]
public sealed record IntervalLatency(
    [property: JsonPropertyName("p50")] long P50Ns, [property: JsonPropertyName("p99")] long P99Ns,
    [property: JsonPropertyName("max")] long MaxNs)
{
    /// <summary>Null for an empty histogram.</summary>
    public static IntervalLatency? From(Histogram histogram) => histogram.Count == 0
        ? null
        : new IntervalLatency(histogram.Percentile(50), histogram.Percentile(99), histogram.MaxNs);

    /// <summary>Null for none.</summary>
    public static IntervalLatency? From(CompactHistogram? histogram) => histogram is null
        ? null
        : new IntervalLatency(histogram.Percentile(50), histogram.Percentile(99), histogram.MaxNs);
}
