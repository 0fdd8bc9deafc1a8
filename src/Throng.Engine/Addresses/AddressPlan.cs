using System.Numerics;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Which source address and port meets which target. The kernel's own choice of a source port searches the range and
/// falls off a cliff once half of it is in use (50,000 connects/s become 300); here the port is decided in user
/// space, so a connect costs the same to the last port. A path is one (source, target) pair; each hands out its
/// ports in turn from a random start, so a port just given back is the last to be used again.
/// Owner: the worker's thread. Invariant: a port is in use by at most one connection of a path.
/// </summary>
public sealed unsafe class AddressPlan : IDisposable
{
    /// <summary>Collisions in a row on one path after which an attempt gives up.</summary>
    private const int CollisionsMax = 256;

    /// <summary>
    /// Number of collisions in a row that is no accident: whoever has those ports took them in turn too, such as an
    /// earlier run that left them in TIME_WAIT, and more of them follow.
    /// </summary>
    private const int CollisionsOfRow = 16;

    /// <summary>How far to go on then, as a share of the span: the golden section meets no place twice soon.</summary>
    private const double LeapRatio = 0.618034;

    // Ports in a word of the map of those in use.
    private const int WordShift = 6;
    private const int WordMask = (1 << WordShift) - 1;

    private readonly SockAddr[] _targets;
    private readonly SockAddr[] _sources;
    private readonly PortSpan _ports;
    private readonly SourceBinding _binding;
    private readonly PathState[] _paths;
    private readonly int[] _nextSource;
    private readonly ulong* _inUse;
    private readonly int _words;
    private readonly PortOrder _order;
    private Prng _random;
    private int _withheld;

    /// <param name="targets">Address and port of each target; a connection's target is an index into this.</param>
    /// <param name="sources">
    /// For each target its sources, one after another (the same number for every target, so that a path's number says
    /// both); an unspecified address leaves the choice of the address to the kernel.
    /// </param>
    /// <param name="ports">The source ports this worker may use.</param>
    /// <param name="seed">Decides where each path begins in the span, and all of a random order.</param>
    /// <param name="binding">How a connection is given what is chosen here.</param>
    /// <param name="beginRatio">
    /// How far behind that each path begins, as a share of the span below 1: so plans of one seed that have an address
    /// in common begin far from each other, and none has fewer ports for it.
    /// </param>
    public AddressPlan(
        SockAddr[] targets, SockAddr[] sources, PortSpan ports, ulong seed,
        SourceBinding binding = SourceBinding.AddressAndPort, double beginRatio = 0,
        PortOrder order = PortOrder.Sequential)
    {
        (_binding, _order) = (binding, order);
        Check.That(targets.Length == 0 || sources.Length % targets.Length == 0, "every target has as many sources");
        Check.That(sources.Length <= ushort.MaxValue + 1, "a path's number fits 16 bits");
        _targets = targets;
        _sources = sources;
        _ports = order == PortOrder.Random ? ports.Shuffled(seed) : ports;
        _paths = new PathState[sources.Length];
        _nextSource = new int[targets.Length];
        _words = (ports.Count + WordMask) >> WordShift;
        _inUse = (ulong*)Reserved.Map(BitmapBytes);

        _random = new Prng(seed);
        int behind = (int)(ports.Count * beginRatio);
        for (int path = 0; path < _paths.Length; path++)
        {
            int begin = ports.Count == 0 ? 0 : ((int)_random.NextInRange(0, ports.Count - 1) + behind) % ports.Count;
            (_paths[path].Cursor, _paths[path].FirstWord) = (begin, begin >> WordShift);
            WithholdOwn(path);
        }
    }

    public int Targets => _targets.Length;

    /// <summary>Connections this plan has addresses for.</summary>
    public long Capacity => ((long)_sources.Length * _ports.Count) - _withheld;

    /// <summary>Ports handed out and not returned.</summary>
    public long InUse { get; private set; }

    /// <summary>Ports one source has towards one target, free or not.</summary>
    public int PortsPerPath => _ports.Count;

    private int SourcesPerTarget => _sources.Length / _targets.Length;

    private nuint BitmapBytes => Math.Max(1, (nuint)_sources.Length * (nuint)_words) * sizeof(ulong);

    public int TargetOf(int path) => path / SourcesPerTarget;

    public SockAddr Target(int target) => _targets[target];

    /// <summary>The sources a target is reached from. Allocates; any thread.</summary>
    public SockAddr[] SourcesOf(int target) =>
        _sources[(target * SourcesPerTarget)..((target + 1) * SourcesPerTarget)];

    public SockAddr Remote(int path) => _targets[TargetOf(path)];

    public SockAddr Local(int path, ushort port) => _sources[path].WithPort(port);

    /// <summary>The connection to make from a port of a path.</summary>
    public OpenSpec Connection(int path, ushort port, in SocketOptions options) =>
        new(Local(path, port), Remote(path), options, _binding);

