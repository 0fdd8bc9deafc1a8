using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Finds a connection's slot by its path and source port: 4 bytes for each port, outside the managed heap. Paths stand
/// side by side, 64 of them to a group, and each begins with the first port it used, and goes on behind the last port
/// with the first one there is. So connections that are opened in turns, as a plan hands out ports, lie in a row, and
/// what was never used takes no memory.
/// Owner: the worker's thread. Invariant: a port of a path has one slot at most.
/// </summary>
/// <param name="ports">All that the worker may use.</param>
internal sealed unsafe class PortTable(PortSpan ports) : IDisposable
{
    private const int GroupShift = 6;
    private const int GroupMask = (1 << GroupShift) - 1;

    /// <summary>A slot and 1, by row and path; 0 for none.</summary>
    private readonly uint*[] _groups = new uint*[(ushort.MaxValue + 1) >> GroupShift];

    /// <summary>The port in the first row of each path, by its index.</summary>
    private ushort[] _first = new ushort[1 << GroupShift];

    private nuint GroupBytes => ((nuint)ports.Count << GroupShift) * sizeof(uint);

    /// <summary>Makes room for a path; before anything else is asked about it.</summary>
    /// <param name="firstPort">The port that is used first.</param>
    /// <returns>False when the kernel has no address space for it; there is nothing of the path then.</returns>
    public bool TryBegin(ushort path, ushort firstPort)
    {
        int group = path >> GroupShift;
        if (path >= _first.Length)
        {
            Array.Resize(ref _first, Math.Max(path + 1, _first.Length * 2));
        }

        if (_groups[group] == null)
        {
            if (Memory.Map(GroupBytes, out void* address) < 0)
            {
                return false;
            }

            _groups[group] = (uint*)address;
        }

        _first[path] = (ushort)OwnIndexOf(firstPort);
        return true;
    }

    /// <summary>The slot of a connection, or -1.</summary>
    public int Find(ushort path, ushort port)
    {
        int index = ports.IndexOf(port);
        return index < 0 ? -1 : (int)At(path, index) - 1;
    }

    public void Add(ushort path, ushort port, int slot)
    {
        ref uint at = ref At(path, OwnIndexOf(port));
        Check.That(at == 0, "a port of a path has one connection");
        at = (uint)slot + 1;
    }

    public void Remove(ushort path, ushort port)
    {
        ref uint at = ref At(path, OwnIndexOf(port));
        Check.That(at != 0, "what is removed from a table is in it");
        at = 0;
    }

    /// <summary>The row of a port of a path, by the port's index.</summary>
    internal int RowOf(ushort path, int index)
    {
        int row = index - _first[path];
        return row < 0 ? row + ports.Count : row;
    }

    public void Dispose()
    {
        foreach (uint* group in _groups)
        {
            if (group != null)
            {
                Reserved.Unmap(group, GroupBytes);
            }
        }
    }

    private int OwnIndexOf(ushort port)
    {
        int index = ports.IndexOf(port);
        Check.That(index >= 0, "a connection has a port of its worker");
        return index;
    }

    private ref uint At(ushort path, int index) =>
        ref _groups[path >> GroupShift][(RowOf(path, index) << GroupShift) | (path & GroupMask)];
}
