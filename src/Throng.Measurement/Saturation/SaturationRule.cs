namespace Throng.Measurement;

/// <summary>Conditions that a step has to meet to be good. A value at its limit is good.</summary>
public sealed record SaturationRule
{
    /// <summary>Least share of what fell due that must go well.</summary>
    public double SuccessMin { get; init; } = 0.999;

    /// <summary>Least share of what fell due that must be started.</summary>
    public double AchievedMin { get; init; } = 0.99;

    /// <summary>Most retransmitted SYNs per connection started.</summary>
    public double SynRetransmitMax { get; init; } = 0.001;

    /// <summary>Median and p99 of the life may be this many times those of the step compared with.</summary>
    public double Slowdown { get; init; } = 2;

    /// <summary>Most that the p99 of the life may be, whatever it was before; 0: no such limit.</summary>
    public long LatencyMaxNs { get; init; }

    /// <summary>A life as short as this is never too slow, however short it was before: no scheduler is that even.
    /// </summary>
    public long LatencyFloorNs { get; init; } = 5_000_000;

    /// <summary>Judges a step against the base step, which may be the step itself.</summary>
    public StepVerdict Judge(StepFigures step, StepFigures baseStep)
    {
        List<BrokenCriterion> broken = [];
        AtLeast(SaturationCriterion.Success, step.SuccessRatio, SuccessMin);
        AtLeast(SaturationCriterion.Achieved, step.AchievedRatio, AchievedMin);
        AtMost(SaturationCriterion.SynRetransmits, step.SynRetransmitsPerAttempt, SynRetransmitMax);

        // Without a sample in the base step there is nothing to be slower than.
        AtMost(SaturationCriterion.LifeP50, step.LifeP50Ns, LimitOf(baseStep.LifeP50Ns));
        AtMost(SaturationCriterion.LifeP99, step.LifeP99Ns, LimitOf(baseStep.LifeP99Ns));
        AtMost(SaturationCriterion.LatencyMax, step.LifeP99Ns, LatencyMaxNs > 0 ? LatencyMaxNs : double.MaxValue);
        return broken.Count == 0 ? StepVerdict.Good : new StepVerdict(broken);

        void AtLeast(SaturationCriterion criterion, double value, double limit)
        {
            if (value < limit)
            {
                broken.Add(new BrokenCriterion(criterion, value, limit));
            }
        }

        void AtMost(SaturationCriterion criterion, double value, double limit)
        {
            if (value > limit)
            {
                broken.Add(new BrokenCriterion(criterion, value, limit));
            }
        }
    }

    private double LimitOf(long baseNs) =>
        baseNs > 0 ? Math.Max(baseNs * Slowdown, LatencyFloorNs) : double.MaxValue;
}
