using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The last packets of each connection, in memory that is bounded: where there is no room, those of connections that
/// have ended go first, once whoever asks for a failure's packets has had the time to, and then those of the connection
/// that was silent for the longest time. Owner: one thread.
/// </summary>
internal sealed unsafe class PacketStore : IDisposable
{
    /// <summary>Packets kept of one connection.</summary>
    public const int PacketsMax = 32;

    /// <summary>How long those of a connection that has ended are kept at least, while others can go.</summary>
    private const long EndedKeptNs = Ns.Second;

    private const int None = -1;

    private readonly int _capacity;
    private readonly StoredPacket* _packets;
    private readonly Dictionary<Endpoints, int> _numbers = [];
    private readonly Stack<int> _freeNumbers = [];
    private readonly Order _lasting = new();
    private readonly Order _ended = new();
    private Entry[] _entries = new Entry[64];
    private int _entriesUsed;
    private int _packetsUsed;
    private int _freePacket = None;

    /// <param name="capacity">Packets in all.</param>
    public PacketStore(int capacity)
    {
        _capacity = capacity;
        _packets = (StoredPacket*)Reserved.Map((nuint)capacity * (nuint)sizeof(StoredPacket));
    }

    public ref readonly StoredPacket this[int slot] => ref _packets[slot];

    /// <param name="atNs">When it was seen, by the workers' clock.</param>
    /// <param name="isOurs">This end sent it.</param>
    public void Add(in Endpoints key, in CapturedPacket packet, long atNs, TcpFlags flags, bool isOurs)
    {
        if (!_numbers.TryGetValue(key, out int number))
        {
            number = Begin(key);
        }

        Move(number, flags, isOurs, atNs);
        int slot = SlotFor(number, atNs);
        ref Entry entry = ref _entries[number];
        ref StoredPacket stored = ref _packets[slot];
        stored.WallNs = packet.WallNs;
        stored.AtNs = atNs;
        stored.InterfaceIndex = packet.InterfaceIndex;
        stored.Length = packet.Length;
        stored.IsFirst = isOurs && (flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        stored.Keep(packet.Bytes);
        entry.Newest = slot;
    }

    /// <summary>The slots of the packets that a connection has, the oldest first.</summary>
    /// <returns>How many; 0 where there are none.</returns>
    public int Find(in Endpoints key, Span<int> slots)
    {
        if (!_numbers.TryGetValue(key, out int number))
        {
            return 0;
        }

        ref Entry entry = ref _entries[number];
        int slot = entry.Newest;
        for (int i = 0; i < entry.Count; i++)
        {
            slot = _packets[slot].Next;
            slots[i] = slot;
        }

        return entry.Count;
    }

    public void Dispose() => Reserved.Unmap(_packets, (nuint)_capacity * (nuint)sizeof(StoredPacket));

    private int Begin(in Endpoints key)
    {
        if (!_freeNumbers.TryPop(out int number))
        {
            number = _entriesUsed++;
            if (number == _entries.Length)
            {
                Array.Resize(ref _entries, number * 2);
            }
        }

        _entries[number] = new Entry { Key = key, Newest = None };
        _lasting.Append(_entries, number);
        _numbers.Add(key, number);
        return number;
    }

    /// <summary>Moves a connection to the end of the order it belongs to now.</summary>
    private void Move(int number, TcpFlags flags, bool isOurs, long nowNs)
    {
        ref Entry entry = ref _entries[number];
        entry.LastNs = nowNs;
        (entry.HasEnded ? _ended : _lasting).Remove(_entries, number);
        if ((flags & TcpFlags.Syn) != 0)
        {
            entry.OursEnded = entry.TheirsEnded = false;
        }

        bool isReset = (flags & TcpFlags.Rst) != 0;
        bool isFinished = (flags & TcpFlags.Fin) != 0;
        entry.OursEnded |= isReset || (isFinished && isOurs);
        entry.TheirsEnded |= isReset || (isFinished && !isOurs);
        (entry.HasEnded ? _ended : _lasting).Append(_entries, number);
    }

    /// <summary>A slot for the newest packet of a connection, in its place among its others.</summary>
    private int SlotFor(int number, long nowNs)
    {
        ref Entry entry = ref _entries[number];
        if (entry.Count == PacketsMax)
        {
            return _packets[entry.Newest].Next;
        }

        int slot = Take(number, nowNs);
        if (entry.Count == 0)
        {
            _packets[slot].Next = slot;
        }
        else
        {
            _packets[slot].Next = _packets[entry.Newest].Next;
            _packets[entry.Newest].Next = slot;
        }

        entry.Count++;
        return slot;
    }

    private int Take(int forNumber, long nowNs)
    {
        if (_freePacket == None && _packetsUsed < _capacity)
        {
            return _packetsUsed++;
        }

        if (_freePacket == None)
        {
            Forget(forNumber, nowNs);
        }

        int slot = _freePacket;
        _freePacket = _packets[slot].Next;
        return slot;
    }

    /// <summary>Frees the packets of a connection, another one than that which needs room.</summary>
    private void Forget(int needy, long nowNs)
    {
        bool isOldEnough = _ended.First != None && nowNs - _entries[_ended.First].LastNs > EndedKeptNs;
        Order order = isOldEnough || _lasting.First == None || _lasting.First == needy ? _ended : _lasting;
        int number = order.First;
        ref Entry entry = ref _entries[number];
        order.Remove(_entries, number);
        _ = _numbers.Remove(entry.Key);

        // Its packets are a circle: cut behind the newest, it is a row.
        int oldest = _packets[entry.Newest].Next;
        _packets[entry.Newest].Next = _freePacket;
        _freePacket = oldest;
        _freeNumbers.Push(number);
    }

    /// <summary>A connection: its packets, and its neighbours in its order.</summary>
    private struct Entry
    {
        public Endpoints Key;
        public long LastNs;
        public int Newest;
        public int Count;
        public int Before;
        public int After;
        public bool OursEnded;
        public bool TheirsEnded;

        public readonly bool HasEnded => OursEnded && TheirsEnded;
    }

    /// <summary>Connections in the order of their last packets.</summary>
    private sealed class Order
    {
        private int _last = None;

        public int First { get; private set; } = None;

        public void Append(Entry[] entries, int number)
        {
            (entries[number].Before, entries[number].After) = (_last, None);
            if (_last == None)
            {
                First = number;
            }
            else
            {
                entries[_last].After = number;
            }

            _last = number;
        }

        public void Remove(Entry[] entries, int number)
        {
            (int before, int after) = (entries[number].Before, entries[number].After);
            if (before == None)
            {
                First = after;
            }
            else
            {
                entries[before].After = after;
            }

            if (after == None)
            {
                _last = before;
            }
            else
            {
                entries[after].Before = before;
            }
        }
    }
}
