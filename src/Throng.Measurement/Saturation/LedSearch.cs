namespace Throng.Measurement;

/// <summary>
/// Steps that another process tells, which leads the search: each is taken down, and none is judged here.
/// </summary>
public sealed class LedSearch : ISaturationSearch
{
    /// <summary>In the place of a judgement.</summary>
    private static readonly StepVerdict Unjudged = StepVerdict.Told("not judged here");

    private readonly List<SearchStep> _steps = [];
    private long _number;

    public double? NextPerSecond { get; private set; }

    public SearchPhase Phase => SearchPhase.Growth;

    public SaturationResult Result => Of([.. _steps]);

    /// <summary>A result of told steps alone.</summary>
    public static SaturationResult Of(IReadOnlyList<SearchStep> steps) => new()
    {
        Ending = SearchEnding.Led, Steps = steps, CauseTold = SaturationCause.Led,
    };

    /// <summary>Takes what the next step is to be.</summary>
    public void Tell(long number, double ratePerSecond) => (_number, NextPerSecond) = (number, ratePerSecond);

    public SearchStep Add(StepFigures step)
    {
        SearchStep told = new(step.RatePerSecond, Phase, step, Unjudged) { Number = _number };
        _steps.Add(told);
        NextPerSecond = null;
        return told;
    }
}
