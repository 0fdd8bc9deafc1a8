namespace Throng.Measurement;

/// <summary>
/// Finds the highest rate that still meets a rule. A base step, then growth until a step is bad or the highest rate is
/// good, then bisection until the boundaries lie close enough, then each boundary once more until it has its trials.
/// <para>
/// Noise: a base or growth step that is bad is run a second time, and only two bad ones are believed. A single bad step
/// of the bisection is believed, because it becomes a boundary and is tried again as such. A boundary that loses the
/// majority of its trials changes sides, and the search goes on from there.
/// </para>
/// <para>
/// Disturbance: where the generator was late although it had CPU time left, something else had its CPU. What it sent
/// then were bursts, and a bad step, or a base step to compare others with, says nothing of the rate, unless SYNs were
/// sent again, or connections reset or refused. Such a step is run again, at each rate as often as
/// <see cref="DisturbedMax"/>; then it is believed, and the cause tells of the lag.
/// </para>
/// <para>
/// It ends: a rate gets a bounded number of trials, rates between two others are tried only while these lie further
/// apart than the precision, and growth ends at the highest rate. The plan's most steps end it earlier.
/// </para>
/// </summary>
public sealed class SaturationSearch : ISaturationSearch
{
    private const int DisturbedMax = 2;

    private readonly SaturationRule _rule;
    private readonly SearchPlan _plan;
    private readonly List<SearchStep> _steps = [];
    private readonly SortedList<double, RateTrials> _rates = [];
    private StepFigures? _base;
    private SearchEnding _ending;
    private double _nextPerSecond;
    private int _growth;

    /// <exception cref="ArgumentException">The plan has an <see cref="SearchPlan.Error"/>.</exception>
    public SaturationSearch(SaturationRule rule, SearchPlan plan)
    {
        if (plan.Error is { } error)
        {
            throw new ArgumentException(error, nameof(plan));
        }

        _rule = rule;
        _plan = plan;
        _nextPerSecond = plan.StartPerSecond;
    }

    public double? NextPerSecond => _ending == SearchEnding.None ? _nextPerSecond : null;

    public SearchPhase Phase { get; private set; }

    public SaturationResult Result
    {
        get
        {
            RateTrials? bad = FirstBad();
            RateTrials? good = LastGoodBelow(bad);

            // Before a rate has its trials, or where each was disturbed, what was good so far is all there is.
            SearchStep? only = good is null && bad is null
                ? _steps.Where(step => step.Verdict.IsGood).MaxBy(step => step.RatePerSecond)
                : null;
            return new SaturationResult
            {
                Ending = _ending,
                LastGoodPerSecond = good?.RatePerSecond ?? only?.RatePerSecond,
                FirstBadPerSecond = bad?.RatePerSecond,
                Spread = good is null || bad is null ? null : SpreadOf(good.RatePerSecond, bad.RatePerSecond),
                Base = _base,
                LastGood = good?.LastGood ?? only,
                FirstBad = bad?.LastBad,
                Steps = [.. _steps],
            };
        }
    }

    public SearchStep Add(StepFigures step)
    {
        if (_ending != SearchEnding.None)
        {
            throw new InvalidOperationException("the search is over");
        }

        if (!_rates.TryGetValue(_nextPerSecond, out RateTrials? trials))
        {
            trials = new RateTrials(_nextPerSecond);
            _rates.Add(_nextPerSecond, trials);
        }

        StepVerdict verdict = _rule.Judge(step, _base ?? step);
        bool isDisturbed = step.IsLate && !step.IsCpuBound && (!verdict.IsGood || _base is null)
            && !SaturationCause.IsSeenInPackets(verdict, step) && trials.DisturbedCount < DisturbedMax;
        SearchStep judged = new(_nextPerSecond, Phase, step, verdict) { IsDisturbed = isDisturbed };
        if (isDisturbed)
        {
            trials.DisturbedCount++; // the same rate once more
        }
        else
        {
            _base ??= verdict.IsGood ? step : null;
            trials.Add(judged, _plan.Trials);
            judged = judged with { IsAlone = trials.IsGood is null };
            Decide(trials);
        }

        _steps.Add(judged);
        if (_ending == SearchEnding.None && _steps.Count >= _plan.StepsMax)
        {
            _ending = SearchEnding.StepsMax;
        }

        return judged;
    }

    private void Decide(RateTrials last)
    {
        if (last.IsGood is null)
        {
            return; // the same rate once more, for the same reason
        }

        RateTrials? bad = FirstBad();
        RateTrials? good = LastGoodBelow(bad);
        if (good is null)
        {
            _ending = SearchEnding.BaseBad;
        }
        else if (bad is null)
        {
            Grow(good.RatePerSecond);
        }
        else if (bad.RatePerSecond - good.RatePerSecond > good.RatePerSecond * _plan.Precision)
        {
            Go(SearchPhase.Bisection, SearchPlan.Between(good.RatePerSecond, bad.RatePerSecond));
        }
        else if (Math.Min(good.Count, bad.Count) >= _plan.Trials)
        {
            _ending = SearchEnding.Found;
        }
        else
        {
            // In turn, so that a slow change of the path meets both alike.
            Go(SearchPhase.Confirm, good.Count <= bad.Count ? good.RatePerSecond : bad.RatePerSecond);
        }
    }

    // What is good with nothing bad above it is the rate of the last growth step, so the next one is above it, but for
    // rounding.
    private void Grow(double goodPerSecond)
    {
        if (goodPerSecond >= _plan.RateMaxPerSecond)
        {
            _ending = SearchEnding.NoneUpToMax;
            return;
        }

        double next = _plan.RateAt(++_growth);
        Go(SearchPhase.Growth, next > goodPerSecond
            ? next
            : Math.Min(goodPerSecond * _plan.Increment, _plan.RateMaxPerSecond));
    }

    private void Go(SearchPhase phase, double ratePerSecond)
    {
        Phase = phase;
        _nextPerSecond = ratePerSecond;
    }

    private RateTrials? FirstBad() => _rates.Values.FirstOrDefault(one => one.IsGood == false);

    private RateTrials? LastGoodBelow(RateTrials? bad) => _rates.Values.LastOrDefault(one =>
        one.IsGood == true && (bad is null || one.RatePerSecond < bad.RatePerSecond));

    // Of rates with all their trials only: a growth step that failed once far below says nothing about the boundary.
    private SaturationSpread SpreadOf(double goodPerSecond, double badPerSecond)
    {
        double lowestBad = badPerSecond;
        double highestGood = goodPerSecond;
        foreach (RateTrials one in _rates.Values.Where(one => one.Count >= _plan.Trials))
        {
            lowestBad = one.BadCount > 0 ? Math.Min(lowestBad, one.RatePerSecond) : lowestBad;
            highestGood = one.GoodCount > 0 ? Math.Max(highestGood, one.RatePerSecond) : highestGood;
        }

        RateTrials? low = _rates.Values.LastOrDefault(one => one.IsGood == true && one.RatePerSecond < lowestBad);
        RateTrials? high = _rates.Values.FirstOrDefault(one => one.IsGood == false && one.RatePerSecond > highestGood);
        return new SaturationSpread(low?.RatePerSecond ?? lowestBad, high?.RatePerSecond ?? highestGood);
    }
}
