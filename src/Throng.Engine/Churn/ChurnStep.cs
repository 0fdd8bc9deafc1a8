using Throng.Measurement;

namespace Throng.Engine;

/// <summary>One stretch of a churn's schedule and what became of the connections that fell due in it.</summary>
internal sealed class ChurnStep
{
    private readonly long[] _outcomes = new long[ChurnOutcomes.Count];

    private ChurnStep(int number) => Number = number;

    /// <summary>Its place in the profile.</summary>
    public int Number { get; }

    public RateSegment Segment { get; private init; }

    /// <summary>Since the schedule's start, and how much of it has passed.</summary>
    public long FromNs { get; private init; }
    public long PassedNs { get; private init; }

    /// <summary>Arrivals that fell due, those begun, and those of the others that found too many under way.</summary>
    public long Due { get; private set; }
    public long Attempted { get; private set; }
    public long InFlightFull { get; private set; }

    public Histogram Life { get; } = new();

    public Histogram Lag { get; } = new();

    public long NotSent => Due - Attempted;

    /// <summary>Begun and not over.</summary>
    public long InFlight => Attempted - _outcomes.Sum();

    public long this[ChurnOutcome outcome] => _outcomes[(int)outcome];

    /// <summary>Lists the steps that have a rate, in order.</summary>
    public static IEnumerable<ChurnStep> All(ActiveSchedule active, IReadOnlyList<ChurnTally> tallies)
    {
        long passedNs = active.PassedNs();
        long fromNs = 0;
        IReadOnlyList<RateSegment> segments = active.Current.Profile.Segments;
        for (int i = 0; i < segments.Count && fromNs < passedNs; i++)
        {
            long toNs = segments[i].IsEndless ? passedNs : Math.Min(passedNs, fromNs + segments[i].DurationNs);
            ChurnStep step = new(i) { Segment = segments[i], FromNs = fromNs, PassedNs = toNs - fromNs };
            step.Add(tallies);
            step.Due = active.DueIn(i, fromNs, toNs); // after what was begun, so that it has all of that in it
            if (step.Due > 0)
            {
                yield return step;
            }

            fromNs = toNs;
        }
    }

    /// <summary>Adds up the outcomes of some steps, by name; those that occurred, and ok.</summary>
    public static Section Outcomes(IReadOnlyList<ChurnStep> steps)
    {
        Section outcomes = [];
        for (int i = 1; i < ChurnOutcomes.Count; i++)
        {
            long count = steps.Sum(step => step._outcomes[i]);
            if (count > 0 || i == (int)ChurnOutcome.Ok)
            {
                outcomes[ChurnOutcomes.Name((ChurnOutcome)i)] = count;
            }
        }

        return outcomes;
    }

    public Section ToSection()
    {
        bool isSlope = Segment.FromPerSecond != Segment.ToPerSecond;
        return new Section
        {
            ["rate_per_s"] = isSlope ? (Segment.FromPerSecond + Segment.ToPerSecond) / 2 : Segment.FromPerSecond,
            ["from_ns"] = FromNs,
            ["duration_ns"] = PassedNs,
            ["due"] = Due,
            ["attempted"] = Attempted,
            ["not_sent"] = NotSent,
            ["in_flight_full"] = InFlightFull,
            ["outcomes"] = Outcomes([this]),
            ["life_ns"] = LatencySummary.From(Life),
            ["lag_ns"] = LatencySummary.From(Lag),
        };
    }

    private void Add(IReadOnlyList<ChurnTally> tallies)
    {
        foreach (ChurnTally all in tallies.Where(one => Number < one.Steps.Count))
        {
            ChurnStepTally tally = all.Steps[Number];
            // Ends before beginnings: a reader between two writes then sees too many in flight rather than too few.
            for (int i = 0; i < _outcomes.Length; i++)
            {
                _outcomes[i] += Volatile.Read(ref tally.Outcomes[i]);
            }

            Attempted += Volatile.Read(ref tally.Attempted);
            InFlightFull += Volatile.Read(ref tally.InFlightFull);
            Life.Add(tally.Life);
            Lag.Add(tally.Lag);
        }
    }
}
