using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>A query that waits to be sent, or for its answer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PendingQuery
{
    public long IntendedNs;

    /// <summary>0 until it is sent.</summary>
    public long SentNs;

    /// <summary>How long it waited for its connection; while it waits, minus the time at which that began, plus what it
    /// had waited before.</summary>
    public long HeldNs;

    /// <summary>Neighbours: in the seat's line while it waits to be announced or sent, by age once it is sent, among
    /// the free ones else.</summary>
    public int Next;
    public int Previous;
    public int Seat;
    public int Question;
    public ushort Id;

    /// <summary>It was due after the warm-up.</summary>
    public bool IsCounted;

    /// <summary>The arrival process it belongs to; for the log.</summary>
    public int Process;

    /// <summary>Its connection is full or not open.</summary>
    public void HoldBack(long nowNs) => HeldNs -= nowNs;

    /// <summary>Its connection takes it.</summary>
    public void LetGo(long nowNs) => HeldNs += nowNs;
}

/// <summary>
/// The queries of one worker that are not finished: found by connection and id when an answer comes, by age when time
/// runs out. Numbers run from 1; 0 is none. Grows by doubling up to <see cref="CountMax"/>, and then arrivals wait in
/// the schedule. Owner: the worker's thread.
/// </summary>
internal sealed class QueryTable
{
    /// <summary>101 MB.</summary>
    public const int CountMax = 1 << 21;

    private readonly IdRings _published = new();
    private PendingQuery[] _queries = new PendingQuery[256];
    private int _free;
    private int _highWater;

    public int Count { get; private set; }

    public bool IsFull => Count == CountMax;

    /// <summary>How many more there may be.</summary>
    public int Room => CountMax - Count;

    /// <summary>The one that was sent first of those unanswered; 0: none.</summary>
    public int Oldest { get; private set; }

    private int Youngest { get; set; }

    public ref PendingQuery this[int query]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _queries[query];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rent()
    {
        Check.That(!IsFull, "an arrival waits while the table is full");
        int query = _free;
        if (query != 0)
        {
            _free = _queries[query].Next;
        }
        else
        {
            query = RentFresh();
        }

        Count++;
        _queries[query].SentNs = 0; // all else in it is set before it is looked at
        return query;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Free(int query)
    {
        _queries[query].Next = _free;
        _free = query;
        Count--;
    }

    /// <summary>There are so many seats from now on.</summary>
    public void Seat(int seats) => _published.Reserve(seats);

    /// <summary>From here on it is found by its seat and id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(int query)
    {
        ref PendingQuery one = ref _queries[query];
        ref int place = ref _published.At(one.Seat, one.Id);
        if (place == 0)
        {
            place = query;
        }
        else
        {
            PublishInWider(query, one.Seat, one.Id);
        }
    }

    /// <summary>The published query with this id; 0 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int seat, ushort id)
    {
        int query = _published.At(seat, id);
        return query != 0 && _queries[query].Id == id ? query : 0;
    }

    /// <summary>The same, and it is found no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Withdraw(int seat, ushort id)
    {
        ref int place = ref _published.At(seat, id);
        int query = place;
        if (_queries[query].Id != id)
        {
            return 0;
        }

        place = 0;
        return query;
    }

    /// <summary>It was sent now: it is the youngest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Age(int query)
    {
        PendingQuery[] queries = _queries;
        ref PendingQuery one = ref queries[query];
        int before = Youngest;
        one.Previous = before;
        one.Next = 0;
        if (before != 0)
        {
            queries[before].Next = query;
        }
        else
        {
            Oldest = query;
        }

        Youngest = query;
    }

    /// <summary>It is answered or given up: time no longer matters to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unage(int query)
    {
        PendingQuery[] queries = _queries;
        int before = queries[query].Previous;
        int after = queries[query].Next;
        if (before != 0)
        {
            queries[before].Next = after;
        }
        else
        {
            Oldest = after;
        }

        if (after != 0)
        {
            queries[after].Previous = before;
        }
        else
        {
            Youngest = before;
        }
    }

    private int RentFresh()
    {
        int query = ++_highWater;
        if (query == _queries.Length)
        {
            Array.Resize(ref _queries, _queries.Length * 2);
        }

        return query;
    }

    /// <summary>Another id of this connection has the place; in a ring twice as long each has its own.</summary>
    private void PublishInWider(int query, int seat, ushort id)
    {
        while (_published.At(seat, id) != 0)
        {
            _published.Widen(seat, this);
        }

        _published.At(seat, id) = query;
    }
}
