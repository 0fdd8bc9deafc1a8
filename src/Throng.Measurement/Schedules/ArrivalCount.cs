namespace Throng.Measurement;

/// <summary>
/// How many arrivals of a schedule have fallen due, asked for at times that never go back. Constant ones are counted
/// by arithmetic, Poisson ones by walking (some 15 ns each), by this one counter for all workers.
/// </summary>
public sealed class ArrivalCount(RateProfile profile, Arrivals arrivals, ulong seed)
{
    private RateProfile _profile = profile;
    private ArrivalCursor _cursor = new(profile, arrivals, seed);
    private int _segment;

    /// <summary>Whether the last count took in all that was due by then.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Arrivals due before <paramref name="ns"/>.</summary>
    /// <param name="walkedMax">Poisson arrivals to walk over at most; those behind them are left to the next
    /// count.</param>
    public long DueBefore(long ns, long walkedMax = long.MaxValue)
    {
        IsComplete = true;
        if (arrivals == Arrivals.Constant)
        {
            return ConstantBefore(ns);
        }

        for (long walked = 0; _cursor.TimeNs < ns; walked++)
        {
            if (walked == walkedMax)
            {
                IsComplete = false;
                break;
            }

            _cursor.MoveNext();
        }

        return _cursor.Slot;
    }

    /// <summary>Goes on with another profile that agrees with the old one up to the time asked for last.</summary>
    public void Follow(RateProfile changed)
    {
        _profile = changed;
        _cursor.Follow(changed);
    }

    private long ConstantBefore(long ns)
    {
        // From the real number to the slots of the cursor, whose times are rounded: a slot more or less.
        long count = (long)_profile.CountAt(ns);
        while (TimeOf(count) < ns)
        {
            count++;
        }

        while (count > 0 && TimeOf(count - 1) >= ns)
        {
            count--;
        }

        return count;
    }

    private long TimeOf(long slot) => _profile.TimeOf(slot, ref _segment);
}
