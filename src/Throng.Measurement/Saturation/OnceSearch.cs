namespace Throng.Measurement;

/// <summary>
/// One pass upwards without a repeat: each rate is start * increment^k, rounded to a whole number. With a rule the
/// search ends at the first step that is bad against the step before. Without one only the median counts, and there is
/// no highest rate: it ends at the first step whose median is more than slowdown times that of the step before, or as
/// long as the timeout; failed connections do not count then.
/// </summary>
public sealed class OnceSearch : ISaturationSearch
{
    private readonly List<SearchStep> _steps = [];
    private readonly uint _startPerSecond;
    private readonly double _increment;
    private readonly double _slowdown;
    private readonly long _timeoutNs;
    private readonly SaturationRule? _rule;
    private readonly double _rateMaxPerSecond;
    private SearchEnding _ending;

    /// <param name="timeoutNs">The age at which a connection counts as timed out.</param>
    /// <param name="rule">What a step has to meet; null: the median alone counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">No start, or an increment that does not increase.</exception>
    public OnceSearch(
        uint startPerSecond = 50, double increment = 1.25, double slowdown = 2, long timeoutNs = 30_000_000_000,
        SaturationRule? rule = null, double rateMaxPerSecond = uint.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfZero(startPerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(increment, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(slowdown);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeoutNs);
        _startPerSecond = startPerSecond;
        _increment = increment;
        _slowdown = slowdown;
        _timeoutNs = timeoutNs;
        _rule = rule;
        _rateMaxPerSecond = rateMaxPerSecond;
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
        StepVerdict verdict = _rule is null ? JudgeMedian(step, previous) : _rule.Judge(step, previous ?? step);
        _ending = !verdict.IsGood ? EndingOf(step, previous)
            : _rule is not null && ratePerSecond >= _rateMaxPerSecond ? SearchEnding.NoneUpToMax
            : SearchEnding.None;
        SearchStep judged = new(ratePerSecond, phase, step, verdict);
        _steps.Add(judged);
        return judged;
    }

    private StepVerdict JudgeMedian(StepFigures step, StepFigures? previous)
    {
        if (step.Ok + step.Empty + step.TimedOut == 0)
        {
            return new([new(SaturationCriterion.Success, 0, 1 / (double)Math.Max(1, step.Due))]);
        }

        double limitNs = (previous?.LifeP50Ns ?? double.PositiveInfinity) * _slowdown;
        bool isBad = previous is not null && (limitNs < step.LifeP50Ns || step.LifeP50Ns >= _timeoutNs);
        return isBad ? new([new(SaturationCriterion.LifeP50, step.LifeP50Ns, Math.Min(limitNs, _timeoutNs))])
            : StepVerdict.Good;
    }

    private SearchEnding EndingOf(StepFigures step, StepFigures? previous) =>
        _rule is not null && previous is null ? SearchEnding.BaseBad
        : _rule is null && step.Ok + step.Empty + step.TimedOut == 0 ? SearchEnding.NoSamples
        : SearchEnding.Found;

    private double RateAt(int step) => Math.Min(
        Math.Round(_startPerSecond * Math.Pow(_increment, step), MidpointRounding.AwayFromZero), _rateMaxPerSecond);
}
