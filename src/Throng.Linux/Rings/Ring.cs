using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static Throng.Linux.UringConstants;

namespace Throng.Linux;

/// <summary>
/// One io_uring: its two rings in shared memory and the calls on it.
/// </summary>
/// <remarks>
/// <para>Owner: one thread. With SINGLE_ISSUER that is the thread that called <see cref="Create"/>; a submission
/// from another returns -EEXIST.</para>
/// <para>Nothing here loops or waits but <see cref="Enter"/> with a minimum; nothing throws.</para>
/// <para>With DEFER_TASKRUN never poll the ring's descriptor, wake-ups get lost: scan <see cref="HasTaskWork"/> and
/// sleep on an eventfd registered in every ring.</para>
/// </remarks>
public sealed unsafe partial class Ring : IDisposable
{
    /// <summary>
    /// Flags that <see cref="CreateBest"/> tries first: one thread, completions run when that thread asks.
    /// </summary>
    public const uint BestFlags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN
        | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_NO_SQARRAY | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;

    private readonly uint* _sqHead;
    private readonly uint* _sqTail;
    private readonly uint* _sqFlags;
    private readonly io_uring_sqe* _sqes;
    private readonly uint _sqMask;
    private readonly uint _sqEntries;

    private readonly uint* _cqHead;
    private readonly uint* _cqTail;
    private readonly uint* _cqFlags;
    private readonly io_uring_cqe* _cqes;
    private readonly uint _cqMask;

    private readonly void* _ringMapping;
    private readonly nuint _ringBytes;
    private readonly nuint _sqesBytes;

    // The next free submission, and the next completion to read: the kernel sees them when they are published.
    private uint _sqNext;
    private uint _cqNext;

    private Ring(int fd, in io_uring_params parameters, void* mapping, nuint mappingBytes, void* sqes, nuint sqesBytes)
    {
        Fd = fd;
        Flags = parameters.flags;
        _ringMapping = mapping;
        _ringBytes = mappingBytes;
        _sqesBytes = sqesBytes;

        byte* start = (byte*)mapping;
        _sqHead = (uint*)(start + parameters.sq_off.head);
        _sqTail = (uint*)(start + parameters.sq_off.tail);
        _sqFlags = (uint*)(start + parameters.sq_off.flags);
        _sqMask = *(uint*)(start + parameters.sq_off.ring_mask);
        _sqEntries = parameters.sq_entries;
        _sqes = (io_uring_sqe*)sqes;
        _cqHead = (uint*)(start + parameters.cq_off.head);
        _cqTail = (uint*)(start + parameters.cq_off.tail);
        _cqFlags = (uint*)(start + parameters.cq_off.flags);
        _cqMask = *(uint*)(start + parameters.cq_off.ring_mask);
        _cqes = (io_uring_cqe*)(start + parameters.cq_off.cqes);

        if ((Flags & IORING_SETUP_NO_SQARRAY) == 0)
        {
            // Submissions are handed out in order, so the indirection is the identity and is written once.
            uint* array = (uint*)(start + parameters.sq_off.array);
            for (uint i = 0; i < _sqEntries; i++)
            {
                array[i] = i;
            }
        }
    }

    /// <summary>The ring's descriptor; -1 once disposed.</summary>
    public int Fd { get; private set; }

    /// <summary>IORING_SETUP_* in force.</summary>
    public uint Flags { get; }

