using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One worker's walk through the schedule of `churn`: the slots are dealt to the workers in turn. A mutable struct:
/// keep it in a field.
/// </summary>
internal struct ChurnArrivals(Schedule schedule, int worker, int workers)
{
    private readonly int _worker = worker;
    private readonly int _workers = workers;
    private Schedule _schedule = schedule;
    private ArrivalCursor _cursor = schedule.Cursor();
    private long _originNs;
    private bool _hasBegun;

    /// <summary>When the next own slot is due by the worker's clock; long.MaxValue: none, or not yet begun.</summary>
    public long NextNs { get; private set; } = long.MaxValue;

    /// <summary>Number of the next own slot; the stretch of the profile it lies in is <see cref="Step"/>.</summary>
    public readonly long Slot => _cursor.Slot;

    public readonly int Step => _cursor.Segment;

    /// <summary>When the schedule ends by the worker's clock.</summary>
    public readonly long EndNs =>
        !_hasBegun || _schedule.Profile.IsEndless ? long.MaxValue : _originNs + _schedule.Profile.DurationNs;

    /// <summary>
    /// The slot at <see cref="NextNs"/> fell due before a pause that began too long ago. What a step has left over
    /// would otherwise be part of the next one's load.
    /// </summary>
    public readonly bool IsTooLate(long nowNs) =>
        NextNs < long.MaxValue && _schedule.Profile.PauseNs(Step) is var pauseNs and < long.MaxValue
        && nowNs > _originNs + pauseNs + Schedule.EndGraceNs;

    /// <summary>The schedule's time 0.</summary>
    public void Begin(long originNs)
    {
        _originNs = originNs;
        _hasBegun = true;
        Find();
    }

    public void MoveNext()
    {
        _cursor.MoveNext();
        Find();
    }

    /// <summary>Goes on with a schedule that agrees with the present one up to a moment still to come.</summary>
    public void Follow(Schedule changed)
    {
        _schedule = changed;
        _cursor.Follow(changed.Profile);
        if (_hasBegun)
        {
            Find();
        }
    }

    /// <summary>Nothing is due any more.</summary>
    public void End()
    {
        _hasBegun = false;
        NextNs = long.MaxValue;
    }

    private void Find()
    {
        while (!_cursor.IsAtEnd && _cursor.Slot % _workers != _worker)
        {
            _cursor.MoveNext();
        }

        long ns = _cursor.IsAtEnd ? long.MaxValue : _cursor.TimeNs;
        NextNs = ns < long.MaxValue ? _originNs + ns : long.MaxValue;
    }
}
