using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A walk through the arrivals of one part of the schedule: those of its own connections, and no others. However the
/// schedule is split into parts, together they are the same arrivals. A mutable struct: keep it in a field.
/// </summary>
internal struct OwnArrivals
{
    private readonly int _part;
    private readonly int _parts;
    private readonly ScheduleTally _tally;
    private Schedule _schedule;

    /// <summary>One of the two, by how the arrivals are spread.</summary>
    private PoissonStreams? _streams;
    private ConstantRounds? _rounds;
    private int _epoch;

    /// <summary>Where the next change of connections lies, as an amount of arrivals; infinite where none does.
    /// </summary>
    private double _epochEnd;
    private int _segment;
    private long _originNs;
    private long _countFromNs;
    private bool _isOver;

    /// <param name="part">From 0; part w of W of part h of H is part hW + w of HW.</param>
    /// <param name="tally">Where it tells how far it is.</param>
    public OwnArrivals(Schedule schedule, int part, int parts, ScheduleTally tally)
    {
        _part = part;
        _parts = parts;
        _schedule = schedule;
        _tally = tally;
        NextNs = long.MaxValue;
        tally.Follow(part, parts);
        Enter(0);
    }

    /// <summary>When the next own one is due by the worker's clock; long.MaxValue: none, or not yet begun.</summary>
    public long NextNs { get; private set; }

    /// <summary>Number of the next own one.</summary>
    public readonly long Number => _rounds is not null ? _rounds.Slot : _streams!.Number;

    /// <summary>The stretch of the profile in which the next own one lies.</summary>
    public readonly int Step => _segment;

    /// <summary>When the schedule ends by the worker's clock.</summary>
    public readonly long EndNs => !HasBegun || _isOver || _schedule.Profile.IsEndless
        ? long.MaxValue
        : _originNs + _schedule.Profile.DurationNs;

    public bool HasBegun { get; private set; }

    /// <summary>
    /// The arrival at <see cref="NextNs"/> fell due before a pause that began too long ago. What a step has left over
    /// would otherwise be part of the next one's load.
    /// </summary>
    public readonly bool IsTooLate(long nowNs) =>
        NextNs < long.MaxValue && _schedule.Profile.PauseNs(Step) is var pauseNs and < long.MaxValue
        && nowNs > _originNs + pauseNs + Schedule.EndGraceNs;

    /// <summary>The schedule's time 0.</summary>
    /// <param name="fromNs">What falls due before is passed over: a part that is taken over begins here.</param>
    public void Begin(long originNs, long fromNs = 0)
    {
        _originNs = originNs;
        long warmUpEndNs = originNs + _tally.WarmUpNs;
        _countFromNs = Math.Max(warmUpEndNs, fromNs);
        HasBegun = true;
        if (_isOver)
        {
            return;
        }

        Find();
        if (fromNs > originNs)
        {
            _ = PassDueBefore(Math.Min(warmUpEndNs, fromNs));
            _tally.PassedBefore = PassDueBefore(fromNs);
        }
    }

    /// <summary>Takes the arrival due at <see cref="NextNs"/>, and goes on to the one after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SeatArrival Next()
    {
        SeatArrival due = new(Number, NextNs, (int)(_rounds is not null ? _rounds.Seat : _streams!.Seat));
        MoveNext();
        return due;
    }

    /// <summary>Passes over the arrival due at <see cref="NextNs"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveNext()
    {
        if (NextNs >= _countFromNs)
        {
            _tally.Took(_segment, 1);
        }

        if (_rounds is not null)
        {
            _rounds.MoveNext();
        }
        else
        {
            _streams!.MoveNext();
        }

        Find();
    }

