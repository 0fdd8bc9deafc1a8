using System.Runtime.CompilerServices;

namespace Throng.Linux;

/// <summary>
/// A ring of provided buffers: receives name the group and the kernel picks a buffer when bytes are there, so memory
/// is needed for what is in flight and not for every connection. The buffers' own memory is the caller's.
/// </summary>
/// <remarks>Owner: the ring's thread. Dispose it before the <see cref="Ring"/>.</remarks>
public sealed unsafe class BufferRing : IDisposable
{
    private readonly Ring _ring;
    private readonly uint _mask;
    private io_uring_buf* _entries;
    private ushort _tail;

    private BufferRing(Ring ring, io_uring_buf* entries, uint count, ushort group)
    {
        _ring = ring;
        _entries = entries;
        _mask = count - 1;
        Group = group;
    }

    /// <summary>The group a receive names.</summary>
    public ushort Group { get; }

    /// <summary>Buffers the ring holds.</summary>
    public uint Entries => _mask + 1;

    /// <summary>Makes and registers an empty ring.</summary>
    /// <param name="ring">The io_uring it belongs to.</param>
    /// <param name="entries">A power of two, at most 32768.</param>
    /// <param name="group">The group a receive names.</param>
    /// <param name="buffers">The ring, or null on failure.</param>
    /// <returns>0 or -errno (EINVAL before kernel 5.19 or for a wrong count).</returns>
    public static int Create(Ring ring, uint entries, ushort group, out BufferRing? buffers)
    {
        buffers = null;
        if (entries is 0 or > 32768 || (entries & (entries - 1)) != 0)
        {
            return -Errno.EINVAL;
        }

        nuint bytes = entries * (uint)sizeof(io_uring_buf);
        int result = Memory.Map(bytes, out void* memory);
        if (result < 0)
        {
            return result;
        }

        result = ring.RegisterBufferRing((io_uring_buf*)memory, entries, group);
        if (result < 0)
        {
            _ = Memory.Unmap(memory, bytes);
            return result;
        }

        buffers = new BufferRing(ring, (io_uring_buf*)memory, entries, group);
        return 0;
    }

    /// <summary>Puts one buffer in; the kernel sees it after <see cref="Publish"/>. Never more than
    /// <see cref="Entries"/> may be in.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="bufferId">Comes back in the upper 16 bits of the completion's flags.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(void* address, uint bytes, ushort bufferId)
    {
        // Field by field: the last 16 bits of the first entry are the ring's tail.
        io_uring_buf* entry = _entries + (_tail & _mask);
        entry->addr = (ulong)address;
        entry->len = bytes;
        entry->bid = bufferId;
        _tail++;
    }

    /// <summary>Shows the kernel everything added since the last time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish() => Volatile.Write(ref _entries->resv, _tail);

    /// <summary>Unregisters the ring and frees its memory, not the buffers'.</summary>
    public void Dispose()
    {
        if (_entries == null)
        {
            return;
        }

        if (_ring.Fd >= 0)
        {
            _ = _ring.UnregisterBufferRing(Group);
        }

        _ = Memory.Unmap(_entries, Entries * (uint)sizeof(io_uring_buf));
        _entries = null;
    }
}
