using System.Runtime.CompilerServices;

namespace Throng.Linux;

/// <summary>
/// One of the four rings of an AF_XDP socket: one side produces entries, the other consumes them. What this side
/// added or took is seen by the kernel from the next <c>Publish</c> on.
/// </summary>
internal unsafe struct XdpRing
{
    private uint* _producer;
    private uint* _consumer;
    private uint* _flags;
    private byte* _entries;
    private uint _mask;
    private uint _next; // of this side
    private uint _other; // of the kernel's, as last read
    private void* _mapping;
    private nuint _mappingBytes;

    /// <summary>Entries of the ring.</summary>
    public readonly uint Capacity => _mask + 1;

    /// <summary>Whether the kernel waits for a call to go on.</summary>
    public readonly bool NeedsWakeUp => (Volatile.Read(ref *_flags) & XdpConstants.XDP_RING_NEED_WAKEUP) != 0;

    /// <summary>Entries that this side has published as producer and the kernel has not taken.</summary>
    public readonly uint Waiting => _next - Volatile.Read(ref *_consumer);

    /// <summary>Entries that the kernel has published and this side has not taken.</summary>
    public readonly uint Arrived => Volatile.Read(ref *_producer) - _next;

    /// <summary>Maps a ring whose size was set.</summary>
    /// <returns>0, or -errno.</returns>
    public int Map(int fd, long where, in xdp_ring_offset offsets, uint entries, int entryBytes)
    {
        nuint bytes = (nuint)offsets.desc + (entries * (nuint)entryBytes);
        int result = Memory.MapDescriptor(fd, (nint)where, bytes, out void* mapping);
        if (result < 0)
        {
            return result;
        }

        byte* start = (byte*)mapping;
        _mapping = mapping;
        _mappingBytes = bytes;
        _producer = (uint*)(start + offsets.producer);
        _consumer = (uint*)(start + offsets.consumer);
        _flags = (uint*)(start + offsets.flags);
        _entries = start + offsets.desc;
        _mask = entries - 1;
        return 0;
    }

    public void Unmap()
    {
        if (_mapping != null)
        {
            _ = Memory.Unmap(_mapping, _mappingBytes);
            _mapping = null;
        }
    }

    /// <summary>The next free entry of a ring that this side fills; null when the ring is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Produce<T>()
        where T : unmanaged
    {
        if (_next - _other > _mask)
        {
            _other = Volatile.Read(ref *_consumer);
            if (_next - _other > _mask)
            {
                return null;
            }
        }

        return (T*)_entries + (_next++ & _mask);
    }

    /// <summary>The oldest entry of a ring that the kernel fills; null when it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Consume<T>()
        where T : unmanaged
    {
        if (_next == _other)
        {
            _other = Volatile.Read(ref *_producer);
            if (_next == _other)
            {
                return null;
            }
        }

        return (T*)_entries + (_next++ & _mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PublishProduced() => Volatile.Write(ref *_producer, _next);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PublishConsumed() => Volatile.Write(ref *_consumer, _next);
}
