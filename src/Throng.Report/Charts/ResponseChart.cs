using Throng.Measurement;

namespace Throng.Report;

/// <summary>Percentiles of the response time by interval, and below them those of the generator's own lag.</summary>
public static class ResponseChart
{
    /// <summary>Null for a run in which nothing was answered.</summary>
    public static Chart? Draw(RunDocument run)
    {
        if (!run.Series.Any(point => point.Response is not null))
        {
            return null;
        }

        Timeline time = new(run);
        List<Panel> panels = [PanelOf(time, "response time", 260, point => point.Response)];
        if (run.Series.Any(point => point.Lag is not null))
        {
            panels.Add(PanelOf(time, "lag of the generator", 170, point => point.Lag));
        }

        return time.ChartOf(panels);
    }

    private static Panel PanelOf(
        Timeline time, string label, double heightPixels, Func<SeriesPoint, IntervalLatency?> of) => new()
        {
            YAxis = new Axis(label, AxisUnit.Nanoseconds, AxisScale.Log),
            HeightPixels = heightPixels,
            Series =
            [
                time.Steps("p50", point => of(point)?.P50Ns ?? double.NaN),
                time.Steps("p99", point => of(point)?.P99Ns ?? double.NaN),
                time.Steps("max", point => of(point)?.MaxNs ?? double.NaN),
            ],
        };
}
