using System.Numerics;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// One ring with its table of sockets, the buffers its receives pick from and the values its submissions point to.
/// The table's first slots are for connections we open, and we choose among them; in the rest the kernel puts what it
/// accepts. Owner: the worker's thread, which makes it.
/// </summary>
internal sealed unsafe class RingTable : IDisposable
{
    private const uint SubmissionEntries = 256;

    /// <summary>A connect and the look at its socket.</summary>
    private const uint ConnectLinks = 2;

    /// <summary>
    /// The kernel finds what is to be cancelled, the poll of each connection that is closed, in a hash of a
    /// thirty-second as many buckets as there are completion entries, at most 256. With 32 buckets for 20,000 polls
    /// nine tenths of the CPU time of closing was spent looking for them.
    /// </summary>
    private const uint CompletionEntriesMax = 8192;

    private readonly SubmissionValues _values;

    private RingTable(
        int number, Ring ring, BufferRing buffers, SubmissionValues values, TableSize size, BufferPool pool)
    {
        Number = number;
        Ring = ring;
        Buffers = new ReceiveBuffers(buffers, pool);
        AcceptSlots = size.Slots - size.ClientSlots;
        _values = values;
    }

    public int Number { get; }

    public Ring Ring { get; }

    public ReceiveBuffers Buffers { get; }

    /// <summary>Slots the kernel accepts into, how many of them are taken, and how many a pending accept of a single
    /// connection will take.</summary>
    public int AcceptSlots { get; }
    public int Accepted { get; set; }
    public int AcceptsForOne { get; set; }

    public int FreeToAccept => AcceptSlots - Accepted - AcceptsForOne;

    /// <summary>Something to hand over, to run or to read: the next turn has to look at this ring.</summary>
    public bool HasWork => Ring.PendingSubmissions > 0 || Ring.HasTaskWork || Ring.CqReady > 0;

    /// <summary>The most completions between two looks at the ring; what comes on top waits in the kernel.</summary>
    public static int CompletionsMax(int slots) => (int)CompletionEntriesFor(slots);

    /// <param name="number">Its place among the worker's tables.</param>
    /// <returns>0, or -errno when the kernel refuses the ring or its table.</returns>
    public static int Create(int number, TableSize size, BufferPool pool, out RingTable? table)
    {
        table = null;
        uint clients = (uint)size.ClientSlots;
        uint accepts = (uint)size.Slots - clients;
        int result = Ring.CreateBest(SubmissionEntries, CompletionEntriesFor(size.Slots), out Ring? ring);
        if (result < 0)
        {
            return result;
        }

        BufferRing? buffers = null;
        SubmissionValues? values = null;
        result = ring!.RegisterFilesSparse((uint)size.Slots);
        result = result < 0 || accepts == 0 ? result : ring.RegisterFileAllocRange(clients, accepts);
        result = result < 0
            ? result
            : BufferRing.Create(ring, ReceiveBuffers.Entries, ReceiveBuffers.Group, out buffers);
        result = result < 0 ? result : SubmissionValues.Create(SubmissionEntries, out values);
        if (result < 0)
        {
            buffers?.Dispose();
            ring.Dispose();
            return result;
        }

        table = new RingTable(number, ring, buffers!, values!, size, pool);
        return 0;
    }

    /// <summary>A submission to fill; what is there already is submitted first when the queue is full.</summary>
    public io_uring_sqe* Next()
    {
        io_uring_sqe* sqe;
        while (!Ring.TryGetSqe(out sqe))
        {
            HandOver();
        }

        return sqe;
    }

    /// <summary>The first of several that are linked: all must go in one submission.</summary>
    public io_uring_sqe* NextOf(uint linked)
    {
        while (Ring.PendingSubmissions + linked > SubmissionEntries)
        {
            HandOver();
        }

        return Next();
    }

    /// <summary>Only a failure completes.</summary>
    public static void OnlyFailures(io_uring_sqe* sqe) => sqe->flags |= UringConstants.IOSQE_CQE_SKIP_SUCCESS;

    /// <summary>Binds; what connects must follow.</summary>
    public void Bind(ulong userData, uint slot, in SockAddr local)
    {
        io_uring_sqe* sqe = NextOf(1 + ConnectLinks);
        Prep.Bind(sqe, userData, slot, _values.Keep(local));
        OnlyFailures(sqe);
        // Unbound it must not connect from a port of the kernel's choice.
        sqe->flags |= UringConstants.IOSQE_IO_LINK;
    }

    /// <summary>Keeps the header that recvmsg reads when it is submitted.</summary>
    public msghdr* Keep(in msghdr header) => _values.Keep(header);

    /// <summary>Connects a datagram socket. Completes with 0 or -errno.</summary>
    public void ConnectDatagrams(ulong userData, uint slot, in SockAddr remote) =>
        Prep.Connect(Next(), userData, slot, _values.Keep(remote));

    /// <summary>
    /// Connects a stream, and looks at what has become of it. Completes once: with -errno, or with the poll bits of
    /// the socket. The connect alone does not tell: when an ICMP error comes while connect holds the socket, as from
    /// a firewall of this host that rejects, the kernel (6.18) ends the operation with 0. The socket is not connected
    /// then and never will be, and its poll bits are EPOLLERR without EPOLLOUT.
    /// </summary>
    public void ConnectStream(ulong userData, uint slot, in SockAddr remote)
    {
        io_uring_sqe* connect = NextOf(ConnectLinks);
        Prep.Connect(connect, userData, slot, _values.Keep(remote));
        OnlyFailures(connect);
        connect->flags |= UringConstants.IOSQE_IO_LINK;
        Prep.PollOnce(Next(), userData, slot, EpollConstants.EPOLLOUT);
    }

    public void SetOption(ulong userData, uint slot, int level, int name, int value)
    {
        io_uring_sqe* sqe = Next();
        Prep.SetSockOpt(sqe, userData, slot, level, name, _values.Keep(value), sizeof(int));
        OnlyFailures(sqe);
    }

    /// <summary>Closing then sends a reset.</summary>
    public void LingerForNoTime(uint slot)
    {
        io_uring_sqe* sqe = Next();
        Prep.SetSockOpt(
            sqe, UringBackend.Nothing, slot, SocketConstants.SOL_SOCKET, SocketConstants.SO_LINGER,
            _values.LingerZero, (uint)sizeof(linger));
        OnlyFailures(sqe);
    }

    /// <summary>
    /// Cancels an operation by its user_data, which the kernel finds by hash; by slot it would walk every operation of
    /// the ring.
    /// </summary>
    public void Cancel(ulong userData)
    {
        io_uring_sqe* sqe = Next();
        Prep.CancelByUserData(sqe, UringBackend.Nothing, userData);
        OnlyFailures(sqe);
    }

    public void Dispose()
    {
        Buffers.Dispose();
        Ring.Dispose();
        _values.Dispose();
    }

    private void HandOver()
    {
        int result = Ring.Submit();
        bool isTaken = result >= 0 || result is -Errno.EINTR or -Errno.EAGAIN or -Errno.EBUSY;
        Check.That(isTaken, "a ring takes submissions");
    }

    private static uint CompletionEntriesFor(int slots) =>
        Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)slots / 4), SubmissionEntries, CompletionEntriesMax);
}
