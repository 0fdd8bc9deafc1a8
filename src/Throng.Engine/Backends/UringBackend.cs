using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The real thing: every operation is a submission, every result a completion, and sockets live in the ring's own
/// table, so that no descriptor limit of the process applies to them beyond the size of one table. Connections asked
/// for by us take slots of the table's first part, which we choose; accepted ones get theirs from the kernel in the
/// rest. A slot of the slab is free again only when every operation on it has completed: each has a bit in the
/// record's flags.
/// Owner: the worker's thread, which makes the ring too. This part takes requests;
/// <c>UringBackend.Completions.cs</c> turns completions into results, <c>UringBackend.Accepting.cs</c> is the
/// listeners' side.
/// </summary>
public sealed unsafe partial class UringBackend : IBackend
{
    private const uint SubmissionEntries = 256;
    private const uint CompletionEntries = 1024;

    // What a completion is of; travels in user_data beside the handle.
    private const byte OfConnect = 1;
    private const byte OfSetup = 2;    // SOCKET and SETSOCKOPT before a connect: only failures complete
    private const byte OfBind = 3;     // likewise; the connect linked behind it then never completes
    private const byte OfAccept = 4;
    private const byte OfPoll = 5;
    private const byte OfReceive = 6;
    private const byte OfStream = 7;
    private const byte OfSend = 8;
    private const byte OfShutdown = 9;
    private const byte OfClose = 10;
    private const byte OfFacts = 11;
    private const byte OfWake = 12;
    private const byte OfQueue = 13;   // somebody waits to be accepted while no slot is free
    private const byte OfNothing = 14; // cancels: what they cancel completes by itself

    // Bits of Connection.Flags: how to receive, what is outstanding, what is known.
    private const ushort ModeMask = 0x0003;
    private const ushort Polling = 0x0004;
    private const ushort Receiving = 0x0008;
    private const ushort Streaming = 0x0010;
    private const ushort Sending = 0x0020;
    private const ushort Connecting = 0x0040;
    private const ushort ShuttingDown = 0x0080;
    private const ushort Closing = 0x0100;
    private const ushort AskingFacts = 0x0200;
    private const ushort Outstanding =
        Polling | Receiving | Streaming | Sending | Connecting | ShuttingDown | Closing | AskingFacts;
    private const ushort Readable = 0x0400;  // a poll said so and no receive has found the end of it
    private const ushort HungUp = 0x0800;    // the peer's FIN or an error waits behind what is readable
    private const ushort Finished = 0x1000;  // the peer's FIN was read
    private const ushort Queued = 0x2000;    // stands in _pending

    // Connection.Descriptor: the slot in the table, and above it the first errno of this connection.
    private const int SlotMask = 0xF_FFFF;
    private const int ErrnoShift = 20;

    private readonly Slab _slab;
    private readonly BufferPool _pool;
    private readonly Outboxes _outboxes;
    private readonly Ring _ring;
    private readonly ReceiveBuffers _buffers;
    private readonly ClientSlots _clientSlots;
    private readonly int _wakeFd;
    private readonly SubmissionValues _values;
    private readonly List<Listener> _listeners = [];
    private readonly int _acceptSlots;
    private int _accepted;
    private int _acceptsForOne;
    private int _watched;
    private readonly List<ConnectionFacts> _facts = [];
    private CompletionList _completions = new(4096);

    /// <summary>Results of requests; they come from Poll, where the two lists change places.</summary>
    private CompletionList _immediate = new(256);

    /// <summary>Connections with something to submit: bytes to send, a receive to arm or to repeat.</summary>
    private readonly Queue<Handle> _pending = new(1024);

    /// <param name="slab">As many connections as the ring's table is to have slots.</param>
    /// <param name="wakeFd">An eventfd anyone may signal; stays the caller's.</param>
    /// <param name="clientSlots">Slots for connections of our own; the others are for accepted ones.</param>
    /// <exception cref="SetupException">The kernel refuses the ring or its tables.</exception>
    public UringBackend(Slab slab, BufferPool pool, int wakeFd, int clientSlots)
    {
        _slab = slab;
        _pool = pool;
        _wakeFd = wakeFd;
        _outboxes = new Outboxes(pool);
        _clientSlots = new ClientSlots(clientSlots);
        int result = Ring.CreateBest(SubmissionEntries, CompletionEntries, out Ring? ring);
        Refuse("set up a ring", result);
        _ring = ring!;
        Refuse($"register {slab.Capacity} slots", _ring.RegisterFilesSparse((uint)slab.Capacity));
        _acceptSlots = slab.Capacity - clientSlots;
        if (_acceptSlots > 0)
        {
            result = _ring.RegisterFileAllocRange((uint)clientSlots, (uint)_acceptSlots);
            Refuse("set aside slots to accept into", result);
        }

        _values = new SubmissionValues(SubmissionEntries);
        _buffers = new ReceiveBuffers(_ring, pool);
        ArmWake();
        Traits = new BackendTraits
        {
            Name = "uring",
            ConnectionsMax = slab.Capacity,
            Listens = true,
            HalfCloses = true,
            TellsFacts = true,
        };
    }

