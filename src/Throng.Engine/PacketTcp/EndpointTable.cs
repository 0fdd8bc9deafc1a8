namespace Throng.Engine;

/// <summary>Which path and port an entry of an <see cref="EndpointTable{TNames}"/> stands for.</summary>
internal interface IEntryNames
{
    (ushort Path, ushort Port) NameOf(int entry);
}

/// <summary>
/// Finds an entry (a number of 0 or more) by both ends of its connection: open addressing with 4 bytes for each place,
/// at most six tenths of them taken, outside the managed heap. Addresses are looked up where the entry's name leads.
/// Owner: the worker's thread. Invariant: no two entries have the same name.
/// </summary>
internal sealed unsafe class EndpointTable<TNames> : IDisposable
    where TNames : struct, IEntryNames
{
    private readonly PathTable _paths;
    private readonly KeyedHash _hash;
    private readonly TNames _names;

    /// <summary>An entry and 1; 0 for none.</summary>
    private readonly uint* _places;
    private readonly uint _mask;

    public EndpointTable(int capacity, PathTable paths, KeyedHash hash, TNames names)
    {
        _paths = paths;
        _hash = hash;
        _names = names;
        uint places = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(capacity / 0.6) + 1);
        _mask = places - 1;
        _places = (uint*)Reserved.Map((nuint)places * sizeof(uint));
    }

    /// <summary>The entry of a connection, or -1.</summary>
    public int Find(in Endpoints ends)
    {
        for (uint place = PlaceOf(ends); _places[place] != 0; place = (place + 1) & _mask)
        {
            int entry = (int)(_places[place] - 1);
            (ushort path, ushort port) = _names.NameOf(entry);
            ref readonly Endpoints known = ref _paths[path].Ends;
            if (port == ends.LocalPort && known.RemotePort == ends.RemotePort && known.Remote == ends.Remote
                && known.Local == ends.Local)
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
    }

    public void Dispose() => Reserved.Unmap(_places, ((nuint)_mask + 1) * sizeof(uint));

    private uint HomeOf(int entry)
    {
        (ushort path, ushort port) = _names.NameOf(entry);
        return PlaceOf(_paths.EndsOf(path, port));
    }

    private uint PlaceOf(in Endpoints ends) => (uint)_hash.Of(ends) & _mask;
}
