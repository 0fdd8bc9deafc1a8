using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Messages due against those sent and answered, second by second; below them those that did not go well.
/// </summary>
public static class RateChart
{
    /// <summary>Null for a run to which nothing fell due.</summary>
    public static Chart? Draw(RunDocument run)
    {
        if (!run.Series.Any(point => point.Offered > 0))
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        Timeline time = new(run);
        List<Panel> panels =
        [
            new Panel
            {
                YAxis = Timeline.AxisOf($"{words.Messages} a second"),
                Series =
                [
                    time.Rate(words.Answered, point => point.Answered, style: SeriesStyle.Area),
                    time.Rate(words.Offered, point => point.Offered),
                    time.Rate(words.Sent, point => point.Sent),
                ],
            },
        ];
        (string Name, Func<SeriesPoint, long> Of)[] ill =
        [
            ("timed out", point => point.TimedOut), (words.Lost, point => point.Lost),
            ("dropped", point => point.Dropped),
        ];
        Series[] seen =
        [
            .. ill.Where(one => run.Series.Any(point => one.Of(point) > 0))
                .Select(one => time.Rate(one.Name, one.Of)),
        ];
        if (seen.Length > 0)
        {
            panels.Add(new Panel
            {
                YAxis = Timeline.AxisOf("not well, a second"), Series = seen, HeightPixels = 140,
            });
        }

        return time.ChartOf(panels);
    }
}
