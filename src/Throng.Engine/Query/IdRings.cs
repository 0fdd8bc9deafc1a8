using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>
/// For each seat a ring of query numbers, indexed by the low bits of an id: ids are counted up, so those in use lie
/// close together and each has a place of its own once the ring is long enough. Rings lie in one array by size; one
/// that is outgrown is used again for another seat. Owner: the worker's thread.
/// </summary>
internal sealed class IdRings
{
    private const int BitsMin = 2;
    private const int BitsMax = 16;

    private readonly Stack<int>[] _free = new Stack<int>[BitsMax + 1];
    private (int Start, int Mask)[] _rings = [];
    private int[] _places = new int[256];
    private int _used = 1; // what has no ring looks at place 0, which stays empty

    public IdRings()
    {
        for (int bits = 0; bits <= BitsMax; bits++)
        {
            _free[bits] = new Stack<int>();
        }
    }

    /// <summary>There are at least so many seats.</summary>
    public void Reserve(int seats)
    {
        if (seats > _rings.Length)
        {
            Array.Resize(ref _rings, seats);
        }
    }

    /// <summary>The place of an id; 0 in it: nobody has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int At(int seat, ushort id)
    {
        (int start, int mask) = _rings[seat];
        return ref start == 0 ? ref AtFirst(seat, id) : ref _places[start + (id & mask)];
    }

    /// <summary>Gives a seat a ring twice as long, with the same queries in it.</summary>
    public void Widen(int seat, QueryTable queries)
    {
        (int start, int mask) = _rings[seat];
        int bits = 32 - int.LeadingZeroCount(mask);
        Check.That(bits < BitsMax, "an id in use is not given again");
        int wider = Rent(bits + 1);
        int widerMask = (1 << (bits + 1)) - 1;
        for (int i = start; i <= start + mask; i++)
        {
            if (_places[i] != 0)
            {
                _places[wider + (queries[_places[i]].Id & widerMask)] = _places[i];
                _places[i] = 0;
            }
        }

        _free[bits].Push(start);
        _rings[seat] = (wider, widerMask);
    }

    private ref int AtFirst(int seat, ushort id)
    {
        _rings[seat] = (Rent(BitsMin), (1 << BitsMin) - 1);
        return ref At(seat, id);
    }

    /// <summary>An empty ring.</summary>
    private int Rent(int bits)
    {
        if (_free[bits].TryPop(out int start))
        {
            return start;
        }

        start = _used;
        _used += 1 << bits;
        if (_used > _places.Length)
        {
            Array.Resize(ref _places, Math.Max(_used, _places.Length * 2));
        }

        return start;
    }
}
