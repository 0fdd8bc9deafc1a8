using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Reader of the result of a search for the saturation point, from the section in which it is written.
/// </summary>
internal static class SearchReader
{
    public static SaturationResult Read(JsonPart part)
    {
        SearchEnding ending = SearchEndings.Find(part.Text("ending"));
        return ResultOf(part, ending, ending == SearchEnding.Led);
    }

    private static SaturationResult ResultOf(JsonPart part, SearchEnding ending, bool isLed) => new()
    {
        Ending = ending,
        LastGoodPerSecond = part.Number("last_good_per_s"),
        FirstBadPerSecond = part.Number("first_bad_per_s"),
        Spread = part.Number("spread_low_per_s") is { } low && part.Number("spread_high_per_s") is { } high
            ? new SaturationSpread(low, high)
            : null,
        Steps = part.List("steps", step => StepOf(step, isLed)),
        CauseTold = new SaturationCause(part.Text("cause"), part.Text("evidence")),
    };

    private static SearchStep StepOf(JsonPart part, bool isLed)
    {
        double ratePerSecond = part.Number("rate_per_s") ?? double.NaN;
        SearchPhase phase = Enum.TryParse(part.Text("phase"), ignoreCase: true, out SearchPhase named)
            ? named
            : SearchPhase.Growth;
        StepFigures figures = part.As<StepFigures>();
        if (figures.Seconds == 0 && ratePerSecond > 0)
        {
            figures = figures with { Seconds = figures.Due / ratePerSecond };
        }

        return SearchStep.Told(ratePerSecond, phase, figures, part.Text("verdict")) with
        {
            Number = isLed ? part.Count("step") : 0,
        };
    }
}
