using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Counts of one worker on its lives, beyond those every workload keeps. Written by the worker, readable by any thread.
/// </summary>
internal sealed class ChurnTally : ScheduleTally
{
    /// <summary>Some more than one wants to look at one by one.</summary>
    private const int FailedMax = 1_000_000;

    private volatile ChurnStepTally[] _steps = [];

    /// <summary>Connections held beside the lives that were opened, and those of them that somebody else ended before
    /// the schedule did.</summary>
    public long HeldOpened;
    public long HeldLost;

    /// <summary>From the handshake's end to the first byte of the reply.</summary>
    public Histogram FirstByte { get; } = new();

    /// <summary>From the last byte of the reply, or the own close, to the end of the connection.</summary>
    public Histogram Close { get; } = new();

    /// <summary>
    /// When each life that came to nothing was due, and when that was known, by the worker's clock; null: not noted.
    /// </summary>
    public BoundedLog<FailedProbe>? Failed { get; init; }

    /// <summary>Tallies of the schedule's stretches; as many as have had an arrival here.</summary>
    public IReadOnlyList<ChurnStepTally> Steps => _steps;

    /// <summary>One that notes each life that came to nothing.</summary>
    public static ChurnTally NotingFailed() => new() { Failed = new BoundedLog<FailedProbe>(FailedMax) };

    public void NoteFailed(long intendedNs, long nowNs) => Failed?.Add(new FailedProbe(intendedNs, nowNs));

    /// <summary>The tally of one step; made when its first arrival comes.</summary>
    public ChurnStepTally Step(int step) => step < _steps.Length ? _steps[step] : Grow(step);

    /// <summary>Counts the lives of one step that have begun and are not over. Any thread.</summary>
    public long InFlightOf(int step)
    {
        ChurnStepTally[] steps = _steps;
        if (step >= steps.Length)
        {
            return 0;
        }

        // Ends before beginnings, so that none is missed.
        long over = 0;
        for (int i = 0; i < ChurnOutcomes.Count; i++)
        {
            over += Volatile.Read(ref steps[step].Outcomes[i]);
        }

        return Volatile.Read(ref steps[step].Attempted) - over;
    }

    /// <summary>Adds up the outcomes of all steps, by outcome. Any thread.</summary>
    public static long[] OutcomesOf(IReadOnlyList<ChurnTally> tallies)
    {
        long[] outcomes = new long[ChurnOutcomes.Count];
        foreach (ChurnTally tally in tallies)
        {
            foreach (ChurnStepTally step in tally.Steps)
            {
                for (int i = 0; i < outcomes.Length; i++)
                {
                    outcomes[i] += Volatile.Read(ref step.Outcomes[i]);
                }
            }
        }

        return outcomes;
    }

    private ChurnStepTally Grow(int step)
    {
        ChurnStepTally[] longer = new ChurnStepTally[step + 1];
        _steps.CopyTo(longer, 0);
        for (int i = _steps.Length; i < longer.Length; i++)
        {
            longer[i] = new ChurnStepTally();
        }

        _steps = longer;
        return longer[step];
    }
}

/// <summary>The lives of one worker that fell due in one step of the schedule.</summary>
internal sealed class ChurnStepTally
{
    public readonly long[] Outcomes = new long[ChurnOutcomes.Count];
    public long Attempted;

    /// <summary>Not begun because as many as allowed were under way.</summary>
    public long InFlightFull;

    /// <summary>Not begun because the schedule had paused meanwhile.</summary>
    public long TooLate;

    /// <summary>From the intended start to the end of the life, of those that came to a good end or ran out of time.
    /// </summary>
    public Histogram Life { get; } = new();

    /// <summary>From the intended start to the start.</summary>
    public Histogram Lag { get; } = new();
}
