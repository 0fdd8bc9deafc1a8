using System.Numerics;

namespace Throng.Engine;

/// <summary>
/// Finds what this end has closed by path and source port: open addressing with 4 bytes for each place, at most six
/// tenths of them taken, outside the managed heap. An entry is named where it lies. Owner: the worker's thread.
/// Invariant: no two entries have the same name.
/// </summary>
internal sealed unsafe class ClosedTable : IDisposable
{
    private const double FullRatio = 0.6;

    /// <summary>2^64 by the golden section: names in a row fall far from each other.</summary>
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly ClosedNames _names;

    /// <summary>An entry and 1; 0 for none.</summary>
    private readonly uint* _places;
    private readonly uint _mask;
    private int _count;

    public ClosedTable(int capacity, ClosedNames names)
    {
        _names = names;
        uint places = BitOperations.RoundUpToPowerOf2((uint)(capacity / FullRatio) + 1);
        _mask = places - 1;
        _places = (uint*)Reserved.Map((nuint)places * sizeof(uint));
    }

    /// <summary>The entry of a connection, or -1.</summary>
    public int Find(ushort path, ushort port)
    {
        if (_count == 0)
        {
            return -1;
        }

        for (uint place = HomeOf(path, port); _places[place] != 0; place = (place + 1) & _mask)
        {
            int entry = (int)(_places[place] - 1);
            if (_names.NameOf(entry) == (path, port))
            {
                return entry;
            }
        }

        return -1;
    }

    /// <summary>Adds an entry, whose name is known already.</summary>
    public void Add(int entry)
    {
        uint place = HomeOf(entry);
        while (_places[place] != 0)
        {
            place = (place + 1) & _mask;
        }

        _places[place] = (uint)entry + 1;
        _count++;
    }

    /// <summary>Takes an entry out while its name is still known; those behind it close the gap.</summary>
    public void Remove(int entry)
    {
        uint gap = HomeOf(entry);
        while (_places[gap] != (uint)entry + 1)
        {
            Check.That(_places[gap] != 0, "what is removed from a table is in it");
            gap = (gap + 1) & _mask;
        }

        for (uint next = (gap + 1) & _mask; _places[next] != 0; next = (next + 1) & _mask)
        {
            uint home = HomeOf((int)(_places[next] - 1));
            if (((next - home) & _mask) >= ((next - gap) & _mask))
            {
                _places[gap] = _places[next];
                gap = next;
            }
        }

        _places[gap] = 0;
        _count--;
    }

    public void Dispose() => Reserved.Unmap(_places, ((nuint)_mask + 1) * sizeof(uint));

    private uint HomeOf(int entry)
    {
        (ushort path, ushort port) = _names.NameOf(entry);
        return HomeOf(path, port);
    }

    /// <summary>Only this end decides which names there are: nobody can choose some that meet.</summary>
    private uint HomeOf(ushort path, ushort port) =>
        (uint)(((((ulong)path << 16) | port) * Spread) >> 32) & _mask;
}
