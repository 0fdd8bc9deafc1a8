namespace Throng.Engine;

/// <summary>
/// The seats of one worker, and when each that has no connection is to be connected: at once at first and after a
/// loss, after a wait when connects fail or bring no answer (<see cref="BackOff.OfSeat"/>). Owner: the worker's
/// thread. Invariant: a seat has a connection, or is being connected, or is due, or is given up.
/// </summary>
internal sealed class MonitorSeats
{
    /// <summary>Connects under way at a time: fewer than any accept queue is long.</summary>
    private const int ConnectingMax = 100;

    private readonly MonitorSpec _spec;
    private readonly MonitorSeat[] _seats;
    private readonly PriorityQueue<int, long> _due;
    private readonly long _periodNs;
    private long _paceNs;
    private int _connecting;
    private bool _isOver;
    private long _untilNs = long.MaxValue;

    /// <param name="first">The number of the first seat in the run.</param>
    /// <param name="workers">Workers that share the connect rate.</param>
    public MonitorSeats(MonitorSpec spec, int count, long first, int workers, long nowNs)
    {
        _spec = spec;
        _seats = new MonitorSeat[count];
        _due = new PriorityQueue<int, long>(count);
        double ratePerSecond = spec.ConnectRatePerSecond / workers;
        _periodNs = ratePerSecond > 0 ? (long)(1e9 / ratePerSecond) : 0;
        for (int seat = 0; seat < count; seat++)
        {
            _seats[seat].Number = (int)first + seat;
            _seats[seat].NotedAt = -1;
            _due.Enqueue(seat, nowNs);
        }
    }

    public int Count => _seats.Length;

    public ref MonitorSeat this[int seat] => ref _seats[seat];

    /// <summary>When the next one is to be connected; long.MaxValue: none, or after an outcome.</summary>
    public long NextNs => !_isOver && _connecting < ConnectingMax && _due.TryPeek(out _, out long dueNs)
        && Math.Max(dueNs, _paceNs) is var nextNs && nextNs <= _untilNs
        ? nextNs
        : long.MaxValue;

    /// <summary>The schedule begins: from then on it counts for how long connects are begun.</summary>
    public void ConnectFrom(long beginNs) =>
        _untilNs = _spec.ConnectUntilNs == long.MaxValue ? long.MaxValue : beginNs + _spec.ConnectUntilNs;

    /// <summary>It is being connected from now on.</summary>
    public int Next(long nowNs)
    {
        _connecting++;
        _paceNs = Math.Max(_paceNs + _periodNs, nowNs - _periodNs); // late by more than one: the pace is not made up
        return _due.Dequeue();
    }

    /// <summary>A connect has succeeded, failed, or was given up.</summary>
    public void OnOutcome() => _connecting--;

    /// <summary>Its connection is gone; true when it gets another one: at once, but when the one before had brought
    /// nothing either, after a wait.</summary>
    public bool TryReconnect(int seat, long nowNs)
    {
        ref MonitorSeat one = ref _seats[seat];
        long fruitless = one.Record.Received > 0 ? 0 : one.Fruitless;
        one.Fruitless = one.Record.Received > 0 ? 0 : fruitless + 1;
        if (_spec.Reconnects)
        {
            _due.Enqueue(seat, nowNs + (fruitless == 0 ? 0 : BackOff.OfSeat.WaitNs(fruitless)));
        }

        return _spec.Reconnects;
    }

    /// <summary>A connect failed; true when there is another attempt.</summary>
    public bool TryRetry(int seat, long nowNs)
    {
        ref MonitorSeat one = ref _seats[seat];
        one.Failures++;
        bool isRetried = one.Failures <= _spec.RetriesMax;
        if (isRetried)
        {
            _due.Enqueue(seat, nowNs + BackOff.OfSeat.WaitNs(one.Failures));
        }

        return isRetried;
    }

    /// <summary>Nothing is connected any more.</summary>
    public void End() => _isOver = true;
}