    /// <summary>
    /// True when the kernel has something for this ring that only an <see cref="Enter"/> with GETEVENTS brings in:
    /// task work, or completions that did not fit. Costs one read of shared memory.
    /// </summary>
    /// <remarks>One enter runs at most max(20, minComplete) pieces of task work, so look again after it.</remarks>
    public bool HasTaskWork
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Volatile.Read(ref *_sqFlags) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
    }

    /// <summary>Submissions handed out that the kernel has not taken yet.</summary>
    public uint PendingSubmissions
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _sqNext - Volatile.Read(ref *_sqHead);
    }

    /// <summary>Completions that can be read now without a call.</summary>
    public uint CqReady
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref *_cqTail) - _cqNext;
    }

    /// <summary>Sets a ring up with exactly these flags.</summary>
    /// <param name="entries">Submissions, 1 to 32768; the kernel rounds up to a power of two.</param>
    /// <param name="cqEntries">Completions, at least <paramref name="entries"/>; used with IORING_SETUP_CQSIZE.
    /// </param>
    /// <param name="flags">IORING_SETUP_*. SQE128, CQE32 and NO_MMAP are not supported: -EINVAL.</param>
    /// <param name="ring">The ring, or null on failure.</param>
    /// <returns>0 or -errno: EPERM (seccomp, kernel.io_uring_disabled), ENOSYS, EINVAL (a flag this kernel does not
    /// know), ENOMEM, EMFILE; EOPNOTSUPP when the kernel is older than 5.11.</returns>
    public static int Create(uint entries, uint cqEntries, uint flags, out Ring? ring)
    {
        const uint Supported = BestFlags | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL;
        const uint Needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG;

        ring = null;
        if ((flags & ~Supported) != 0)
        {
            return -Errno.EINVAL;
        }

        io_uring_params parameters = default;
        parameters.flags = flags;
        parameters.cq_entries = (flags & IORING_SETUP_CQSIZE) != 0 ? cqEntries : 0;
        int fd = Libc.Result(Libc.syscall(
            Libc.SysIoUringSetup, (nint)entries, (nint)(&parameters), 0, 0, 0, 0));
        if (fd < 0)
        {
            return fd;
        }

        int result = (parameters.features & Needed) == Needed
            ? MapRings(fd, parameters, out ring)
            : -Errno.EOPNOTSUPP;
        if (result < 0)
        {
            _ = Descriptors.Close(fd);
        }

        return result;
    }

    /// <summary>
    /// Sets a ring up with the best flags this kernel knows: without NO_SQARRAY before 6.6, without DEFER_TASKRUN
    /// before 6.1, plain before 6.0. <see cref="Flags"/> tells which.
    /// </summary>
    /// <returns>As <see cref="Create"/>.</returns>
    public static int CreateBest(uint entries, uint cqEntries, out Ring? ring)
    {
        const uint Sizes = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
        const uint NoArray = BestFlags & ~IORING_SETUP_NO_SQARRAY;
        const uint Cooperative = Sizes | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;

        ring = null;
        int result = -Errno.EINVAL;
        ReadOnlySpan<uint> attempts =
            [BestFlags, NoArray, Cooperative | IORING_SETUP_SINGLE_ISSUER, Cooperative, Sizes];
        for (int i = 0; i < attempts.Length && result == -Errno.EINVAL; i++)
        {
            result = Create(entries, cqEntries, attempts[i], out ring);
        }

        return result;
    }

    /// <summary>Hands out the next free submission, all zero. It goes to the kernel with the next enter.</summary>
    /// <returns>False when the ring is full: <see cref="Submit"/> first.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetSqe(out io_uring_sqe* sqe)
    {
        uint next = _sqNext;
        if (next - Volatile.Read(ref *_sqHead) >= _sqEntries)
        {
            sqe = null;
            return false;
        }

        sqe = _sqes + (next & _sqMask);
        *sqe = default;
        _sqNext = next + 1;
        return true;
    }

    /// <summary>Hands what is pending to the kernel and waits for nothing. No call when nothing is pending.</summary>
    /// <returns>How many it took, or -errno: EAGAIN or EBUSY mean reap completions and repeat.</returns>
    public int Submit() => PendingSubmissions == 0 ? 0 : Enter(0, 0, -1);

    /// <summary>
    /// One io_uring_enter: hands what is pending to the kernel, and waits for completions when asked to.
    /// </summary>
    /// <param name="minComplete">Completions to wait for; more than 0 implies GETEVENTS.</param>
    /// <param name="flags">IORING_ENTER_GETEVENTS runs the task work of this ring.</param>
    /// <param name="timeoutNs">How long to wait at most, from now; negative is without end.</param>
    /// <returns>How many submissions it took, or -errno: ETIME when the time passed first, EINTR, EAGAIN, EBUSY.
    /// Completions are in the ring either way.</returns>
    public int Enter(uint minComplete, uint flags, long timeoutNs)
    {
        uint pending = PendingSubmissions;
        Volatile.Write(ref *_sqTail, _sqNext);
        if (minComplete > 0)
        {
            flags |= IORING_ENTER_GETEVENTS;
        }

        if (timeoutNs < 0 || minComplete == 0)
        {
            return Libc.Result(Libc.syscall(
                Libc.SysIoUringEnter, Fd, (nint)pending, (nint)minComplete, (nint)flags, 0, 0));
        }

        __kernel_timespec timeout = __kernel_timespec.FromNs(timeoutNs);
        io_uring_getevents_arg extended = new() { ts = (ulong)&timeout };
        return Libc.Result(Libc.syscall(
            Libc.SysIoUringEnter, Fd, (nint)pending, (nint)minComplete, (nint)(flags | IORING_ENTER_EXT_ARG),
            (nint)(&extended), sizeof(io_uring_getevents_arg)));
    }

    /// <summary>The completion <paramref name="index"/> places after the oldest, below <see cref="CqReady"/>.
    /// Its memory is the kernel's again after <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public io_uring_cqe* CqAt(uint index) => _cqes + ((_cqNext + index) & _cqMask);

    /// <summary>Gives the oldest <paramref name="count"/> completions back to the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(uint count)
    {
        _cqNext += count;
        Volatile.Write(ref *_cqHead, _cqNext);
    }

    /// <summary>The registered eventfd stays silent from now on; for while the owner is awake.</summary>
    public void MuteEvents() => Volatile.Write(ref *_cqFlags, *_cqFlags | IORING_CQ_EVENTFD_DISABLED);

    /// <summary>The registered eventfd signals again; for before the owner sleeps.</summary>
    /// <remarks>After the last ring: Interlocked.MemoryBarrier(), then look at <see cref="HasTaskWork"/> and
    /// <see cref="CqReady"/> of every ring once more, and only then sleep.</remarks>
    public void UnmuteEvents() => Volatile.Write(ref *_cqFlags, *_cqFlags & ~IORING_CQ_EVENTFD_DISABLED);

    /// <summary>
    /// Closes the ring and returns at once. The kernel cancels what is in flight and closes the direct descriptors on
    /// a thread of its own afterwards: 20,000 sockets took 0.3 s, and so long their ports stay taken.
    /// </summary>
    public void Dispose()
    {
        if (Fd < 0)
        {
            return;
        }

        _ = Memory.Unmap(_sqes, _sqesBytes);
        _ = Memory.Unmap(_ringMapping, _ringBytes);
        _ = Descriptors.Close(Fd);
        Fd = -1;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller of Create owns the ring.")]
    private static int MapRings(int fd, in io_uring_params parameters, out Ring? ring)
    {
        ring = null;
        nuint sqBytes = (parameters.flags & IORING_SETUP_NO_SQARRAY) != 0
            ? 0
            : parameters.sq_off.array + parameters.sq_entries * sizeof(uint);
        nuint cqBytes = parameters.cq_off.cqes + parameters.cq_entries * (uint)sizeof(io_uring_cqe);
        nuint mappingBytes = Math.Max(sqBytes, cqBytes);
        int result = Memory.MapDescriptor(fd, IORING_OFF_SQ_RING, mappingBytes, out void* mapping);
        if (result < 0)
        {
            return result;
        }

        nuint sqesBytes = parameters.sq_entries * (uint)sizeof(io_uring_sqe);
        result = Memory.MapDescriptor(fd, IORING_OFF_SQES, sqesBytes, out void* sqes);
        if (result < 0)
        {
            _ = Memory.Unmap(mapping, mappingBytes);
            return result;
        }

        ring = new Ring(fd, parameters, mapping, mappingBytes, sqes, sqesBytes);
        return 0;
    }
}
