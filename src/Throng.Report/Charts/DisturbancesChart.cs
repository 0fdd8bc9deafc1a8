using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Disturbances of the connections of <c>monitor</c> and how long they lasted, as bars: one for each disturbance at its
/// connection when the document has them, else one for each episode at the number of its connections.
/// </summary>
public static class DisturbancesChart
{
    private const int BarsMax = 4_000;

    /// <summary>Null for a run in which nothing was disturbed.</summary>
    public static Chart? Draw(RunDocument run)
    {
        Section[] bars = [.. Timeline.SectionsOf(run, "disturbances").Take(BarsMax)];
        bool isEach = bars.Length > 0;
        if (!isEach)
        {
            bars = [.. Timeline.EpisodesOf(run).Take(BarsMax)];
        }

        if (bars.Length == 0)
        {
            return null;
        }

        Timeline time = new(run);

        // A point alone is no bar: the axis is as long as the run.
        ChartPoint end = new(time.At(run.Series.Count == 0 ? 0 : run.Series[^1].TimeNs), double.NaN);
        string height = isEach ? "connection" : "connections";
        return time.ChartOf(new Panel
        {
            YAxis = isEach
                ? new Axis("connection", AxisUnit.Count) { HasZero = true }
                : Timeline.AxisOf("connections disturbed"),
            Series =
            [
                .. bars.GroupBy(bar => bar.Text("cause")).Select(cause => new Series(
                    cause.Key,
                    [.. cause.SelectMany(bar => EndsOf(bar, time, bar.Number(height))), end],
                    SeriesStyle.Spans)),
            ],
        }) with
        {
            // The bands of the other drawings are what is drawn here.
            Bands = isEach ? time.ChartOf().Bands : [],
        };
    }

    private static ChartPoint[] EndsOf(Section bar, Timeline time, double height)
    {
        double startNs = bar.Number("start_ns");
        double endNs = startNs + bar.Number("duration_ns");
        return [new(time.At(startNs), height), new(time.At(endNs), height)];
    }
}
