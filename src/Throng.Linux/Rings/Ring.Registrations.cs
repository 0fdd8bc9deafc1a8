using static Throng.Linux.UringConstants;

namespace Throng.Linux;

/// <summary>io_uring_register: what a ring is given for its life. All return 0 or more, or -errno.</summary>
public sealed unsafe partial class Ring
{
    /// <summary>Makes a table of empty direct descriptors.</summary>
    /// <param name="count">Slots, at most RLIMIT_NOFILE: it counts per ring, not per process.</param>
    /// <returns>0, or -errno (EMFILE above the limit, EBUSY when there is a table already).</returns>
    public int RegisterFilesSparse(uint count)
    {
        io_uring_rsrc_register argument = new() { nr = count, flags = IORING_RSRC_REGISTER_SPARSE };
        return Register(IORING_REGISTER_FILES2, &argument, (uint)sizeof(io_uring_rsrc_register));
    }

    /// <summary>
    /// Limits the slots the kernel picks by itself (accept, socket with ALLOC) to a range, so that the others can be
    /// handed out in user space.
    /// </summary>
    /// <returns>0, or -errno (EINVAL outside the table).</returns>
    public int RegisterFileAllocRange(uint offset, uint length)
    {
        io_uring_file_index_range argument = new() { off = offset, len = length };
        return Register(IORING_REGISTER_FILE_ALLOC_RANGE, &argument, 0);
    }

    /// <summary>Puts real descriptors into slots; -1 empties one.</summary>
    /// <returns>How many were updated, or -errno.</returns>
    public int RegisterFilesUpdate(uint offset, ReadOnlySpan<int> fds)
    {
        fixed (int* pointer = fds)
        {
            io_uring_files_update argument = new() { offset = offset, fds = (ulong)pointer };
            return Register(IORING_REGISTER_FILES_UPDATE, &argument, (uint)fds.Length);
        }
    }

    /// <summary>Signals this eventfd at every completion unless muted; one may serve many rings.</summary>
    /// <remarks>
    /// Such a ring must not watch another eventfd: a signal from inside an eventfd's own wake-up comes late once and
    /// then never again (6.18; the kernel never clears the mark of a deferred signal). Watch a mailbox from a ring
    /// without one, or sleep on it.
    /// </remarks>
    /// <returns>0, or -errno (EBUSY when there is one already).</returns>
    public int RegisterEventFd(int eventFd) => Register(IORING_REGISTER_EVENTFD, &eventFd, 1);

    /// <summary>Registers a ring of provided buffers; <see cref="BufferRing"/> does it with the memory.</summary>
    /// <param name="buffers">Page-aligned and zeroed, alive until unregistered or the ring is closed.</param>
    /// <param name="entries">A power of two, at most 32768.</param>
    /// <param name="group">The group a receive names.</param>
    /// <returns>0, or -errno (EEXIST when the group is taken).</returns>
    public int RegisterBufferRing(io_uring_buf* buffers, uint entries, ushort group)
    {
        io_uring_buf_reg argument = new() { ring_addr = (ulong)buffers, ring_entries = entries, bgid = group };
        return Register(IORING_REGISTER_PBUF_RING, &argument, 1);
    }

    /// <summary>Takes a ring of provided buffers out again.</summary>
    /// <returns>0, or -errno (ENOENT when the group is unknown).</returns>
    public int UnregisterBufferRing(ushort group)
    {
        io_uring_buf_reg argument = new() { bgid = group };
        return Register(IORING_UNREGISTER_PBUF_RING, &argument, 1);
    }

    /// <summary>Asks whether the kernel knows an operation. Knowing is not doing: <see cref="RingSupport"/> tries.
    /// </summary>
    /// <returns>1 when it does, 0 when not, or -errno.</returns>
    public int RegisterProbe(byte opcode)
    {
        const int OpsMax = 256;
        byte* answer = stackalloc byte[sizeof(io_uring_probe) + OpsMax * sizeof(io_uring_probe_op)];
        new Span<byte>(answer, sizeof(io_uring_probe) + OpsMax * sizeof(io_uring_probe_op)).Clear();
        int result = Register(IORING_REGISTER_PROBE, answer, OpsMax);
        if (result < 0)
        {
            return result;
        }

        io_uring_probe_op* ops = (io_uring_probe_op*)(answer + sizeof(io_uring_probe));
        return opcode <= ((io_uring_probe*)answer)->last_op && (ops[opcode].flags & IO_URING_OP_SUPPORTED) != 0
            ? 1
            : 0;
    }

    private int Register(uint operation, void* argument, uint count) => Libc.Result(Libc.syscall(
        Libc.SysIoUringRegister, Fd, (nint)operation, (nint)argument, (nint)count, 0, 0));
}