    public BackendTraits Traits { get; }

    public long NowNs() => Clock.NowNs();

    public void Open(Handle connection, in OpenSpec spec)
    {
        ref Connection record = ref _slab[connection];
        record.Flags = 0;
        record.Descriptor = _clientSlots.Rent();
        if (record.Descriptor < 0)
        {
            record.Phase = Phase.Closing;
            record.Descriptor = 0;
            _immediate.Add(new Completion(connection, Operation.Closed, -Errno.ENFILE, default, 0));
            return;
        }

        uint slot = (uint)record.Descriptor;
        ulong setup = connection.ToUserData(OfSetup);
        io_uring_sqe* sqe = Next();
        Prep.Socket(sqe, setup, spec.Remote.Family, SocketConstants.SOCK_STREAM, 0, slot);
        OnlyFailures(sqe);
        for (int i = 0; i < SocketSetup.OptionCount(spec.Options); i++)
        {
            (int level, int name, int value) = SocketSetup.Option(spec.Options, i);
            SetOption(setup, slot, level, name, value);
        }

        if (spec.Local.Family != 0)
        {
            // Lets several targets share a source port, and skips the search for conflicts.
            SetOption(setup, slot, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1);
            sqe = NextOfTwo();
            Prep.Bind(sqe, connection.ToUserData(OfBind), slot, _values.Keep(spec.Local));
            OnlyFailures(sqe);
            // Unbound it must not connect from a port of the kernel's choice.
            sqe->flags |= UringConstants.IOSQE_IO_LINK;
        }

        Prep.Connect(Next(), connection.ToUserData(OfConnect), slot, _values.Keep(spec.Remote));
        record.Flags |= Connecting;
    }

    public void Send(Handle connection, int bytes, long streamOffset, SendMode mode)
    {
        ref Connection record = ref _slab[connection];
        _outboxes.Announce(ref record, bytes, streamOffset, mode);
        Enqueue(connection, ref record);
    }

    public void Forward(Handle connection, in Lease received)
    {
        ref Connection record = ref _slab[connection];
        ref Outbox box = ref _outboxes.Of(ref record);
        _outboxes.Append(ref box, received);
        if (box.Buffers >= Outboxes.BuffersMax && (record.Flags & ModeMask) == (ushort)ReceiveMode.Stream)
        {
            // A stream brings whatever the kernel has; from here on it is read piece by piece, and not while this
            // waits.
            Receive(connection, ReceiveMode.Idle);
        }

        Enqueue(connection, ref record);
    }

    public ReadOnlySpan<byte> BytesOf(Lease received) => _pool.Bytes(received);

    public void Release(in Lease received) => _pool.Return(received.Buffer);

    public void Receive(Handle connection, ReceiveMode mode)
    {
        ref Connection record = ref _slab[connection];
        ushort before = (ushort)(record.Flags & ModeMask);
        if (before == (ushort)mode)
        {
            return;
        }

        record.Flags = (ushort)((record.Flags & ~ModeMask) | (ushort)mode);
        if ((record.Flags & Streaming) != 0)
        {
            Cancel(connection, OfStream);
        }

        if (mode == ReceiveMode.Stream && (record.Flags & Polling) != 0)
        {
            Cancel(connection, OfPoll);
        }

        Enqueue(connection, ref record);
    }

    public void Close(Handle connection, CloseKind kind)
    {
        ref Connection record = ref _slab[connection];
        if (record.Phase != Phase.Closing)
        {
            BeginClose(ref record, connection, kind);
        }
    }

    public void AskFacts(Handle connection)
    {
        ref Connection record = ref _slab[connection];
        if ((record.Flags & AskingFacts) == 0 && record.Phase == Phase.Open)
        {
            record.Flags |= AskingFacts;
            Prep.FixedFdInstall(Next(), connection.ToUserData(OfFacts), SlotOf(record));
            return;
        }

        _facts.Add(default);
        Lease where = new(0, _facts.Count - 1, 0);
        _immediate.Add(new Completion(connection, Operation.Facts, -Errno.EBUSY, where, 0));
    }

