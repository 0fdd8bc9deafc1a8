using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>A query that waits to be sent, or for its answer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PendingQuery
{
    public long IntendedNs;

    /// <summary>0 until it is sent.</summary>
    public long SentNs;

    /// <summary>Neighbours: in the seat's line while it waits to be announced or sent, by age once it is sent, among
    /// the free ones else.</summary>
    public int Next;
    public int Previous;
    public int Seat;
    public int Question;
    public ushort Id;

    /// <summary>It was due after the warm-up.</summary>
    public bool IsCounted;
}

/// <summary>
/// The queries of one worker that are not finished: found by connection and id when an answer comes, by age when time
/// runs out. Numbers run from 1; 0 is none. Grows by doubling up to <see cref="CountMax"/>, and then arrivals wait in
/// the schedule. Owner: the worker's thread.
/// </summary>
internal sealed class QueryTable
{
    /// <summary>84 MB of records and 16 MB of cells.</summary>
    public const int CountMax = 1 << 21;

    private PendingQuery[] _queries = new PendingQuery[257];
    private int[] _cells = new int[512]; // a query's number, or 0; always at least half of them are
    private int _free;
    private int _highWater;

    public int Count { get; private set; }

    public bool IsFull => Count == CountMax;

    /// <summary>The one that was sent first of those unanswered; 0: none.</summary>
    public int Oldest { get; private set; }

    private int Youngest { get; set; }

    public ref PendingQuery this[int query] => ref _queries[query];

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
            query = ++_highWater;
            if (query == _queries.Length)
            {
                Grow();
            }
        }

        Count++;
        _queries[query] = default;
        return query;
    }

    public void Free(int query)
    {
        _queries[query].Next = _free;
        _free = query;
        Count--;
    }

    /// <summary>From here on it is found by its seat and id.</summary>
    public void Publish(int query)
    {
        int cell = CellOf(_queries[query].Seat, _queries[query].Id);
        while (_cells[cell] != 0)
        {
            cell = (cell + 1) & (_cells.Length - 1);
        }

        _cells[cell] = query;
    }

    /// <summary>The published query with this id; 0 when there is none.</summary>
    public int Find(int seat, ushort id) => _cells[Seek(seat, id)];

    /// <summary>The same, and it is found no more.</summary>
    public int Withdraw(int seat, ushort id)
    {
        int mask = _cells.Length - 1;
        int hole = Seek(seat, id);
        int query = _cells[hole];
        if (query == 0)
        {
            return 0;
        }

        // Those behind it move up, so that they stay to be found.
        for (int next = (hole + 1) & mask; _cells[next] != 0; next = (next + 1) & mask)
        {
            ref PendingQuery one = ref _queries[_cells[next]];
            int home = CellOf(one.Seat, one.Id);
            if (((next - home) & mask) >= ((next - hole) & mask))
            {
                _cells[hole] = _cells[next];
                hole = next;
            }
        }

        _cells[hole] = 0;
        return query;
    }

    /// <summary>It was sent now: it is the youngest.</summary>
    public void Age(int query)
    {
        ref PendingQuery one = ref _queries[query];
        one.Previous = Youngest;
        one.Next = 0;
        if (Youngest != 0)
        {
            _queries[Youngest].Next = query;
        }
        else
        {
            Oldest = query;
        }

        Youngest = query;
    }

    /// <summary>It is answered or given up: time no longer matters to it.</summary>
    public void Unage(int query)
    {
        ref PendingQuery one = ref _queries[query];
        if (one.Previous != 0)
        {
            _queries[one.Previous].Next = one.Next;
        }
        else
        {
            Oldest = one.Next;
        }

        if (one.Next != 0)
        {
            _queries[one.Next].Previous = one.Previous;
        }
        else
        {
            Youngest = one.Previous;
        }
    }

    private void Grow()
    {
        Array.Resize(ref _queries, ((_queries.Length - 1) * 2) + 1);
        int[] before = _cells;
        _cells = new int[before.Length * 2];
        foreach (int query in before)
        {
            if (query != 0)
            {
                Publish(query);
            }
        }
    }

    /// <summary>The cell that has it, or the empty one where the search ends.</summary>
    private int Seek(int seat, ushort id)
    {
        int cell = CellOf(seat, id);
        while (_cells[cell] is not 0 and var query)
        {
            ref PendingQuery one = ref _queries[query];
            if (one.Id == id && one.Seat == seat)
            {
                break;
            }

            cell = (cell + 1) & (_cells.Length - 1);
        }

        return cell;
    }

    /// <summary>
    /// Where a query is looked for first: scattered, because ids that follow each other would lie in runs, and taking
    /// one out of a run looks at all behind it.
    /// </summary>
    private int CellOf(int seat, ushort id) =>
        (int)((((ulong)(uint)seat << 16) | id) * 0x9E37_79B9_7F4A_7C15 >> 32) & (_cells.Length - 1);
}
