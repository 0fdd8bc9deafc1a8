using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A search for the saturation point as a drawing: how long a connection lived against the rate offered, and below it
/// how many went well, and how often SYNs were sent again where they were. A line goes through the trial of each rate
/// that says on which side it is, the last one that does; other trials, and steps that do not count, are rings.
/// </summary>
public static class SaturationChart
{
    /// <param name="rule">What the steps were judged by; null when success did not count.</param>
    /// <param name="subtitle">What was loaded and how; may be empty.</param>
    public static Chart Draw(SaturationResult result, SaturationRule? rule, string subtitle = "")
    {
        List<ChartLine> lines = [];
        List<ChartBand> bands = [];
        if (result.LastGoodPerSecond is { } good)
        {
            lines.Add(new ChartLine(good, $"last good {Units.Rate(good)}", ChartTone.Good));
        }

        if (result.FirstBadPerSecond is { } bad)
        {
            lines.Add(new ChartLine(bad, $"first bad {Units.Rate(bad)}", ChartTone.Bad));
            bands.Add(new ChartBand(bad, double.PositiveInfinity, ChartTone.Bad));
        }

        return new Chart
        {
            Title = TitleOf(result),
            Subtitle = subtitle,
            XAxis = new Axis("offered rate: connections per second", AxisUnit.PerSecond, AxisScale.Log),
            Lines = lines,
            Bands = bands,
            Panels = [.. PanelsOf(result, rule)],
        };
    }

    private static IEnumerable<Panel> PanelsOf(SaturationResult result, SaturationRule? rule)
    {
        yield return new Panel
        {
            YAxis = new Axis("life of a connection", AxisUnit.Nanoseconds, AxisScale.Log),
            Series =
            [
                SeriesOf("life p50", result, step => Time(step.LifeP50Ns)),
                SeriesOf("life p99", result, step => Time(step.LifeP99Ns)),
            ],
        };
        yield return new Panel
        {
            YAxis = new Axis("success", AxisUnit.Ratio) { Most = 1 },
            Series = [SeriesOf("success", result, step => step.SuccessRatio)],
            Lines = rule is null
                ? []
                : [new ChartLine(rule.SuccessMin, $"at least {Units.Percent(rule.SuccessMin)}")],
            HeightPixels = 130,
        };
        if (result.Steps.Any(step => step.Figures.SynRetransmits > 0))
        {
            yield return new Panel
            {
                YAxis = new Axis("SYNs again", AxisUnit.Ratio) { HasZero = true },
                Series =
                [
                    SeriesOf(
                        "SYNs sent again, by connections begun", result, step => step.SynRetransmitsPerAttempt),
                ],
                Lines = rule is null
                    ? []
                    : [new ChartLine(rule.SynRetransmitMax, $"at most {Units.Percent(rule.SynRetransmitMax)}")],
                HeightPixels = 130,
            };
        }
    }

    private static string TitleOf(SaturationResult result) => result switch
    {
        { LastGoodPerSecond: { } good, FirstBadPerSecond: not null } =>
            $"Good up to {Units.Rate(good)}; then {result.Cause.Name}",
        { LastGoodPerSecond: { } good } => $"Good up to {Units.Rate(good)}, the highest rate tried",
        { FirstBadPerSecond: { } bad } => $"Not good at {Units.Rate(bad)} already: {result.Cause.Name}",
        _ => "No rate was judged",
    };

    private static Series SeriesOf(string name, SaturationResult result, Func<StepFigures, double> of)
    {
        List<ChartPoint> points = [];
        List<ChartPoint> others = [];
        foreach (IGrouping<double, SearchStep> rate in result.Steps
            .GroupBy(step => step.RatePerSecond).OrderBy(g => g.Key))
        {
            SearchStep? judged = JudgedOf(result, rate.Key, [.. rate.Where(step => !step.IsDisturbed)]);
            if (judged is not null)
            {
                points.Add(new ChartPoint(rate.Key, of(judged.Figures)));
            }

            others.AddRange(rate.Where(step => step != judged).Select(
                step => new ChartPoint(rate.Key, of(step.Figures))));
        }

        return new Series(name, points) { Others = others };
    }

    /// <summary>The last trial that says what its rate was taken for; null without any.</summary>
    private static SearchStep? JudgedOf(SaturationResult result, double ratePerSecond, SearchStep[] trials)
    {
        bool isGood = !(ratePerSecond >= result.FirstBadPerSecond);
        return trials.LastOrDefault(step => step.Verdict.IsGood == isGood) ?? trials.LastOrDefault();
    }

    // No sample is no time.
    private static double Time(long ns) => ns > 0 ? ns : double.NaN;
}
