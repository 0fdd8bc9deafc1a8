using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// One latency as a document shows it, in nanoseconds. With <see cref="Count"/> 0 everything else is null: a time that
/// was never measured is not a time of 0.
/// </summary>
[Description("Statistics in ns; all null but the count when there is no sample.")]
public sealed record LatencySummary
{
    /// <summary>The summary without a sample.</summary>
    public static LatencySummary Empty { get; } = new();

    /// <summary>Summary of something that did not happen: it took no time.</summary>
    internal static LatencySummary Zero { get; } = new()
    {
        MinNs = 0, MeanNs = 0, P50Ns = 0, P75Ns = 0, P90Ns = 0, P95Ns = 0, P99Ns = 0, P999Ns = 0,
        P9999Ns = 0, MaxNs = 0,
    };

    public long Count { get; init; }

    [JsonPropertyName("min")]
    public long? MinNs { get; init; }

    [JsonPropertyName("mean"), Range(0, double.MaxValue)]
    public double? MeanNs { get; init; }

    [JsonPropertyName("p50")]
    public long? P50Ns { get; init; }

    [JsonPropertyName("p75")]
    public long? P75Ns { get; init; }

    [JsonPropertyName("p90")]
    public long? P90Ns { get; init; }

    [JsonPropertyName("p95")]
    public long? P95Ns { get; init; }

    [JsonPropertyName("p99")]
    public long? P99Ns { get; init; }

    [JsonPropertyName("p999")]
    public long? P999Ns { get; init; }

    [JsonPropertyName("p9999")]
    public long? P9999Ns { get; init; }

    [JsonPropertyName("max")]
    public long? MaxNs { get; init; }

    /// <summary>All samples, as <see cref="HdrV2.Encode"/> writes them.</summary>
    [Description("HdrHistogram V2, deflated, in base64; values in ns."), RegularExpression("^HIST")]
    public string? Histogram { get; init; }

    /// <summary>All values together in nanoseconds, exactly.</summary>
    [JsonIgnore]
    public double SumNs => Math.Round((MeanNs ?? 0) * Count);

    /// <summary>Summarises a histogram, which stays the caller's.</summary>
    public static LatencySummary From(Histogram histogram) => histogram.Count == 0 ? Empty : new LatencySummary
    {
        Count = histogram.Count,
        MinNs = histogram.MinNs,
        MeanNs = Math.Round(histogram.MeanNs, MeanDigits(histogram.Count)),
        P50Ns = histogram.Percentile(50),
        P75Ns = histogram.Percentile(75),
        P90Ns = histogram.Percentile(90),
        P95Ns = histogram.Percentile(95),
        P99Ns = histogram.Percentile(99),
        P999Ns = histogram.Percentile(99.9),
        P9999Ns = histogram.Percentile(99.99),
        MaxNs = histogram.MaxNs,
        Histogram = HdrV2.Encode(histogram),
    };

    /// <summary>
    /// The histogram again, with the exact extremes and mean of this summary, so that saved runs merge.
    /// False with a reason when the text inside is damaged or disagrees with the count.
    /// </summary>
    public bool TryToHistogram(out Histogram histogram, out string error)
    {
        error = "";
        if (Count == 0)
        {
            histogram = new Histogram();
            return true;
        }

        if (!HdrV2.TryDecode(Histogram ?? "", out histogram, out error))
        {
            return false;
        }

        if (histogram.Count != Count)
        {
            error = $"holds {histogram.Count} samples where the summary says {Count}";
            return false;
        }

        histogram.Restore(MinNs ?? 0, MaxNs ?? 0, MeanNs ?? double.NaN);
        return true;
    }

    /// <summary>
    /// Digits behind the point of a mean: three are more than any clock has, and of many values as many as it takes for
    /// the sum to follow from it.
    /// </summary>
    private static int MeanDigits(long count) => Math.Clamp((int)Math.Ceiling(Math.Log10(count)), 3, 9);
}
