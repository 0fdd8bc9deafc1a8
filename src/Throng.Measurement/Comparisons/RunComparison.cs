namespace Throng.Measurement;

/// <summary>Saved runs side by side; the first is the base.</summary>
public sealed class RunComparison
{
    /// <summary>Runs of one load from which on their spread says something.</summary>
    private const int RepeatsMin = 3;

    // Of a latency: how many, the middle, the tail. The others can be asked for by name.
    private static readonly string[] StatsShown = ["count", "p50", "p99", "p999", "max"];

    private RunComparison(IReadOnlyList<NamedRun> runs)
    {
        Runs = runs;
        RunDocument[] documents = [.. runs.Select(one => one.Run)];
        Options = OptionDifference.Find(documents);
        Metrics = [.. Readings(documents)
            .Select(reading => new ComparedMetric(reading, [.. documents.Select(reading.Read)])
            {
                Samples = reading.SamplesMin == 0
                    ? [] : [.. documents.Select(run => reading.Metric.LatencyOf(run)?.Count ?? 0)],
                IsOwn = [.. documents.Select(run => OwnLimits.Has(run, reading.Metric))],
            })
            .Where(metric => IsOneCommand
                ? metric.Values.Any(value => value is not null) : metric.Values.All(value => value is not null))];
    }

    public IReadOnlyList<NamedRun> Runs { get; }

    /// <summary>Every metric that one of them has data of, in the order of the table of metrics; of different commands
    /// those that all of them have.</summary>
    public IReadOnlyList<ComparedMetric> Metrics { get; }

    public IReadOnlyList<OptionDifference> Options { get; }

    /// <summary>Whether all ran the same command.</summary>
    public bool IsOneCommand => Runs.All(one => one.Run.Command == Runs[0].Run.Command);

    /// <summary>Whether they are the same load again and again, often enough for their spread to mean something.
    /// </summary>
    public bool AreRepeats => Runs.Count >= RepeatsMin && IsOneCommand && Options.Count == 0;

    /// <param name="runs">Two or more.</param>
    public static RunComparison Compare(IReadOnlyList<NamedRun> runs) => new(runs);

    private static IEnumerable<MetricReading> Readings(RunDocument[] runs)
    {
        foreach (Metric metric in Measurement.Metrics.All.Where(
            metric => runs.All(run => CommandView.For(run).Shows(metric))))
        {
            MetricReading whole = new(metric, null);
            if (metric.IsLatency)
            {
                MetricReading count = new(metric, "count");
                if (runs.Any(run => count.Read(run) > 0))
                {
                    foreach (string stat in StatsShown)
                    {
                        yield return new MetricReading(metric, stat);
                    }
                }

                continue;
            }

            yield return whole;
            foreach (string reason in metric.Parts)
            {
                MetricReading part = new(metric, reason);
                if (runs.Any(run => part.Read(run) > 0))
                {
                    yield return part;
                }
            }
        }
    }
}
