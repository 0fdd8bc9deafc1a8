using Throng.Measurement;

namespace Throng.Engine;

/// <summary>A query that falls due.</summary>
/// <param name="IntendedNs">By the worker's clock.</param>
/// <param name="Seat">Which of the worker's own connections, from 0.</param>
public readonly record struct QueryArrival(long Slot, long IntendedNs, int Seat);

/// <summary>
/// One worker's walk through the schedule: it sees every slot and stops at those whose connection is its own. A
/// mutable struct: keep it in a field.
/// </summary>
internal struct QueryArrivals
{
    private readonly int _worker;
    private readonly int _workers;
    private QueryOffer _offer;
    private ArrivalCursor _cursor;
    private QueryArrival _next;
    private long _originNs;
    private long _connections;
    private long _firstOwn;
    private long _ownCount;
    private bool _isChanging;
    private bool _isOver;

    public QueryArrivals(QueryOffer offer, int worker, int workers)
    {
        _worker = worker;
        _workers = workers;
        _offer = offer;
        _cursor = offer.Cursor();
        NextNs = long.MaxValue;
        Take(offer.Connections);
    }

    /// <summary>When the next own query is due by the worker's clock; long.MaxValue: none, or not yet begun.</summary>
    public long NextNs { get; private set; }

    /// <summary>When the schedule ends by the worker's clock.</summary>
    public readonly long EndNs =>
        !HasBegun || _offer.Profile.IsEndless ? long.MaxValue : _originNs + _offer.Profile.DurationNs;

    public bool HasBegun { get; private set; }

    /// <summary>The schedule's time 0.</summary>
    public void Begin(long originNs)
    {
        _originNs = originNs;
        HasBegun = true;
        Find();
    }

    /// <summary>The query that is due at <see cref="NextNs"/>; goes on to the one after it.</summary>
    public QueryArrival Next()
    {
        QueryArrival due = _next;
        _cursor.MoveNext();
        Find();
        return due;
    }

    /// <summary>Goes on with an offer that agrees with the present one up to a moment that is still to come.</summary>
    public void Follow(QueryOffer changed)
    {
        _offer = changed;
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

    /// <summary>No query is due any more.</summary>
    public void End()
    {
        _isOver = true;
        NextNs = long.MaxValue;
    }

    private void Find()
    {
        while (!_cursor.IsAtEnd)
        {
            if (_isChanging)
            {
                Change();
            }

            long own = _connections > 0 ? _offer.ConnectionOf(_cursor.Slot, _connections) - _firstOwn : -1;
            if ((ulong)own < (ulong)_ownCount)
            {
                NextNs = _cursor.TimeNs is var ns and < long.MaxValue ? _originNs + ns : long.MaxValue;
                _next = new QueryArrival(_cursor.Slot, NextNs, (int)own);
                return;
            }

            if (_ownCount == 0 && !_isChanging)
            {
                break;
            }

            _cursor.MoveNext();
        }

        NextNs = long.MaxValue;
    }

    private void Change()
    {
        long ns = _cursor.TimeNs;
        Take(_offer.ConnectionsAt(ns));
        _isChanging = ns < _offer.ConnectionsFromNs;
    }

    private void Take(long connections)
    {
        _connections = connections;
        _firstOwn = Shares.Before(connections, _worker, _workers);
        _ownCount = Shares.OfTarget(connections, _worker, _workers);
    }
}
