using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Servers compared as a drawing: response time against connections at once, and below it echoes per second. A line
/// for each server goes through the medians; rings are p99 above, and the least and the most of the rounds below.
/// </summary>
public static class BenchChart
{
    public static Chart Draw(BenchResult bench)
    {
        string[] servers = [.. bench.Steps.Select(step => step.Server).Distinct()];
        List<string> missing = [.. bench.Missing.Select(one => $"{one.Key} did not run")];
        return new Chart
        {
            Title = servers.Length == 1 ? $"Echoes of {servers[0]}" : $"Echoes of {string.Join(", ", servers)}",
            Subtitle = string.Join("; ", missing.Prepend("lines: medians; rings: p99, least and most of the rounds")),
            XAxis = new Axis("connections at once", AxisUnit.Count, AxisScale.Log),
            Panels =
            [
                new Panel
                {
                    YAxis = new Axis("time of an exchange", AxisUnit.Nanoseconds, AxisScale.Log),
                    Series = [.. servers.Select(server => SeriesOf(
                        bench, server, step => step.Latency.P50Ns, step => [step.Latency.P99Ns]))],
                },
                new Panel
                {
                    YAxis = new Axis("echoes per second", AxisUnit.PerSecond, AxisScale.Log),
                    Series = [.. servers.Select(server => SeriesOf(
                        bench, server, step => step.EchoesPerSecond.Median,
                        step => [step.EchoesPerSecond.Min, step.EchoesPerSecond.Max]))],
                },
            ],
        };
    }

    private static Series SeriesOf(
        BenchResult bench, string server, Func<BenchStep, double?> middle, Func<BenchStep, double?[]> others)
    {
        BenchStep[] steps = [.. bench.Steps.Where(step => step.Server == server).OrderBy(step => step.Concurrency)];
        return new Series(server, [.. steps.Select(step => Point(step, middle(step)))])
        {
            Others = [.. steps.SelectMany(step => others(step).Select(value => Point(step, value)))],
        };
    }

    // No exchange is no point: what is not above 0 has no place on these axes.
    private static ChartPoint Point(BenchStep step, double? value) =>
        new(step.Concurrency, value is > 0 ? value.Value : double.NaN);
}
