using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The real thing: every operation is a submission, every result a completion, and sockets live in tables of the
/// rings (<see cref="RingTables"/>), so that no descriptor limit of the process applies to them beyond the size of one
/// table. A slot of the slab is free again only when every operation on it has completed: each has a bit in the
/// record's flags.
/// Owner: the worker's thread, which makes the ring too. This part takes requests;
/// <c>UringBackend.Connecting.cs</c> opens, <c>UringBackend.Completions.cs</c> turns completions into results,
/// <c>UringBackend.Receiving.cs</c> those of receives, and <c>UringBackend.Accepting.cs</c> is the listeners' side.
/// </summary>
public sealed unsafe partial class UringBackend : SocketBackend, IBackend
{
    /// <summary>The user_data of operations nobody waits for: cancels complete by the operation they cancel.</summary>
    internal static readonly ulong Nothing = Handle.None.ToUserData(OfNothing);

    /// <summary>The user_data of the watch on the eventfd that wakes the worker.</summary>
    internal static readonly ulong Bell = Handle.None.ToUserData(OfWake);

    // What a completion is of; travels in user_data beside the handle.
    private const byte OfConnect = 1;
    private const byte OfSetup = 2;    // SOCKET and SETSOCKOPT: only failures complete
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
    private const byte OfNothing = 14;
    private const byte OfDatagram = 15;
    private const byte OfSendTo = 16;  // the handle is the buffer and, as its generation, the listener
    private const byte OfError = 17;   // a descriptor to ask for the error of a connect that only seems done

    // Bits of Connection.Flags beside the common ones: what is outstanding.
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
    private const ushort Starving = 0x4000; // stands in _starved

    // Connection.Descriptor: the socket's name (table and slot), and above it the first errno of this connection.
    private const int NameMask = (1 << RingTables.NameBits) - 1;
    private const int ErrnoShift = RingTables.NameBits;

    private readonly RingTables _tables;
    private readonly int _fewSlots;
    private readonly Listeners<ArmedListener> _listeners = new();
    private int _accepted;
    private int _acceptsForOne;
    private int _watched;

    /// <summary>
    /// Connections with bytes to send and no buffer to put them in; they wait here for one and are not looked at
    /// before, because there may be many thousands of them.
    /// </summary>
    private readonly Queue<Handle> _starved = new(64);

    /// <param name="slab">As many connections as the tables together are to have slots.</param>
    /// <param name="wakeFd">An eventfd anyone may signal; stays the caller's.</param>
    /// <exception cref="SetupException">The kernel refuses the ring or its table.</exception>
    public UringBackend(Slab slab, BufferPool pool, int wakeFd, TableSize tables)
        : base("uring", slab, pool, wakeFd)
    {
        _tables = new RingTables(tables, slab.Capacity, pool, wakeFd);
        _fewSlots = RingTable.CompletionsMax(tables.Slots);
    }

    public long NowNs() => Clock.NowNs();

    public void Forward(Handle connection, in Lease received)
    {
        ref Connection record = ref _slab[connection];
        ref Outbox box = ref _outboxes.Of(ref record);
        _outboxes.Append(ref box, received);
        if (box.Buffers >= Outboxes.BuffersMax && (record.Flags & ModeMask) != (ushort)ReceiveMode.Paused)
        {
            // From here on it is read piece by piece when the kernel says that there is something, and not while this
            // waits.
            Receive(connection, ReceiveMode.Idle);
        }

        Enqueue(connection, ref record);
    }

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
            TableOf(record).Cancel(connection.ToUserData(OfStream));
        }

        if (mode is ReceiveMode.Stream or ReceiveMode.Single && (record.Flags & Polling) != 0)
        {
            TableOf(record).Cancel(connection.ToUserData(OfPoll));
        }

        if (before == (ushort)ReceiveMode.Single && (record.Flags & Receiving) != 0)
        {
            TableOf(record).Cancel(connection.ToUserData(OfReceive));
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
            Prep.FixedFdInstall(TableOf(record).Next(), connection.ToUserData(OfFacts), SlotOf(record));
            return;
        }

        TellFacts(connection, default, -Errno.EBUSY, 0, _immediate);
    }

    public void Dispose()
    {
        _listeners.Dispose();
        _tables.Dispose();
    }

    private RingTable TableOf(in Connection record) => _tables.Of(record.Descriptor & NameMask);

    private uint SlotOf(in Connection record) => _tables.SlotOf(record.Descriptor & NameMask);

    private static int ErrnoOf(in Connection record) => record.Descriptor >>> ErrnoShift;

    /// <summary>Keeps the first errno: what follows it is a consequence.</summary>
    private static void Blame(ref Connection record, int errno)
    {
        if (ErrnoOf(record) == 0)
        {
            record.Descriptor |= errno << ErrnoShift;
        }
    }

    private static void CancelIf(RingTable table, Handle connection, ushort outstanding, ushort bit, byte operation)
    {
        if ((outstanding & bit) != 0)
        {
            table.Cancel(connection.ToUserData(operation));
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
        RingTable table = TableOf(record);
        uint slot = SlotOf(record);
        if (kind == CloseKind.Rst)
        {
            table.LingerForNoTime(slot);
        }

        CancelIf(table, connection, outstanding, Polling, OfPoll);
        CancelIf(table, connection, outstanding, Streaming, OfStream);
        CancelIf(table, connection, outstanding, Receiving, OfReceive);
        CancelIf(table, connection, outstanding, Sending, OfSend);
        CancelIf(table, connection, outstanding, Connecting, OfConnect);
        Prep.CloseDirect(table.Next(), connection.ToUserData(OfClose), slot);
    }
}
