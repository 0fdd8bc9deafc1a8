using System.Runtime.CompilerServices;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// All connections of one worker: an array of hot records outside the managed heap. Address space is reserved for
/// the capacity at the start; a page costs memory only once a connection has used it.
/// Owner: the worker's thread. Invariants: a slot is either free (in the list, or past the high-water mark) or has
/// exactly one live handle; freed slots are reused last in, first out, because they are warm.
/// </summary>
public sealed unsafe class Slab : IDisposable
{
    /// <summary>Address space that each connection takes here, where times are kept.</summary>
    public const int BytesEach = Connection.Size + ConnectionTimes.Size;

    private readonly Connection* _records;
    /// <summary>Null: they are not kept.</summary>
    private readonly ConnectionTimes* _times;
    private readonly nuint _bytes;
    private readonly nuint _timesBytes;
    private int _freeHead = -1;
    private int _highWater;

    /// <param name="keepsTimes">Whether it is known of each connection when it was begun and opened.</param>
    public Slab(int capacity, bool keepsTimes = true)
    {
        Check.That(capacity > 0, "a slab holds at least one connection");
        Capacity = capacity;
        _bytes = (nuint)capacity * Connection.Size;
        _records = (Connection*)Reserved.Map(_bytes);
        if (keepsTimes)
        {
            _timesBytes = (nuint)capacity * ConnectionTimes.Size;
            _times = (ConnectionTimes*)Reserved.Map(_timesBytes);
        }
    }

    public int Capacity { get; }

    /// <summary>Slots in use.</summary>
    public int Used { get; private set; }

    /// <summary>One past the highest slot ever used: where a walk over all connections may stop.</summary>
    public int HighWater => _highWater;

    public bool IsFull => Used == Capacity;

    /// <summary>Takes a slot for a new connection; false when all are in use.</summary>
    public bool TryAllocate(Role role, Phase phase, out Handle handle)
    {
        int slot = _freeHead;
        if (slot >= 0)
        {
            _freeHead = _records[slot].Timer.Next;
        }
        else if (_highWater < Capacity)
        {
            slot = _highWater++;
            _records[slot].End(); // fresh memory is zero; generations start at 1
        }
        else
        {
            handle = Handle.None;
            return false;
        }

        Used++;
        _records[slot].Begin(role, phase);
        handle = new Handle(slot, _records[slot].Generation);
        return true;
    }

    public void Free(Handle handle)
    {
        Check.That(IsLive(handle), "a connection is freed once");
        ref Connection record = ref _records[handle.Slot];
        record.End();
        record.Timer.Next = _freeHead;
        _freeHead = handle.Slot;
        Used--;
    }

    /// <summary>
    /// Whether this handle still names a connection; a stale one is counted and dropped by the caller.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsLive(Handle handle)
    {
        if ((uint)handle.Slot >= (uint)_highWater)
        {
            return false;
        }

        ref Connection record = ref _records[handle.Slot];
        return record.Generation == handle.Generation && record.Phase != Phase.Free;
    }

    /// <summary>The record of a live connection.</summary>
    public ref Connection this[Handle handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Check.That((uint)handle.Slot < (uint)_highWater, "a handle lies within the slab");
            return ref _records[handle.Slot];
        }
    }

    /// <summary>Times of a connection that this end began; zero where they are not kept.</summary>
    public ConnectionTimes TimesOf(Handle connection) => _times == null ? default : _times[connection.Slot];

    /// <summary>Notes when a connection of ours was begun. Of one that was accepted nothing is written, so its times
    /// take no memory.</summary>
    public void NoteBegun(Handle connection, long nowNs)
    {
        if (_times != null)
        {
            _times[connection.Slot] = new ConnectionTimes { BegunNs = nowNs };
        }
    }

    /// <summary>Notes when a connection of ours was opened.</summary>
    public void NoteOpened(Handle connection, long nowNs)
    {
        if (_times != null)
        {
            _times[connection.Slot].OpenedNs = nowNs;
        }
    }

    /// <summary>Has the processor fetch a record that is looked at soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(Handle handle)
    {
        if ((uint)handle.Slot < (uint)_highWater)
        {
            CacheLine.Prefetch(ref _records[handle.Slot]);
        }
    }

    /// <summary>The record in a slot below <see cref="HighWater"/>, live or free.</summary>
    public ref Connection AtSlot(int slot) => ref _records[slot];

    /// <summary>The handle of what is in a slot; none when it is free.</summary>
    public Handle HandleAt(int slot) =>
        _records[slot].Phase == Phase.Free ? Handle.None : new Handle(slot, _records[slot].Generation);

    public void Dispose()
    {
        Reserved.Unmap(_records, _bytes);
        if (_times != null)
        {
            Reserved.Unmap(_times, _timesBytes);
        }
    }
}
