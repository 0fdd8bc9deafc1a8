using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run over its time: connections above with those that were lost, messages without an answer and throughput below,
/// and the episodes of <c>monitor</c> as bands through all.
/// </summary>
public static class TimelineChart
{
    /// <summary>An event of so many lost connections ends so.</summary>
    private const string LostEvent = " lost";

    public static Chart Draw(RunDocument run)
    {
        Timeline time = new(run);
        List<Panel> panels = [ConnectionsOf(run, time)];
        if (run.Series.Any(point => point.TimedOut + point.Lost > 0))
        {
            panels.Add(MissingOf(run, time));
        }

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
        if (LossesOf(run, time) is { Count: > 0 } losses)
        {
            series.Add(new Series("lost at once", losses, SeriesStyle.Points));
        }

        return new Panel { YAxis = Timeline.AxisOf("connections"), Series = run.Series.Count == 0 ? [] : series };
    }

    /// <summary>Connections that were lost, a point for each look of the sampler that found some.</summary>
    private static List<ChartPoint> LossesOf(RunDocument run, Timeline time)
    {
        List<ChartPoint> losses = [];
        foreach (RunEvent one in run.Events)
        {
            if (one.What.EndsWith(LostEvent, StringComparison.Ordinal)
                && long.TryParse(one.What.AsSpan()[..^LostEvent.Length], CultureInfo.InvariantCulture, out long lost))
            {
                losses.Add(new ChartPoint(time.At(one.TimeNs), lost));
            }
        }

        return losses;
    }

    private static Panel MissingOf(RunDocument run, Timeline time)
    {
        List<Series> series = [];
        if (run.Series.Any(point => point.TimedOut > 0))
        {
            series.Add(time.Rate("timed out a second", point => point.TimedOut));
        }

        if (run.Series.Any(point => point.Lost > 0))
        {
            series.Add(time.Rate($"{MessageWords.For(run).Messages} lost a second", point => point.Lost));
        }

        return new Panel { YAxis = Timeline.AxisOf("unanswered"), Series = series, HeightPixels = 130 };
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
