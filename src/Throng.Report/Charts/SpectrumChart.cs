using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Latencies by percentile, every nine with equal room: the tail of a load is as wide as its middle. Each line goes on
/// to the one sample in so many that took longest.
/// </summary>
public static class SpectrumChart
{
    private const int PointsPerNine = 24;
    private const int LinesMax = 12;

    /// <summary>Null for a run without a histogram.</summary>
    public static Chart? Draw(RunDocument run)
    {
        List<Series> series = [];
        foreach ((string name, LatencySummary? latency) in LatenciesOf(run))
        {
            if (series.Count < LinesMax && LineOf(name, latency) is { } line)
            {
                series.Add(line);
            }
        }

        return series.Count == 0
            ? null
            : ChartOf(Timeline.TitleOf(run), Timeline.SubtitleOf(run), "latency", series);
    }

    /// <summary>Latencies of any origin on one pair of axes.</summary>
    internal static Chart ChartOf(string title, string subtitle, string label, IReadOnlyList<Series> series) => new()
    {
        Title = title,
        Subtitle = subtitle,
        XAxis = new Axis("percentile", AxisUnit.Nines, AxisScale.Log),
        Panels = [new Panel { YAxis = new Axis(label, AxisUnit.Nanoseconds, AxisScale.Log), Series = series }],
    };

    /// <summary>A latency as a line; null without its histogram.</summary>
    internal static Series? LineOf(string name, LatencySummary? latency) =>
        latency is { Count: > 0 } && latency.TryToHistogram(out Histogram histogram, out _)
            ? new Series(name, PointsOf(histogram), SeriesStyle.Line)
            : null;

    private static IEnumerable<(string Name, LatencySummary? Latency)> LatenciesOf(RunDocument run)
    {
        // Of a bench each step has its own, and all of them together say nothing.
        if (run.Result is BenchResult bench)
        {
            foreach (BenchStep step in bench.Steps)
            {
                yield return ($"{step.Server}, {Units.Count(step.Concurrency)} at once", step.Latency);
            }

            yield break;
        }

        if (CommandView.For(run).IsStaircase)
        {
            yield break;
        }

        yield return ("response", run.Response);
        yield return ("service", run.Service);
        yield return ("lag", run.Lag);
        yield return ("connect", run.Connect?.Latency);
        yield return ("TLS handshake", run.Connect?.Handshake);
    }

    private static List<ChartPoint> PointsOf(Histogram histogram)
    {
        List<ChartPoint> points = [];
        double last = histogram.Count;
        for (int i = 0; ; i++)
        {
            double nines = Math.Pow(10, (double)i / PointsPerNine);
            if (nines >= last)
            {
                break;
            }

            points.Add(new ChartPoint(nines, Math.Max(1, histogram.Percentile((1 - (1 / nines)) * 100))));
        }

        points.Add(new ChartPoint(last, Math.Max(1, histogram.MaxNs)));
        return points;
    }
}
