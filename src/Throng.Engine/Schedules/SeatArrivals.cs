using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Arrival that falls due on a connection that is kept.</summary>
/// <param name="IntendedNs">By the worker's clock.</param>
/// <param name="Seat">Which of the worker's own connections, from 0.</param>
public readonly record struct SeatArrival(long Slot, long IntendedNs, int Seat);

/// <summary>
/// One worker's walk through the schedule: it sees every slot and stops at those whose connection is its own. It looks
/// at a block of slots at a time and keeps its own of them without a branch: whether a slot is one's own is a coin
/// toss, which no processor predicts. A mutable struct: keep it in a field.
/// </summary>
internal struct SeatArrivals
{
    private const int BlockSlots = 64;

    private readonly int _worker;
    private readonly int _workers;
    private Schedule _schedule;
    private ArrivalCursor _cursor;

    /// <summary>Own slots found ahead: from <see cref="_aheadAt"/> on, <see cref="_aheadCount"/> in all.</summary>
    private readonly OwnSlot[] _ahead = new OwnSlot[BlockSlots];
    private int _aheadAt;
    private int _aheadCount;
    private long _originNs;
    private long _connections;
    private long _firstOwn;
    private long _ownCount;
    private bool _isChanging;
    private bool _isOver;

    public SeatArrivals(Schedule schedule, int worker, int workers)
    {
        _worker = worker;
        _workers = workers;
        _schedule = schedule;
        _cursor = schedule.Cursor();
        NextNs = long.MaxValue;
        Take(schedule.Connections);
    }

    /// <summary>When the next own one is due by the worker's clock; long.MaxValue: none, or not yet begun.</summary>
    public long NextNs { get; private set; }

    /// <summary>When the schedule ends by the worker's clock.</summary>
    public readonly long EndNs =>
        !HasBegun || _schedule.Profile.IsEndless ? long.MaxValue : _originNs + _schedule.Profile.DurationNs;

    public bool HasBegun { get; private set; }

    /// <summary>The schedule's time 0.</summary>
    public void Begin(long originNs)
    {
        _originNs = originNs;
        HasBegun = true;
        Find();
    }

    /// <summary>Takes the arrival due at <see cref="NextNs"/>, and goes on to the one after it.</summary>
    public SeatArrival Next()
    {
        ref OwnSlot own = ref _ahead[_aheadAt++];
        SeatArrival due = new(own.Slot, NextNs, own.Seat);
        Find();
        return due;
    }

    /// <summary>As <see cref="Schedule.ProcessOf"/> has it.</summary>
    public readonly int ProcessOf(in SeatArrival arrival) =>
        _schedule.ProcessOf(arrival.Slot, arrival.IntendedNs - _originNs);

    /// <summary>Goes on with a schedule that agrees with the present one up to a moment still to come.</summary>
    public void Follow(Schedule changed)
    {
        if (_aheadAt < _aheadCount)
        {
            // What was found ahead may be due at other times now, and of other connections.
            _cursor.Return(_ahead[_aheadAt].Slot, _ahead[_aheadAt].Position);
            _aheadAt = _aheadCount;
        }

        _schedule = changed;
        _cursor.Follow(changed.Profile);
        _isChanging = _connections != changed.Connections;
        if (!HasBegun)
        {
            Take(changed.Connections);
        }
        else if (!_isOver)
        {
            Find();
        }
    }

    /// <summary>Nothing is due any more.</summary>
    public void End()
    {
        _isOver = true;
        NextNs = long.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Find()
    {
        if (_aheadAt == _aheadCount)
        {
            Look();
        }

        NextNs = _aheadAt == _aheadCount ? long.MaxValue
            : _cursor.TimeOf(_ahead[_aheadAt].Position) is var ns and < long.MaxValue ? _originNs + ns : long.MaxValue;
    }

    /// <summary>Finds the next own slots, if there are any.</summary>
    private void Look()
    {
        _aheadAt = 0;
        _aheadCount = 0;
        while (_aheadCount == 0 && !_cursor.IsAtEnd)
        {
            if (_isChanging)
            {
                Change();
            }

            if (_ownCount == 0 && !_isChanging)
            {
                break;
            }

            // While the number of connections changes each slot has to ask for it anew.
            LookAt(_isChanging ? 1 : BlockSlots);
        }
    }

    private void LookAt(int slots)
    {
        int count = 0;
        for (int i = 0; i < slots && !_cursor.IsAtEnd; i++)
        {
            long own = _ownCount > 0 ? _schedule.ConnectionOf(_cursor.Slot, _connections) - _firstOwn : -1;
            _ahead[count] = new OwnSlot { Slot = _cursor.Slot, Position = _cursor.Position, Seat = (int)own };
            count += (ulong)own < (ulong)_ownCount ? 1 : 0;
            _cursor.MoveNext();
        }

        _aheadCount = count;
    }

    private void Change()
    {
        long ns = _cursor.TimeNs;
        Take(_schedule.ConnectionsAt(ns));
        _isChanging = ns < _schedule.ConnectionsFromNs;
    }

    private void Take(long connections)
    {
        _connections = connections;
        _firstOwn = Shares.Before(connections, _worker, _workers);
        _ownCount = Shares.OfTarget(connections, _worker, _workers);
    }

    private struct OwnSlot
    {
        public long Slot;
        public double Position;
        public int Seat;
    }
}
