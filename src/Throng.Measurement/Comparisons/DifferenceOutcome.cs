namespace Throng.Measurement;

/// <summary>How one threshold of a comparison ended for one run.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="IsOk">False when it was true, and when there was no data to judge.</param>
/// <param name="From">The value in the base; null for no data.</param>
/// <param name="Difference">In the metric's unit or as a share of the base; infinite where the base is 0.</param>
public sealed record DifferenceOutcome(
    DifferenceThreshold Threshold, string Run, bool IsOk, double? From, double? To, double? Difference)
{
    /// <summary>For people: <c>response.p99 &gt; +10%: 1.00 ms to 1.20 ms in b.json, failed</c>.</summary>
    public string Describe()
    {
        MetricReading metric = Threshold.Metric;
        string what = From is { } from && To is { } to
            ? $"{metric.Text(from)} to {metric.Text(to)}"
            : "no data";
        return $"{Threshold.Text}: {what} in {Run}, {(IsOk ? "passed" : "failed")}";
    }
}
