namespace Throng.Measurement;

/// <summary>Latencies of several runs as one: their histograms added up and asked again, nothing averaged.</summary>
/// <param name="names">Of the runs.</param>
/// <param name="errors">Gets a line for each histogram that cannot be read.</param>
internal sealed class LatencyMerge(IReadOnlyList<string> names, List<string> errors)
{
    /// <summary>Null when no run has it.</summary>
    /// <param name="metric">What it is called in an error.</param>
    public LatencySummary? Merge(
        string metric, IReadOnlyList<RunDocument> runs, Func<RunDocument, LatencySummary?> of) =>
        Merge(metric, [.. runs.Select(of)]);

    /// <param name="latencies">One for each run; null where a run has none.</param>
    public LatencySummary? Merge(string metric, IReadOnlyList<LatencySummary?> latencies)
    {
        return latencies.All(latency => latency is null) ? null : LatencySummary.From(Sum(metric, latencies));
    }

    /// <summary>The histogram that had recorded all of them.</summary>
    /// <param name="latencies">One for each run; null where a run has none.</param>
    public Histogram Sum(string metric, IReadOnlyList<LatencySummary?> latencies)
    {
        Histogram all = new();
        for (int at = 0; at < latencies.Count; at++)
        {
            if (latencies[at] is not { Count: > 0 } latency)
            {
                continue;
            }

            if (latency.TryToHistogram(out Histogram histogram, out string error))
            {
                all.Add(histogram);
            }
            else
            {
                errors.Add($"{names[at]}: the histogram of {metric} {error}");
            }
        }

        return all;
    }
}
