using System.Runtime.InteropServices;
using static Throng.Linux.XdpConstants;

namespace Throng.Linux;

/// <summary>How an AF_XDP socket is made.</summary>
/// <param name="InterfaceIndex">From 1 on.</param>
/// <param name="Queue">Queue of the interface, from 0 on.</param>
/// <param name="RingEntries">Entries of each ring but the next, a power of two.</param>
/// <param name="FreeEntries">Entries of the ring of frames to receive into: more than there are frames, for the kernel
/// hands over what it received before it says that it took the frames for it.</param>
/// <param name="Frames">How many frames the memory has.</param>
/// <param name="FrameBytes">2048 or 4096.</param>
/// <param name="IsZeroCopy">The driver reads and writes the frames itself; without it the kernel copies.</param>
public readonly record struct XdpSocketSpec(
    int InterfaceIndex, int Queue, int RingEntries, int FreeEntries, int Frames, int FrameBytes, bool IsZeroCopy);

/// <summary>
/// An AF_XDP socket with its memory: frames in and out of one queue of an interface, beside the network stack. Frames
/// are named by their offset in the memory. Owner: one thread.
/// </summary>
public sealed unsafe class XdpSocket : IDisposable
{
    private readonly nuint _memoryBytes;
    private XdpRing _fill;
    private XdpRing _completion;
    private XdpRing _receive;
    private XdpRing _send;

    private XdpSocket(int fd, byte* memory, nuint memoryBytes)
    {
        Fd = fd;
        Memory = memory;
        _memoryBytes = memoryBytes;
    }

    /// <summary>The descriptor; -1 once disposed.</summary>
    public int Fd { get; private set; }

    /// <summary>First byte of the frames.</summary>
    public byte* Memory { get; private set; }

    /// <summary>Whether the driver itself reads and writes the frames.</summary>
    public bool IsZeroCopy { get; private set; }

    /// <summary>Frames of the sending ring that the kernel has not taken yet.</summary>
    public int Unsent => (int)_send.Waiting;

    /// <summary>Frames that came and were not looked at.</summary>
    public int Arrived => (int)_receive.Arrived;

    /// <summary>Makes one and binds it to its queue.</summary>
    /// <param name="step">The call that failed; empty on success.</param>
    /// <returns>0, or -errno: EPERM without CAP_NET_RAW, EBUSY when the queue has one, EOPNOTSUPP where the driver
    /// has no zero copy, EAFNOSUPPORT in a kernel without AF_XDP.</returns>
    public static int Create(in XdpSocketSpec spec, out XdpSocket? socket, out string step)
    {
        socket = null;
        step = "socket(AF_XDP)";
        int fd = Sockets.Open(AF_XDP, SocketConstants.SOCK_RAW);
        if (fd < 0)
        {
            return fd;
        }

        nuint bytes = (nuint)spec.Frames * (nuint)spec.FrameBytes;
        step = "mmap";
        int result = Linux.Memory.Map(bytes, out void* memory);
        XdpSocket made = new(fd, (byte*)memory, bytes);
        result = result < 0 ? result : made.SetUp(spec, out step);
        if (result < 0)
        {
            made.Dispose();
            return result;
        }

        socket = made;
        return 0;
    }

    /// <summary>Gives a frame to the kernel to receive into; it is counted on from <see cref="PublishFree"/> on.
    /// </summary>
    /// <returns>False when the ring is full.</returns>
    public bool TryGiveFree(ulong offset)
    {
        ulong* entry = _fill.Produce<ulong>();
        if (entry != null)
        {
            *entry = offset;
        }

        return entry != null;
    }

    public void PublishFree() => _fill.PublishProduced();

    /// <summary>Frames that came, oldest first; each is this end's until it is given back.</summary>
    /// <returns>How many.</returns>
    public int Receive(Span<xdp_desc> into)
    {
        int count = 0;
        while (count < into.Length)
        {
            xdp_desc* entry = _receive.Consume<xdp_desc>();
            if (entry == null)
            {
                break;
            }

            into[count++] = *entry;
        }

        if (count > 0)
        {
            _receive.PublishConsumed();
        }

        return count;
    }

    /// <summary>Puts a frame behind those to send.</summary>
    /// <returns>False when the ring is full.</returns>
    public bool TrySend(ulong offset, int bytes)
    {
        xdp_desc* entry = _send.Produce<xdp_desc>();
        if (entry != null)
        {
            *entry = new xdp_desc { addr = offset, len = (uint)bytes };
        }

        return entry != null;
    }

    public void PublishSent() => _send.PublishProduced();

    /// <summary>One call to the kernel to send what waits: with copies it is the call that sends.</summary>
    /// <returns>0, or -errno: EAGAIN when more than one call hands over waits or a socket's memory is full, ENOBUFS
    /// when the interface takes no more now, ENETDOWN.</returns>
    public int Kick() => _send.NeedsWakeUp || !IsZeroCopy
        ? Libc.Result(Libc.sendto(Fd, null, 0, SocketConstants.MSG_DONTWAIT, null, 0))
        : 0;