    public ConnectionFacts FactsOf(in Completion completion) => _facts[completion.Bytes.Offset];

    public void Wake() => _ = Descriptors.Signal(_wakeFd);

    public void Dispose()
    {
        foreach (Listener listener in _listeners)
        {
            _ = Sockets.Close(listener.Fd);
        }

        _buffers.Dispose();
        _ring.Dispose();
        _values.Dispose();
    }

    private static uint SlotOf(in Connection record) => (uint)(record.Descriptor & SlotMask);

    private static int ErrnoOf(in Connection record) => record.Descriptor >>> ErrnoShift;

    /// <summary>Keeps the first errno: what follows it is a consequence.</summary>
    private static void Blame(ref Connection record, int errno)
    {
        if (ErrnoOf(record) == 0)
        {
            record.Descriptor |= errno << ErrnoShift;
        }
    }

    private static void OnlyFailures(io_uring_sqe* sqe) => sqe->flags |= UringConstants.IOSQE_CQE_SKIP_SUCCESS;

    private static void Refuse(string what, int result)
    {
        if (result < 0)
        {
            throw new SetupException($"cannot {what}: {Errno.Text(result)}", "use --engine epoll", -result);
        }
    }

    private void SetOption(ulong userData, uint slot, int level, int name, int value)
    {
        io_uring_sqe* sqe = Next();
        Prep.SetSockOpt(sqe, userData, slot, level, name, _values.Keep(value), sizeof(int));
        OnlyFailures(sqe);
    }

    private void Cancel(Handle connection, byte operation)
    {
        io_uring_sqe* sqe = Next();
        Prep.CancelByUserData(sqe, Handle.None.ToUserData(OfNothing), connection.ToUserData(operation));
        OnlyFailures(sqe);
    }

    private void CancelIf(Handle connection, ushort outstanding, ushort bit, byte operation)
    {
        if ((outstanding & bit) != 0)
        {
            Cancel(connection, operation);
        }
    }

    /// <summary>
    /// Cancels what is in flight and empties the slot; Closed is told when the last operation has ended.
    /// </summary>
    private void BeginClose(ref Connection record, Handle connection, CloseKind kind)
    {
        ushort outstanding = record.Flags;
        record.Phase = Phase.Closing;
        record.Flags |= Closing;
        uint slot = SlotOf(record);
        if (kind == CloseKind.Rst)
        {
            io_uring_sqe* linger = Next();
            Prep.SetSockOpt(
                linger, Handle.None.ToUserData(OfNothing), slot, SocketConstants.SOL_SOCKET, SocketConstants.SO_LINGER,
                _values.LingerZero, (uint)sizeof(linger));
            OnlyFailures(linger);
        }

        // By user_data, which the kernel finds by hash; by slot it would walk every operation of the ring.
        CancelIf(connection, outstanding, Polling, OfPoll);
        CancelIf(connection, outstanding, Streaming, OfStream);
        CancelIf(connection, outstanding, Receiving, OfReceive);
        CancelIf(connection, outstanding, Sending, OfSend);
        CancelIf(connection, outstanding, Connecting, OfConnect);
        Prep.CloseDirect(Next(), connection.ToUserData(OfClose), slot);
    }

    private void Enqueue(Handle connection, ref Connection record)
    {
        if ((record.Flags & Queued) == 0)
        {
            record.Flags |= Queued;
            _pending.Enqueue(connection);
        }
    }

    private void ArmWake() =>
        Prep.PollMultishotFd(Next(), Handle.None.ToUserData(OfWake), _wakeFd, EpollConstants.EPOLLIN);

    /// <summary>A submission to fill; what is there already is submitted first when the queue is full.</summary>
    private io_uring_sqe* Next()
    {
        io_uring_sqe* sqe;
        while (!_ring.TryGetSqe(out sqe))
        {
            int result = _ring.Submit();
            bool isTaken = result >= 0 || result is -Errno.EINTR or -Errno.EAGAIN or -Errno.EBUSY;
            Check.That(isTaken, "a ring takes submissions");
        }

        return sqe;
    }

    /// <summary>The first of two that are linked: both must go in one submission.</summary>
    private io_uring_sqe* NextOfTwo()
    {
        if (_ring.PendingSubmissions + 2 > SubmissionEntries)
        {
            _ = _ring.Submit();
        }

        return Next();
    }
}
