using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The paths of the plan as this engine meets them: both addresses, and how long a round trip was last, with which the
/// next connection there begins. Owner: the worker's thread. Invariant: a path keeps its addresses.
/// </summary>
internal sealed class PathTable
{
    private readonly Dictionary<Endpoints, ushort> _numbers = [];
    private KnownPath[] _paths = new KnownPath[64];

    public ref KnownPath this[int path] => ref _paths[path];

    /// <summary>Takes note of a path that a connection is opened on.</summary>
    public void Note(ushort path, in SockAddr local, in SockAddr remote)
    {
        if (path >= _paths.Length)
        {
            Array.Resize(ref _paths, Math.Max(path + 1, _paths.Length * 2));
        }

        ref KnownPath known = ref _paths[path];
        if (!known.IsKnown)
        {
            known.Local = local.WithPort(0);
            known.Remote = remote;
            known.Ends = new Endpoints(local.AddressNumber, remote.AddressNumber, 0, remote.Port);
            known.IsKnown = true;
            _numbers[known.Ends] = path;
        }

        Check.That(known.Remote == remote && known.Local == local.WithPort(0), "a path keeps its addresses");
    }

    /// <summary>Both ends of the connection that has this port on a path.</summary>
    public Endpoints EndsOf(ushort path, ushort port) => _paths[path].Ends with { LocalPort = port };

    /// <summary>The path between these ends, whatever our port; false for addresses that are not ours.</summary>
    public bool TryFind(in Endpoints ends, out ushort path) =>
        _numbers.TryGetValue(ends with { LocalPort = 0 }, out path);
}

/// <summary>One source address towards one target.</summary>
internal struct KnownPath
{
    public SockAddr Local;
    public SockAddr Remote;

    /// <summary>Both ends; our port is 0.</summary>
    public Endpoints Ends;

    /// <summary>Round trip as it was last smoothed (RFC 6298); no connections of the path: zero.</summary>
    public RoundTrip Trip;

    public bool IsKnown;

    public readonly bool IsIPv6 => Remote.IsIPv6;
}
