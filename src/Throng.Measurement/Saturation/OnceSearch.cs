namespace Throng.Measurement;

/// <summary>
/// One pass upwards without a repeat: each rate is start * increment^k, rounded to a whole number, and the search ends
/// at the first step whose median is more than slowdown times that of the step before, or as long as the timeout.
/// Failed connections do not count, and there is no highest rate.
/// </summary>
public sealed class OnceSearch : ISaturationSearch
{
    private readonly List<SearchStep> _steps = [];
    private readonly uint _startPerSecond;
    private readonly double _increment;
    private readonly double _slowdown;
    private readonly long _timeoutNs;
    private SearchEnding _ending;

    /// <param name="timeoutNs">The age at which a connection counts as timed out.</param>
    /// <exception cref="ArgumentOutOfRangeException">No start, or an increment that does not increase.</exception>
    public OnceSearch(
        uint startPerSecond = 50, double increment = 1.25, double slowdown = 2, long timeoutNs = 30_000_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfZero(startPerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(increment, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(slowdown);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeoutNs);
        _startPerSecond = startPerSecond;
        _increment = increment;
        _slowdown = slowdown;
        _timeoutNs = timeoutNs;
    }

    public double? NextPerSecond => _ending == SearchEnding.None ? RateAt(_steps.Count) : null;

    public SearchPhase Phase => NextPerSecond is null || _steps.Count > 0 ? SearchPhase.Growth : SearchPhase.Base;

    public SaturationResult Result
    {
        get
        {
            SearchStep? good = _steps.LastOrDefault(step => step.Verdict.IsGood);
            SearchStep? bad = _steps.LastOrDefault(step => !step.Verdict.IsGood);
            return new SaturationResult
            {
                Ending = _ending,
                LastGoodPerSecond = good?.RatePerSecond,
                FirstBadPerSecond = bad?.RatePerSecond,
                Base = _steps.Count > 0 ? _steps[0].Figures : null,
                LastGood = good,
                FirstBad = bad,
                Steps = [.. _steps],
            };
        }
    }

    public SearchStep Add(StepFigures step)
    {
        double ratePerSecond = NextPerSecond ?? throw new InvalidOperationException("the search is over");
        SearchPhase phase = Phase;
        StepFigures? previous = _steps.Count > 0 ? _steps[^1].Figures : null;
        StepVerdict verdict = StepVerdict.Good;
        if (step.Ok + step.Empty + step.TimedOut == 0)
        {
            verdict = new([new(SaturationCriterion.Success, 0, 1 / (double)Math.Max(1, step.Due))]);
            _ending = SearchEnding.NoSamples;
        }
        else if (previous is not null)
        {
            double limitNs = previous.LifeP50Ns * _slowdown;
            if (limitNs < step.LifeP50Ns || step.LifeP50Ns >= _timeoutNs)
            {
                verdict = new([
                    new(SaturationCriterion.LifeP50, step.LifeP50Ns, Math.Min(limitNs, _timeoutNs)),
                ]);
                _ending = SearchEnding.Found;
            }
        }

        SearchStep judged = new(ratePerSecond, phase, step, verdict);
        _steps.Add(judged);
        return judged;
    }

    private double RateAt(int step) => Math.Min(
        Math.Round(_startPerSecond * Math.Pow(_increment, step), MidpointRounding.AwayFromZero), uint.MaxValue);
}
