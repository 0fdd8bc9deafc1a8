using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A search for how long silence is remembered as a drawing: a ring for each lane at its silence, in the height of its
/// round.
/// </summary>
public static class IdleChart
{
    /// <summary>Null where no lane has said anything.</summary>
    public static Chart? Draw(IdleResult result)
    {
        IdleSearched search = result.Established;
        (int Round, IdleLane Lane)[] lanes =
        [
            .. search.Rounds.SelectMany((round, at) => round.Lanes.Select(lane => (at + 1, lane)))
                .Where(one => one.lane.SilenceNs > 0),
        ];
        if (lanes.Length == 0)
        {
            return null;
        }

        List<ChartLine> lines = [];
        List<ChartBand> bands = [];
        if (search.RememberedNs is { } goodNs)
        {
            lines.Add(new ChartLine(goodNs, $"remembered {Units.Latency(goodNs)}", ChartTone.Good));
        }

        if (search.ForgottenNs is { } badNs)
        {
            lines.Add(new ChartLine(badNs, $"forgotten {Units.Latency(badNs)}", ChartTone.Bad));
            bands.Add(new ChartBand(badNs, double.PositiveInfinity, ChartTone.Bad));
        }

        Series SeriesOf(string name, Func<IdleOutcome, bool> isOf) => new(name, [])
        {
            Others =
            [
                .. lanes.Where(one => isOf(one.Lane.Outcome))
                    .Select(one => new ChartPoint(one.Lane.SilenceNs, one.Round)),
            ],
        };
        return new Chart
        {
            Title = "How long silence is remembered",
            Subtitle = result.VerdictText,
            XAxis = new Axis("silence", AxisUnit.Nanoseconds, AxisScale.Log),
            Lines = lines,
            Bands = bands,
            Panels =
            [
                new Panel
                {
                    YAxis = new Axis("round", AxisUnit.Count) { HasZero = true },
                    Series =
                    [
                        SeriesOf("remembered", outcome => outcome == IdleOutcome.Remembered),
                        SeriesOf("forgotten", IdleOutcomes.IsForgotten),
                    ],
                },
            ],
        };
    }
}
