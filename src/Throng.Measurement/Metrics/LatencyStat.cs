namespace Throng.Measurement;

/// <summary>The statistics of a latency that can be asked for by name.</summary>
public static class LatencyStat
{
    /// <summary>Statistic that is meant when none is named: the tail, not the middle.</summary>
    public const string Default = "p99";

    /// <summary>All of them, in the order of the document.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["count", "min", "mean", "p50", "p75", "p90", "p95", "p99", "p999", "p9999", "max"];

    /// <summary>One of them; null without samples. <c>count</c> is a number, the others are nanoseconds.</summary>
    public static double? Read(LatencySummary? latency, string stat) => latency is null ? null : stat switch
    {
        "count" => latency.Count,
        "min" => latency.MinNs,
        "mean" => latency.MeanNs,
        "p50" => latency.P50Ns,
        "p75" => latency.P75Ns,
        "p90" => latency.P90Ns,
        "p95" => latency.P95Ns,
        "p99" => latency.P99Ns,
        "p999" => latency.P999Ns,
        "p9999" => latency.P9999Ns,
        "max" => latency.MaxNs,
        _ => null,
    };
}
