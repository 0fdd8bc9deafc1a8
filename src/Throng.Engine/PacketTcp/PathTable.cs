using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The paths of the plan as this engine meets them: both addresses, and how long a round trip was last, with which the
/// next connection there begins. Owner: the worker's thread. Invariant: a path keeps its addresses.
/// </summary>
internal sealed class PathTable
{
    private const int PathsFirst = 64;

    private KnownPath[] _paths = new KnownPath[PathsFirst];

    /// <summary>Numbers of paths by their ends, open addressing: a number and 1, 0 for none; half of them at most are
    /// taken.</summary>
    private int[] _places = new int[2 * PathsFirst];
    private int _known;

    public ref KnownPath this[int path] => ref _paths[path];

    /// <summary>Whether a connection was opened on it.</summary>
    public bool Knows(ushort path) => path < _paths.Length && _paths[path].IsKnown;

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
            Place(path);
        }

        Check.That(known.Remote == remote && known.Local == local.WithPort(0), "a path keeps its addresses");
    }

    /// <summary>Both ends of the connection that has this port on a path.</summary>
    public Endpoints EndsOf(ushort path, ushort port) => _paths[path].Ends with { LocalPort = port };

    /// <summary>The path between these ends, whatever our port; false for addresses that are not ours.</summary>
    public bool TryFind(in Endpoints ends, out ushort path)
    {
        for (int place = HomeOf(ends); _places[place] != 0; place = Next(place))
        {
            path = (ushort)(_places[place] - 1);
            ref readonly Endpoints known = ref _paths[path].Ends;
            if (known.Local == ends.Local && known.Remote == ends.Remote && known.RemotePort == ends.RemotePort)
            {
                return true;
            }
        }

        path = 0;
        return false;
    }

    private void Place(ushort path)
    {
        if (2 * ++_known > _places.Length)
        {
            int[] before = _places;
            _places = new int[2 * before.Length];
            foreach (int number in before)
            {
                if (number != 0)
                {
                    _places[FreeFrom(HomeOf(_paths[number - 1].Ends))] = number;
                }
            }
        }

        _places[FreeFrom(HomeOf(_paths[path].Ends))] = path + 1;
    }

    private int FreeFrom(int place)
    {
        while (_places[place] != 0)
        {
            place = Next(place);
        }

        return place;
    }

    private int Next(int place) => (place + 1) & (_places.Length - 1);

    /// <summary>The paths are those of the plan: nobody outside can choose some that meet.</summary>
    private int HomeOf(in Endpoints ends)
    {
        ulong mixed = ((ulong)ends.Local * 0x9E37_79B9_7F4A_7C15)
            + ((ulong)(ends.Local >> 64) * 0xC2B2_AE3D_27D4_EB4F)
            + ((ulong)ends.Remote * 0xD6E8_FEB8_6659_FD93)
            + ((ulong)(ends.Remote >> 64) * 0xA076_1D64_78BD_642F)
            + (ends.RemotePort * 0xE703_7ED1_A0B4_28DBUL);
        return (int)(mixed >> 32) & (_places.Length - 1);
    }
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
