using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Finds a connection's slot by its path and source port: 4 bytes for each port, outside the managed heap. Paths stand
/// side by side, 64 of them to a group, and each begins with the first port it used. So connections that are opened in
/// turns, as a plan hands out ports, lie in a row, and what was never used takes no memory.
/// Owner: the worker's thread. Invariant: a port of a path has one slot at most.
/// </summary>
internal sealed unsafe class PortTable : IDisposable
{
    private const int Ports = ushort.MaxValue + 1;
    private const int GroupShift = 6;
    private const int GroupMask = (1 << GroupShift) - 1;
    private const nuint GroupBytes = ((nuint)Ports << GroupShift) * sizeof(uint);

    /// <summary>A slot and 1, by row and path; 0 for none.</summary>
    private readonly uint*[] _groups = new uint*[(ushort.MaxValue + 1) >> GroupShift];

    /// <summary>The port in the first row of each path.</summary>
    private ushort[] _firstPorts = new ushort[1 << GroupShift];

    /// <summary>Makes room for a path; before anything else is asked about it.</summary>
    /// <param name="firstPort">The port that is used first.</param>
    /// <returns>False when the kernel has no address space for it; there is nothing of the path then.</returns>
    public bool TryBegin(ushort path, ushort firstPort)
    {
        int group = path >> GroupShift;
        if (path >= _firstPorts.Length)
        {
            Array.Resize(ref _firstPorts, Math.Max(path + 1, _firstPorts.Length * 2));
        }

        if (_groups[group] == null)
        {
            if (Memory.Map(GroupBytes, out void* address) < 0)
            {
                return false;
            }

            _groups[group] = (uint*)address;
        }

        _firstPorts[path] = firstPort;
        return true;
    }

    /// <summary>The slot of a connection, or -1.</summary>
    public int Find(ushort path, ushort port) => (int)At(path, port) - 1;

    public void Add(ushort path, ushort port, int slot)
    {
        ref uint at = ref At(path, port);
        Check.That(at == 0, "a port of a path has one connection");
        at = (uint)slot + 1;
    }

    public void Remove(ushort path, ushort port)
    {
        ref uint at = ref At(path, port);
        Check.That(at != 0, "what is removed from a table is in it");
        at = 0;
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

    private ref uint At(ushort path, ushort port)
    {
        int row = (ushort)(port - _firstPorts[path]);
        return ref _groups[path >> GroupShift][(row << GroupShift) | (path & GroupMask)];
    }
}
