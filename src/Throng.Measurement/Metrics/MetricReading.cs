namespace Throng.Measurement;

/// <summary>A metric, and which part of it when it has parts: what a name in <c>--fail-on</c> resolves to.</summary>
/// <param name="Part">The statistic of a latency, one reason of a metric by reason, else null.</param>
public sealed record MetricReading(Metric Metric, string? Part)
{
    public string Name => Part is null ? Metric.Name : $"{Metric.Name}.{Part}";

    /// <summary>Path in the JSON document.</summary>
    public string Key => Part is null ? Metric.Key : $"{Metric.Key}.{Part}";

    /// <summary>Unit of the value: how many samples a latency has is a count.</summary>
    public MetricUnit Unit => Metric.IsLatency && Part == "count" ? MetricUnit.Count : Metric.Unit;

    /// <summary>
    /// Samples that a percentile takes before it is compared: ten of them lie beyond it, so that one more or less moves
    /// it little (p50 20, p99 1,000, p999 10,000). 0 for what is no percentile.
    /// </summary>
    public long SamplesMin => Part switch
    {
        "p50" => 2 * BeyondMin,
        "p75" => 4 * BeyondMin,
        "p90" => 10 * BeyondMin,
        "p95" => 20 * BeyondMin,
        "p99" => 100 * BeyondMin,
        "p999" => 1_000 * BeyondMin,
        "p9999" => 10_000 * BeyondMin,
        _ => 0,
    };

    private const long BeyondMin = 10;

    /// <summary>How many samples a latency has is neither good nor bad.</summary>
    public Better Better => Metric.IsLatency && Part == "count" ? Better.Neither : Metric.Better;

    /// <summary>The value in the unit of its key; null when the run has no such data.</summary>
    public double? Read(RunDocument run) => Metric.ValueOf(run, Part);

    /// <summary>A value of this metric for people.</summary>
    public string Text(double value) => Unit switch
    {
        MetricUnit.Nanoseconds => Units.Latency(value),
        MetricUnit.Bytes => Units.Bytes(value),
        MetricUnit.PerSecond => Units.Rate(value),
        MetricUnit.Ratio => Units.Percent(value),
        _ => Units.Count((long)value),
    };
}
