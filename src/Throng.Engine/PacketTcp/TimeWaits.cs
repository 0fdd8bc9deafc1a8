using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Connections in TIME-WAIT: 16 bytes each in a ring outside the managed heap, oldest first, since all wait equally
/// long. A full ring ends the oldest early. Owner: the worker's thread.
/// </summary>
internal sealed unsafe class TimeWaits : IDisposable
{
    /// <summary>How long one lasts: twice the longest life of a segment, as Linux has it.</summary>
    public const long LastsNs = 60 * Ns.Second;

    private readonly Waiting* _ring;
    private readonly int _capacity;
    private int _first;
    private int _count;

    public TimeWaits(int capacity)
    {
        _capacity = capacity;
        _ring = (Waiting*)Reserved.Map(Bytes);
    }

    public bool IsFull => _count == _capacity;

    private nuint Bytes => (nuint)_capacity * (nuint)sizeof(Waiting);

    public (ushort Path, ushort Port) NameOf(int place) => (_ring[place].Path, _ring[place].Port);

    /// <summary>SND.NXT and RCV.NXT of the connection that has ended.</summary>
    public (uint Next, uint Expected) NumbersOf(int place) => (_ring[place].Next, _ring[place].Expected);

    /// <summary>Adds one where there is room; returns its place.</summary>
    public int Add(ushort path, ushort port, uint next, uint expected, long nowNs)
    {
        int place = (_first + _count++) % _capacity;
        _ring[place] = new Waiting
        {
            Path = path,
            Port = port,
            Next = next,
            Expected = expected,
            EndMs = MsOf(nowNs + LastsNs),
        };
        return place;
    }

    /// <summary>Forgets one before its time; its place is used again when its turn comes.</summary>
    public void Forget(int place) => _ring[place].EndMs = 0;

    /// <summary>
    /// The oldest that is over and still has its name; -1: none. Called until it is -1.
    /// </summary>
    /// <param name="makesRoom">In a full ring, the oldest is over.</param>
    public int TakeOver(long nowNs, bool makesRoom)
    {
        while (_count > 0)
        {
            int place = _first;
            uint endMs = _ring[place].EndMs;
            if (endMs != 0 && !(makesRoom && IsFull) && (int)(MsOf(nowNs) - endMs) < 0)
            {
                return -1;
            }

            _first = (_first + 1) % _capacity;
            _count--;
            if (endMs != 0)
            {
                return place;
            }
        }

        return -1;
    }

    public void Dispose() => Reserved.Unmap(_ring, Bytes);

    /// <summary>Never 0, which says that an entry was forgotten.</summary>
    private static uint MsOf(long atNs) => (uint)(atNs / Ns.Millisecond) | 1;

    private struct Waiting
    {
        public ushort Path;
        public ushort Port;
        public uint Next;
        public uint Expected;
        public uint EndMs;
    }
}