    /// <summary>
    /// Takes a source and a port towards a target, the sources in turn or at random; false when none is free.
    /// </summary>
    public bool TryTake(int target, out ushort path, out ushort port)
    {
        int sources = SourcesPerTarget;
        if (_order == PortOrder.Random && sources > 1)
        {
            _nextSource[target] = (int)_random.NextInRange(0, sources - 1);
        }

        for (int tried = 0; tried < sources; tried++)
        {
            int source = _nextSource[target];
            _nextSource[target] = source + 1 == sources ? 0 : source + 1;
            path = (ushort)((target * sources) + source);
            if (TryTakePort(path, out port))
            {
                return true;
            }
        }

        path = 0;
        port = 0;
        return false;
    }

    /// <summary>
    /// The kernel refused this port: gives another of the same path. False after too many collisions in a row, or
    /// when no port is left; the refused one then stays with the caller, to be returned.
    /// </summary>
    public bool TryReplace(int path, ushort refused, out ushort port)
    {
        ref PathState state = ref _paths[path];
        if (++state.CollisionsInARow % CollisionsOfRow == 0)
        {
            MoveTo(path, (int)((state.Cursor + (long)(_ports.Count * LeapRatio)) % _ports.Count));
        }

        if (state.CollisionsInARow > CollisionsMax || !TryTakePort(path, out port))
        {
            port = 0;
            return false;
        }

        Return(path, refused);
        return true;
    }

    /// <summary>A connection of this path came to be.</summary>
    public void Succeeded(int path) => _paths[path].CollisionsInARow = 0;

    /// <summary>The connection that used this port has ended.</summary>
    public void Return(int path, ushort port)
    {
        int index = _ports.IndexOf(port);
        ref ulong word = ref WordOf(path, index);
        ulong bit = 1UL << (index & WordMask);
        Check.That((word & bit) != 0, "a port is returned once");
        word &= ~bit;
        _paths[path].InUse--;
        InUse--;
    }

    public void Dispose() => Reserved.Unmap(_inUse, BitmapBytes);

    /// <summary>
    /// From the target's own address and port a connect to a port nobody listens on would reach itself, and succeed.
    /// </summary>
    private void WithholdOwn(int path)
    {
        SockAddr remote = Remote(path);
        int index = _ports.IndexOf(remote.Port);
        bool mayBeSame = _sources[path].Family == 0 || _sources[path].WithPort(remote.Port) == remote;
        if (index >= 0 && mayBeSame)
        {
            WordOf(path, index) |= 1UL << (index & WordMask);
            _paths[path].InUse++;
            _withheld++;
        }
    }

    private bool TryTakePort(int path, out ushort port)
    {
        ref PathState state = ref _paths[path];
        if (state.InUse == _ports.Count)
        {
            port = 0;
            return false;
        }

        int index = NextFree(path, ref state);
        state.Taken |= 1UL << (index & WordMask);
        state.InUse++;
        InUse++;
        MoveTo(path, index + 1 == _ports.Count ? 0 : index + 1);
        port = _ports[index];
        return true;
    }

    /// <summary>The first free index from the cursor on, round the end, in whose word the cursor then is; there is one.
    /// </summary>
    private int NextFree(int path, ref PathState state)
    {
        ulong taken = state.Taken | ~(~0UL << (state.Cursor & WordMask));
        while (true)
        {
            int word = state.Cursor >> WordShift;
            int index = (word << WordShift) + BitOperations.TrailingZeroCount(~taken);
            if (taken != ~0UL && index < _ports.Count)
            {
                return index;
            }

            MoveTo(path, word + 1 == _words ? 0 : (word + 1) << WordShift);
            taken = state.Taken;
        }
    }

    /// <summary>Sets the cursor of a path, and takes the word that it is in out of the map.</summary>
    private void MoveTo(int path, int index)
    {
        ref PathState state = ref _paths[path];
        int word = index >> WordShift;
        int before = state.Cursor >> WordShift;
        state.Cursor = index;
        if (word != before)
        {
            At(path, before) = state.Taken;
            state.Taken = At(path, word);
        }
    }

    private ref ulong WordOf(int path, int index)
    {
        ref PathState state = ref _paths[path];
        int word = index >> WordShift;
        return ref word == state.Cursor >> WordShift
            ? ref state.Taken
            : ref At(path, word);
    }

    /// <summary>
    /// A word in the map. The words of all paths stand side by side, of each those it begins with first: as they take
    /// ports in turn, what is in use lies in a row, and the rest of the map has no memory.
    /// </summary>
    private ref ulong At(int path, int word)
    {
        int row = word - _paths[path].FirstWord;
        row += row < 0 ? _words : 0;
        return ref _inUse[((long)row * _paths.Length) + path];
    }

    private struct PathState
    {
        public int Cursor;
        public int InUse;
        public int CollisionsInARow;
        public int FirstWord;

        /// <summary>The word of the map that the cursor is in, which is true here alone: most of what a path is asked
        /// for is in its state.</summary>
        public ulong Taken;
    }
}
