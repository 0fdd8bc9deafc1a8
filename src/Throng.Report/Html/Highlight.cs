using Throng.Measurement;

namespace Throng.Report;

/// <summary>A figure that a run is known by.</summary>
/// <param name="Definition">What it is, in a sentence.</param>
public sealed record Highlight(string Label, string Value, string Definition)
{
    private static readonly string[] OfLoads =
        ["rate.achieved", "response.p50", "response.p99", "messages.timed_out", "messages.lost", "lag.p99"];

    /// <summary>What a document of this command is opened for; what it does not have is left out.</summary>
    public static IReadOnlyList<Highlight> AllOf(RunDocument run)
    {
        if (run.Search is { } search)
        {
            return OfSearch(search);
        }

        if (run.Bench is { } bench)
        {
            return [.. OfBench(bench)];
        }

        string[] names = run.Command switch
        {
            "query" or "churn" => OfLoads,
            "monitor" =>
            [
                "monitor.lasting", "monitor.lost", "monitor.disturbed", "monitor.silent", "response.p99",
                "monitor.new.success",
            ],
            "serve" =>
            [
                "connections.peak", "connections.opened", "connections.lost", "duration", "memory.rss",
                "cpu.busy_max",
            ],
            _ =>
            [
                "connections.held", "connections.lost", "connections.plateau", "connect.latency.p99",
                "memory.bytes_per_connection", "cpu.busy_max",
            ],
        };
        return [.. names.Select(name => OfMetric(run, name)).OfType<Highlight>()];
    }

    private static Highlight? OfMetric(RunDocument run, string name)
    {
        if (!Metrics.TryFind(name, out MetricReading reading, out _) || reading.Of(run) is not { } value)
        {
            return null;
        }

        string label = name.Replace('.', ' ').Replace('_', ' ');
        string share = ShareOf(run, reading.Metric, value) is { Length: > 0 } of ? $" {of}." : "";
        return new Highlight(label, reading.Text(value), reading.Metric.Definition + share);
    }

    /// <summary>How much of what it is a part of; empty where it is a part of nothing.</summary>
    public static string ShareOf(RunDocument run, Metric metric, double value) =>
        metric.Whole is { } name && Metrics.TryFind(name, out MetricReading whole, out _)
        && whole.Of(run) is { } all && all > 0
            ? $"{Units.Percent(Math.Round(value / all, 5))} of {whole.Text(all)}"
            : "";

    private static List<Highlight> OfSearch(SaturationResult search)
    {
        List<Highlight> all = [];
        if (search.LastGoodPerSecond is { } good)
        {
            all.Add(new("last good", Units.Rate(good), "The highest rate below the first bad one that met the rule."));
        }

        if (search.FirstBadPerSecond is { } bad)
        {
            all.Add(new("first bad", Units.Rate(bad), "The lowest rate that did not meet the rule."));
        }

        if (search.Spread is { } spread)
        {
            all.Add(new("spread", Units.Percent(Math.Round(spread.Ratio, 3)),
                $"Repeated trials agreed outside {Units.Rate(spread.LowPerSecond)} to "
                    + $"{Units.Rate(spread.HighPerSecond)}."));
        }

        all.Add(new("cause", search.Cause.Name, search.Cause.Evidence + "."));
        return all;
    }

    /// <summary>Of each server with most connections at once.</summary>
    private static IEnumerable<Highlight> OfBench(BenchResult bench) => bench.Steps
        .GroupBy(step => step.Server)
        .Select(server => server.MaxBy(step => step.Concurrency)!)
        .Take(6)
        .Select(step => new Highlight(
            $"{step.Server}, {Units.Count(step.Concurrency)} at once",
            Units.Rate(step.EchoesPerSecond.Median),
            $"Exchanges a second, the median of {Units.Count(step.Rounds)} rounds; half of them within "
                + $"{(step.Latency.P50Ns is { } p50Ns ? Units.Latency(p50Ns) : "no time that was measured")}."));
}