    /// <summary>
    /// Passes over the arrivals due before a time, as those that cannot begin: constant ones by arithmetic where that
    /// is exact, others one by one.
    /// </summary>
    /// <param name="ns">By the worker's clock.</param>
    /// <param name="walkedMax">Arrivals to pass over one by one at most.</param>
    /// <returns>How many it has passed.</returns>
    public long PassDueBefore(long ns, long walkedMax = long.MaxValue)
    {
        long passed = 0;
        long walked = 0;
        while (NextNs < ns && walked < walkedMax)
        {
            if (_rounds is { CountsByArithmetic: true })
            {
                passed += PassSlots(ns);
            }
            else
            {
                MoveNext();
                walked++;
            }
        }

        return passed + walked;
    }

    /// <summary>The same, within the stretch of the profile in which the next arrival lies.</summary>
    public long PassInStep(long ns, long walkedMax = long.MaxValue)
    {
        long endNs = _schedule.Profile.EndNs(_segment);
        return PassDueBefore(endNs == RateSegment.Endless ? ns : Math.Min(ns, _originNs + endNs), walkedMax);
    }

    /// <summary>As <see cref="Schedule.ProcessOf"/> has it.</summary>
    public readonly int ProcessOf(in SeatArrival arrival) =>
        _schedule.ProcessOf(arrival.Number, arrival.IntendedNs - _originNs);

    /// <summary>Goes on with a schedule that agrees with the present one up to a moment still to come.</summary>
    public void Follow(Schedule changed)
    {
        _schedule = changed;
        _epochEnd = changed.EpochEnd(_epoch);
        _segment = 0;
        if (HasBegun && !_isOver)
        {
            Find();
        }
    }

    /// <summary>
    /// Nothing is due any more. What fell due until then and was not taken is counted as due all the same.
    /// </summary>
    /// <param name="atNs">By the worker's clock, this moment included.</param>
    public void End(long atNs)
    {
        if (!_isOver)
        {
            PassDueBefore(atNs + 1);
            _isOver = true;
            NextNs = long.MaxValue;
            _tally.Stop(atNs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Find()
    {
        double position = Position;
        if (position >= _epochEnd && _epoch < _schedule.EpochLast)
        {
            position = EnterNext();
        }

        long ns = position < _schedule.EndPosition ? _schedule.Profile.TimeOf(position, ref _segment) : long.MaxValue;
        NextNs = ns < long.MaxValue ? _originNs + ns : long.MaxValue;
        _tally.GoOn(NextNs);
    }

    private readonly double Position =>
        _rounds is null ? _streams!.Position : _rounds.Slot < long.MaxValue ? _rounds.Slot : double.PositiveInfinity;

    private double EnterNext()
    {
        do
        {
            Enter(_epoch + 1);
        }
        while (Position >= _epochEnd && _epoch < _schedule.EpochLast);

        return Position;
    }

    /// <summary>With another number of connections, from the moment of the change on.</summary>
    private void Enter(int epoch)
    {
        _epoch = epoch;
        _epochEnd = _schedule.EpochEnd(epoch);
        if (_schedule.Arrivals == Arrivals.Constant)
        {
            _rounds = _schedule.RoundsOf(epoch, _part, _parts);
        }
        else
        {
            _streams = _schedule.StreamsOf(epoch, _part, _parts);
        }
    }

    /// <summary>Passes over those that lie in the same stretch, on the same side of the warm-up's end, before a change
    /// of connections; at least one.</summary>
    private long PassSlots(long ns)
    {
        bool isWarmUp = NextNs < _countFromNs;
        long untilNs = Math.Min(ns - _originNs, _schedule.Profile.EndNs(_segment));
        untilNs = isWarmUp ? Math.Min(untilNs, _countFromNs - _originNs) : untilNs;
        int hint = _segment;
        long slot = _schedule.Profile.SlotsBefore(untilNs, ref hint);
        slot = _epoch < _schedule.EpochLast ? Math.Min(slot, (long)_epochEnd) : slot;
        slot = _schedule.EndPosition < double.PositiveInfinity ? Math.Min(slot, (long)_schedule.EndPosition) : slot;
        long passed = _rounds!.PassTo(slot);
        if (!isWarmUp)
        {
            _tally.Took(_segment, passed);
        }

        Find();
        return passed;
    }
}
