using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run over its time: connections above, throughput below, and the episodes of <c>monitor</c> as bands through both.
/// </summary>
public static class TimelineChart
{
    public static Chart Draw(RunDocument run)
    {
        Timeline time = new(run);
        List<Panel> panels = [ConnectionsOf(run, time)];
        if (run.Series.Any(point => point.BytesSent > 0 || point.BytesReceived > 0))
        {
            panels.Add(ThroughputOf(run, time));
        }

        return time.ChartOf(panels);
    }

    private static Panel ConnectionsOf(RunDocument run, Timeline time)
    {
        List<Series> series = [time.Standing("open", point => point.Open, SeriesStyle.Area)];
        if (run.Series.Any(point => point.Failed > 0))
        {
            series.Add(time.Rate("failed a second", point => point.Failed));
        }

        series.Add(time.Rate("new a second", point => point.Opened));
        return new Panel { YAxis = Timeline.AxisOf("connections"), Series = run.Series.Count == 0 ? [] : series };
    }

    private static Panel ThroughputOf(RunDocument run, Timeline time)
    {
        ByteUnit unit = ByteUnit.For(run.Series.Max(point => Math.Max(
            Seconds.PerSecond(point.BytesSent, point), Seconds.PerSecond(point.BytesReceived, point))));
        return new Panel
        {
            YAxis = Timeline.AxisOf($"{unit.Name} a second"),
            Series =
            [
                time.Rate("received", point => point.BytesReceived, unit.Bytes, SeriesStyle.Area),
                time.Rate("sent", point => point.BytesSent, unit.Bytes),
            ],
            HeightPixels = 190,
        };
    }
}
