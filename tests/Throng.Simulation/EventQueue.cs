using Throng.Engine;

namespace Throng.Simulation;

/// <summary>A binary heap of events, earliest first; grows once and then allocates nothing.</summary>
internal sealed class EventQueue
{
    private NetworkEvent[] _heap = new NetworkEvent[256];
    private long _sequence;

    public int Count { get; private set; }

    /// <summary>When the earliest is due; long.MaxValue for none.</summary>
    public long NextNs => Count == 0 ? long.MaxValue : _heap[0].AtNs;

    public void Add(long atNs, NetworkEventKind kind, StreamEnd end, int value, byte[]? bytes = null)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        NetworkEvent added = new(atNs, _sequence++, kind, end, end.Serial, value, bytes);
        int index = Count++;
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (!added.IsBefore(_heap[parent]))
            {
                break;
            }

            _heap[index] = _heap[parent];
            index = parent;
        }

        _heap[index] = added;
    }

    public NetworkEvent Take()
    {
        NetworkEvent first = _heap[0];
        NetworkEvent last = _heap[--Count];
        int index = 0;
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(last))
            {
                break;
            }

            _heap[index] = _heap[child];
            index = child;
        }

        _heap[index] = last;
        return first;
    }
}
