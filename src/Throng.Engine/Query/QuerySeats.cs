using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>
/// A place in a worker's share of the connections: an arrival picks the seat, and whichever connection sits there
/// carries the query. So a connection that is lost and opened again has the same number.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct QuerySeat
{
    /// <summary>None while nobody sits there.</summary>
    public Handle Connection;

    /// <summary>Stream offsets: behind the last query the backend was told of, behind the last one marked as sent,
    /// where the query that is produced next begins, and how many bytes the kernel has.</summary>
    public long AnnouncedBytes;
    public long MarkedBytes;
    public long ProducedBytes;
    public long SentBytes;

    /// <summary>Bytes of the queries that are lined up and not announced: one Send tells of all of them.</summary>
    public int LinedUpBytes;

    /// <summary>First and last of those announced and not marked as sent, and the first of them that is not produced;
    /// 0 for none.</summary>
    public int AnnouncedFirst;
    public int AnnouncedLast;
    public int ProducedNext;

    /// <summary>First and last of those that wait; 0 for none.</summary>
    public int WaitingFirst;
    public int WaitingLast;

    /// <summary>Queries announced and not finished, and those of them that were sent.</summary>
    public int Outstanding;
    public int Unanswered;

    /// <summary>Answers that this connection has brought.</summary>
    public long Answered;

    /// <summary>Queries that this connection was given.</summary>
    public long Asked;

    /// <summary>Id of the next query.</summary>
    public ushort NextId;

    /// <summary>Target at which the resting connection is to be opened again. -1: no connection rests.</summary>
    public int RestingTarget;

    /// <summary>A connection has sat down.</summary>
    public void Begin(Handle connection)
    {
        this = new QuerySeat
        {
            Connection = connection, WaitingFirst = WaitingFirst, WaitingLast = WaitingLast, RestingTarget = -1,
        };
    }
}

/// <summary>
/// The seats of one worker and who waits for one. Owner: the worker's thread. Invariant: a seat has a connection, or
/// rests, or stands among the vacant ones; an open connection has a seat, or stands among the unseated ones.
/// </summary>
internal sealed class QuerySeats
{
    private readonly Queue<int> _vacant = [];
    private readonly Queue<Handle> _unseated = [];
    private QuerySeat[] _seats = [];

    public int Count { get; private set; }

    public ref QuerySeat this[int seat]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _seats[seat];
    }

    /// <summary>There are so many from now on; those beyond are left by their connections one by one.</summary>
    public void Resize(int count)
    {
        if (count > _seats.Length)
        {
            int before = _seats.Length;
            Array.Resize(ref _seats, count);
            for (int seat = before; seat < count; seat++)
            {
                _seats[seat].RestingTarget = -1;
            }
        }

        Count = count;
        _vacant.Clear();
        for (int seat = 0; seat < count; seat++)
        {
            if (_seats[seat].Connection.IsNone)
            {
                _seats[seat].RestingTarget = -1;
                _vacant.Enqueue(seat);
            }
        }
    }

    /// <summary>
    /// The seat that carries the queries of this one: itself, or one of those there still are; -1: there are none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int HeirOf(int seat) => seat < Count ? seat : Count > 0 ? seat % Count : -1;

    /// <summary>Has the processor fetch a seat that is looked at soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int seat)
    {
        if ((uint)seat < (uint)_seats.Length)
        {
            CacheLine.Prefetch(ref _seats[seat]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchConnection(int seat, Slab slab)
    {
        if ((uint)seat < (uint)_seats.Length)
        {
            slab.Prefetch(_seats[seat].Connection);
        }
    }

    /// <summary>A seat for a connection that has opened; -1: it has to wait for one.</summary>
    public int Sit(Handle connection)
    {
        while (_vacant.TryDequeue(out int seat))
        {
            if (seat < Count && _seats[seat].Connection.IsNone)
            {
                _seats[seat].Begin(connection);
                return seat;
            }
        }

        _unseated.Enqueue(connection);
        return -1;
    }

    /// <summary>The seat is free; who waited for one is told, if there is anybody.</summary>
    public bool TryVacate(int seat, Slab slab, out Handle next)
    {
        _seats[seat].Connection = Handle.None;
        next = Handle.None;
        if (seat >= Count)
        {
            return false;
        }

        while (_unseated.TryDequeue(out next))
        {
            if (slab.IsLive(next) && slab[next].Phase == Phase.Open)
            {
                _seats[seat].Begin(next);
                return true;
            }
        }

        _vacant.Enqueue(seat);
        return false;
    }

    /// <summary>Nobody sits there until it is needed again.</summary>
    public void Rest(int seat, int target)
    {
        _seats[seat].Connection = Handle.None;
        _seats[seat].RestingTarget = target;
    }

    /// <summary>It is needed again: the next connection that opens may sit there. Its target.</summary>
    public int EndRest(int seat)
    {
        int target = _seats[seat].RestingTarget;
        _seats[seat].RestingTarget = -1;
        _vacant.Enqueue(seat);
        return target;
    }

    public void Wait(QueryTable queries, int seat, int query)
    {
        ref QuerySeat one = ref _seats[seat];
        queries[query].Next = 0;
        if (one.WaitingLast != 0)
        {
            queries[one.WaitingLast].Next = query;
        }
        else
        {
            one.WaitingFirst = query;
        }

        one.WaitingLast = query;
    }

    /// <summary>Puts it before all that wait: it was there before them.</summary>
    public void WaitFirst(QueryTable queries, int seat, int query)
    {
        ref QuerySeat one = ref _seats[seat];
        queries[query].Next = one.WaitingFirst;
        one.WaitingFirst = query;
        one.WaitingLast = one.WaitingLast == 0 ? query : one.WaitingLast;
    }

    /// <summary>The first of those that wait; 0: none.</summary>
    public int TakeWaiting(QueryTable queries, int seat)
    {
        ref QuerySeat one = ref _seats[seat];
        int query = one.WaitingFirst;
        if (query != 0)
        {
            one.WaitingFirst = queries[query].Next;
            one.WaitingLast = one.WaitingFirst == 0 ? 0 : one.WaitingLast;
        }

        return query;
    }
}