    /// <summary>A frame that was sent and may be used again.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryTakeSent(out ulong offset)
    {
        ulong* entry = _completion.Consume<ulong>();
        offset = entry != null ? *entry : 0;
        return entry != null;
    }

    public void PublishTaken() => _completion.PublishConsumed();

    /// <summary>Waits until a frame comes or an eventfd is signalled; sends what waits, too.</summary>
    /// <param name="eventFd">It too ends the wait.</param>
    /// <param name="timeoutNs">At most so long.</param>
    /// <param name="sends">False: nothing is sent, and a frame that comes does not end the wait.</param>
    /// <returns>How many of the two there were, 0 when the time passed first, or -errno (EINTR).</returns>
    public int Await(int eventFd, long timeoutNs, bool sends = true)
    {
        pollfd* both = stackalloc pollfd[2];
        both[0] = new pollfd { fd = sends ? Fd : -1, events = (short)EpollConstants.EPOLLIN };
        both[1] = new pollfd { fd = eventFd, events = (short)EpollConstants.EPOLLIN };
        __kernel_timespec timeout = __kernel_timespec.FromNs(timeoutNs);
        return Libc.Result(Libc.ppoll(both, 2, &timeout, null));
    }

    /// <summary>The kernel's counts of this socket. Any thread.</summary>
    /// <returns>0 or more, or -errno.</returns>
    public int ReadStatistics(out xdp_statistics counts)
    {
        counts = default;
        return Sockets.GetOption(
            Fd, SOL_XDP, XDP_STATISTICS, MemoryMarshal.AsBytes(new Span<xdp_statistics>(ref counts)));
    }

    public void Dispose()
    {
        _fill.Unmap();
        _completion.Unmap();
        _receive.Unmap();
        _send.Unmap();
        if (Fd >= 0)
        {
            _ = Sockets.Close(Fd);
            Fd = -1;
        }

        if (Memory != null)
        {
            _ = Linux.Memory.Unmap(Memory, _memoryBytes);
            Memory = null;
        }
    }

    private int SetUp(in XdpSocketSpec spec, out string step)
    {
        xdp_umem_reg memory = new()
        {
            addr = (ulong)Memory, len = _memoryBytes, chunk_size = (uint)spec.FrameBytes,
        };
        step = "XDP_UMEM_REG";
        int result = Sockets.SetOption(
            Fd, SOL_XDP, XDP_UMEM_REG, MemoryMarshal.AsBytes(new ReadOnlySpan<xdp_umem_reg>(in memory)));
        ReadOnlySpan<int> rings = [XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING, XDP_TX_RING];
        foreach (int ring in rings)
        {
            int entries = ring == XDP_UMEM_FILL_RING ? spec.FreeEntries : spec.RingEntries;
            result = result < 0 ? result : Sockets.SetOption(Fd, SOL_XDP, ring, entries);
        }

        result = result < 0 ? result : MapRings((uint)spec.RingEntries, (uint)spec.FreeEntries, out step);
        return result < 0 ? result : Bind(spec, out step);
    }

    private int MapRings(uint entries, uint freeEntries, out string step)
    {
        xdp_mmap_offsets offsets = default;
        step = "XDP_MMAP_OFFSETS";
        int result = Sockets.GetOption(
            Fd, SOL_XDP, XDP_MMAP_OFFSETS, MemoryMarshal.AsBytes(new Span<xdp_mmap_offsets>(ref offsets)));
        if (result < 0)
        {
            return result;
        }

        step = "mmap of a ring";
        result = _fill.Map(Fd, XDP_UMEM_PGOFF_FILL_RING, offsets.fr, freeEntries, sizeof(ulong));
        result = result < 0 ? result
            : _completion.Map(Fd, XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr, entries, sizeof(ulong));
        result = result < 0 ? result : _receive.Map(Fd, XDP_PGOFF_RX_RING, offsets.rx, entries, sizeof(xdp_desc));
        return result < 0 ? result : _send.Map(Fd, XDP_PGOFF_TX_RING, offsets.tx, entries, sizeof(xdp_desc));
    }

    private int Bind(in XdpSocketSpec spec, out string step)
    {
        // An older kernel does not know it and sends 32 frames with a call.
        _ = Sockets.SetOption(Fd, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, spec.RingEntries / 16);
        sockaddr_xdp address = new()
        {
            sxdp_family = AF_XDP,
            sxdp_flags = (ushort)(XDP_USE_NEED_WAKEUP | (spec.IsZeroCopy ? XDP_ZEROCOPY : XDP_COPY)),
            sxdp_ifindex = (uint)spec.InterfaceIndex,
            sxdp_queue_id = (uint)spec.Queue,
        };
        step = "bind";
        int result = Libc.Result(Libc.bind(Fd, &address, (uint)sizeof(sockaddr_xdp)));
        if (result < 0)
        {
            return result;
        }

        xdp_options options = default;
        step = "XDP_OPTIONS";
        result = Sockets.GetOption(Fd, SOL_XDP, XDP_OPTIONS, MemoryMarshal.AsBytes(new Span<xdp_options>(ref options)));
        IsZeroCopy = (options.flags & XDP_OPTIONS_ZEROCOPY) != 0;
        return result;
    }
}
