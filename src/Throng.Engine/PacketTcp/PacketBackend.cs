using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A TCP of our own over the frames of one queue of an interface: connections that the kernel knows nothing of, for
/// clients alone. An idle connection is its record and 4 bytes of a table; while something is under way on it, it has
/// a <see cref="TcpBlock"/>. Owner: the worker's thread. This half takes requests.
/// </summary>
internal sealed partial class PacketBackend : IBackend
{
    // Bits of Connection.Flags. The numbers of an idle connection are in Descriptor (SND.NXT) and Outbox (RCV.NXT); of
    // one with a block, Outbox is the block's number.
    private const ushort ModeMask = 0x0003;
    private const ushort HasBlock = 0x0004;
    private const ushort PeerFinished = 0x0008; // the FIN came and was told
    private const ushort AckDue = 0x0010;       // something came that was not acknowledged yet
    private const ushort Waits = 0x0020;        // has requests in _waiting
    private const ushort Attended = 0x0040;     // stands in _attended
    private const ushort TakesSacks = 0x0080;   // the peer does
    private const int ScaleShift = 8;           // 4 bits: window scale of the peer
    private const int MssShift = 12;            // 4 bits: place in MssSizes

    private readonly Slab _slab;
    private readonly BufferPool _pool;
    private readonly IFramePort _port;
    private readonly ILink _link;
    private readonly PacketOptions _options;
    private readonly PathTable _paths = new();
    private readonly KeyedHash _sequenceHash;
    private readonly TcpBlocks _blocks;
    private readonly ByteChunks _chunks;
    private readonly TimeWaits _timeWaits;
    private readonly TimerWheel<BlockTimers> _wheel;
    private readonly LeaseChains _chains;
    private readonly EarlyBytes _early;
    private readonly PortTable _slots;

    /// <summary>Connections that this end has closed: blocks, and places in TIME-WAIT.</summary>
    private readonly ClosedTable _closed;

    /// <summary>Retransmissions of connections that had some and have no block now, by slot.</summary>
    private readonly Dictionary<int, uint> _retransmits = [];
    private readonly List<ConnectionFacts> _facts = [];

    /// <summary>Connections to look at in the next poll: what came may be told now.</summary>
    private readonly Queue<Handle> _attended = new(256);
    private CompletionList _completions = new(4096);

    /// <summary>Results of requests; they come from Poll, where the two lists change places.</summary>
    private CompletionList _immediate = new(256);
    private bool _tellsEnds;
    private long _userTimeoutNs;

    public PacketBackend(Slab slab, BufferPool pool, IFramePort port, ILink link, PacketOptions options)
    {
        (_slab, _pool, _port, _link, _options) = (slab, pool, port, link, options);
        ulong secret = options.Secret;
        _sequenceHash = new KeyedHash(SplitMix64.Next(ref secret), SplitMix64.Next(ref secret));
        _slots = new PortTable(options.Ports);
        _blocks = new TcpBlocks(options.Blocks);
        _chunks = new ByteChunks(options.Chunks);
        _timeWaits = new TimeWaits(options.TimeWaits);
        _nowNs = port.NowNs();
        _wheel = new TimerWheel<BlockTimers>(new BlockTimers(_blocks), _nowNs);
        _chains = new LeaseChains(pool.Capacity);
        _early = new EarlyBytes(pool);
        _closed = new ClosedTable(options.Blocks + options.TimeWaits, new ClosedNames(_blocks, _timeWaits));
        Traits = new BackendTraits { Name = "packet", ConnectionsMax = slab.Capacity, Listens = false };
    }

    public BackendTraits Traits { get; }

    public long SleptNs { get; private set; }

    public PacketCounts Counts { get; } = new();

    /// <summary>Blocks in use, and chunks in use: none once nothing is under way.</summary>
    public (int Blocks, int Chunks) InUse => (_blocks.Used, _chunks.Used);

    public long NowNs() => _port.NowNs();

    public int Listen(in ListenSpec spec, int listener, out SockAddr bound)
    {
        bound = spec.Address;
        return -Errno.EOPNOTSUPP;
    }

    public void Accepting(int listener, bool on) => Check.That(false, "only a backend that listens accepts");

    public void AcceptOne(int listener, int mostAsked) => Check.That(false, "only a backend that listens accepts");

    public void Retire(int listener) => Check.That(false, "only a backend that listens has listeners");

    public int Waiting(int listener) => 0;

    public void Unlisten(int listener) => Check.That(false, "only a backend that listens has listeners");

    public void Open(Handle connection, in OpenSpec spec)
    {
        ref Connection record = ref _slab[connection];
        Check.That(!spec.IsDatagram, "a connection of this engine is a stream");
        Check.That(spec.Local.Family == spec.Remote.Family, "a source is given, of the target's family");
        record.LocalPort = spec.Local.Port;
        record.Flags = 0;
        _tellsEnds = spec.Options.TellsEnd;
        _userTimeoutNs = spec.Options.UserTimeoutMs * Ns.Millisecond;
        if (!_paths.Knows(record.Path) && !_slots.TryBegin(record.Path, record.LocalPort))
        {
            Refuse(connection, ref record, Errno.ENOMEM);
            return;
        }

        _paths.Note(record.Path, spec.Local, spec.Remote);
        int closed = _closed.Find(record.Path, record.LocalPort);
        bool isLive = _slots.Find(record.Path, record.LocalPort) >= 0;
        if (isLive || (closed >= 0 && !ClosedNames.IsTimeWait(closed)))
        {
            Refuse(connection, ref record, Errno.EADDRINUSE);
            return;
        }

        _slots.Add(record.Path, record.LocalPort, connection.Slot);
        Request request = new(connection, RequestKind.Open) { Bytes = spec.Options.KeepAliveSeconds };
        if (!TryBegin(connection, ref record, request))
        {
            Wait(ref record, request);
        }
    }

    public void Send(Handle connection, int bytes, long streamOffset, SendMode mode)
    {
        ref Connection record = ref _slab[connection];
        Request request = new(connection, RequestKind.Send)
        {
            Bytes = bytes,
            StreamOffset = streamOffset,
            Mode = mode,
        };
        if (record.Phase == Phase.Open && ((record.Flags & Waits) != 0 || !TryAnnounce(ref record, request)))
        {
            Wait(ref record, request);
        }
    }

    public void Forward(Handle connection, in Lease received)
    {
        ref Connection record = ref _slab[connection];
        if (record.Phase != Phase.Open)
        {
            Release(received);
            return;
        }

        Request request = new(connection, RequestKind.Forward) { Bytes = received.Length, Lease = received };
        if ((record.Flags & Waits) != 0 || !TryAnnounce(ref record, request))
        {
            Wait(ref record, request);
        }
    }

    public Span<byte> BytesOf(Lease received) => _pool.Bytes(received);

    public bool TryCopy(ReadOnlySpan<byte> bytes, out Lease copy) => _pool.TryCopy(bytes, out copy);

    public void Release(in Lease received) => _pool.Return(received.Buffer);

    public void Receive(Handle connection, ReceiveMode mode)
    {
        ref Connection record = ref _slab[connection];
        if (record.Phase == Phase.Open)
        {
            record.Flags = (ushort)((record.Flags & ~ModeMask) | (ushort)mode);
            Attend(connection, ref record);
        }
    }

    public void AskFacts(Handle connection)
    {
        if (_slab[connection].Phase != Phase.Closing)
        {
            TellFacts(connection, _immediate);
        }
    }

    public ConnectionFacts FactsOf(in Completion completion) => _facts[completion.Bytes.Offset];

    public void Wake() => _port.Wake();

    /// <summary>Ends on the wire what is not over there; nobody is told of it any more.</summary>
    public void Dispose()
    {
        SendEnds();
        _slots.Dispose();
        _closed.Dispose();
        _timeWaits.Dispose();
        _chunks.Dispose();
        _blocks.Dispose();
    }

    /// <summary>Ends a connection before anything of it is sent.</summary>
    private void Refuse(Handle connection, ref Connection record, int errno)
    {
        record.Phase = Phase.Closing;
        _immediate.Add(new Completion(connection, Operation.Closed, -errno, default, 0));
    }

    /// <summary>The block of a connection, made from its record when it has none; 0 when none is free.</summary>
    private int BlockFor(int slot, ref Connection record, bool isArrival)
    {
        if ((record.Flags & HasBlock) != 0)
        {
            return record.Outbox;
        }

        int number = isArrival ? _blocks.RentForArrival() : _blocks.Rent();
        if (number == 0)
        {
            return 0;
        }

        uint expected = (uint)record.Outbox;
        int mss = MssSizes.At(record.Flags >> MssShift);
        ref TcpBlock block = ref Furnish(number, slot, ref record, mss, (uint)record.Descriptor);
        block.WindowScale = (byte)((record.Flags >> ScaleShift) & 0x0F);
        block.PeerWindow = AssumedWindow(mss);
        block.PeerWindowMax = block.PeerWindow;
        block.Expected = expected;
        block.WindowEnd = expected + WindowMax;
        block.PeerWindowSeq = expected - 1;
        block.PeerWindowAck = block.Unacknowledged;
        block.Flags = (record.Flags & TakesSacks) != 0 ? BlockFlags.PeerTakesSacks : BlockFlags.None;
        if ((record.Flags & PeerFinished) != 0)
        {
            block.Flags |= BlockFlags.PeerFinished | BlockFlags.PeerFinishedFirst | BlockFlags.PeerFinishedTold;
        }

        if (_retransmits.Count > 0 && _retransmits.Remove(slot, out uint retransmits))
        {
            block.Retransmits = retransmits;
        }

        return number;
    }

    /// <summary>Gives a connection a block in which nothing is under way, and all before a number is acknowledged.
    /// </summary>
    private ref TcpBlock Furnish(int number, int slot, ref Connection record, int mss, uint next)
    {
        ref TcpBlock block = ref _blocks[number];
        block.Slot = slot;
        block.Path = record.Path;
        block.LocalPort = record.LocalPort;
        block.Mss = (ushort)mss;
        block.CongestionWindow = FirstCongestionWindow(mss);
        block.SlowStartThreshold = uint.MaxValue / 2;
        block.Trip = _paths[record.Path].Trip;
        block.Unacknowledged = next;
        block.Next = next;
        block.NextMax = next;
        block.RecoveryEnd = next;
        block.ResentEnd = next;
        record.Flags |= HasBlock;
        record.Outbox = number;
        return ref block;
    }

    /// <summary>Ends the block of a connection on which nothing is under way: the record has all there is to keep.
    /// </summary>
    private void Settle(int number, ref TcpBlock block)
    {
        bool isBusy = block.Unacknowledged != block.NextMax || block.UnsentBytes > 0 || block.ArrivedBytes > 0
            || block.EarlyHead != 0 || block.KeepAliveSeconds > 0 || block.PeerWindow < AssumedWindow(block.Mss)
            || block.Has(BlockFlags.Connecting | BlockFlags.FinWanted | BlockFlags.HasOutput)
            || (block.Flags & (BlockFlags.PeerFinished | BlockFlags.PeerFinishedTold)) == BlockFlags.PeerFinished;
        if (isBusy || block.IsClosedHere)
        {
            return;
        }

        ref Connection record = ref _slab.AtSlot(block.Slot);
        record.Descriptor = (int)block.Next;
        record.Outbox = (int)block.Expected;
        int shape = (MssSizes.PlaceOf(block.Mss) << MssShift) | (block.WindowScale << ScaleShift);
        int told = block.Has(BlockFlags.PeerFinishedTold) ? PeerFinished : 0;
        int sacks = block.Has(BlockFlags.PeerTakesSacks) ? TakesSacks : 0;
        record.Flags = (ushort)((record.Flags & (ModeMask | AckDue | Waits | Attended)) | shape | told | sacks);
        if (block.Retransmits > 0)
        {
            _retransmits[block.Slot] = block.Retransmits;
        }

        ReturnBlock(number, ref block);
    }

    /// <summary>Gives back a block and all it holds.</summary>
    private void ReturnBlock(int number, ref TcpBlock block)
    {
        _wheel.Cancel(number);
        RemoveOutput(number, ref block);
        _chunks.Clear(ref block.Sent);
        _early.Clear(ref block.EarlyHead);
        DropForwards(ref block);
        while (block.ArrivedHead != 0)
        {
            _pool.Return(_chains.Take(ref block.ArrivedHead, ref block.ArrivedTail).Buffer);
        }

        _blocks.Return(number);
    }

    private void DropForwards(ref TcpBlock block)
    {
        while (block.ForwardHead != 0)
        {
            _pool.Return(_chains.Take(ref block.ForwardHead, ref block.ForwardTail).Buffer);
        }

        block.ForwardBytes = 0;
        block.Forwards = 0;
    }

    /// <summary>Ends a connection of ours: nothing follows on it.</summary>
    private void End(Handle connection, ref Connection record, int result, CompletionList into)
    {
        if (_tellsEnds && result < 0 && record.Phase == Phase.Open)
        {
            TellFacts(connection, into);
        }

        _slots.Remove(record.Path, record.LocalPort);
        if ((record.Flags & HasBlock) != 0)
        {
            ReturnBlock(record.Outbox, ref _blocks[record.Outbox]);
        }

        Forget(connection, ref record, result, into);
    }

    /// <summary>Tells of the end of a connection whose block is gone or closed.</summary>
    private void Forget(Handle connection, ref Connection record, int result, CompletionList into)
    {
        if (_retransmits.Count > 0)
        {
            _ = _retransmits.Remove(connection.Slot);
        }

        record.Flags &= Waits;
        record.Outbox = 0;
        record.Phase = Phase.Closing;
        into.Add(new Completion(connection, Operation.Closed, result, default, 0));
    }

    private void TellFacts(Handle connection, CompletionList into)
    {
        ref Connection record = ref _slab[connection];
        ref KnownPath path = ref _paths[record.Path];
        ConnectionFacts facts = new()
        {
            Local = path.Local.WithPort(record.LocalPort),
            Peer = path.Remote,
            RoundTripNs = path.Trip.SmoothedNs,
            HasTcp = true,
        };
        if ((record.Flags & HasBlock) != 0)
        {
            ref TcpBlock block = ref _blocks[record.Outbox];
            facts.RoundTripNs = block.Trip.SmoothedNs;
            facts.Retransmits = block.Retransmits;
            facts.WindowSegments = Math.Max(1, block.CongestionWindow / block.Mss);
            facts.UnacknowledgedSegments = (block.NextMax - block.Unacknowledged + block.Mss - 1) / block.Mss;
        }
        else
        {
            _ = _retransmits.TryGetValue(connection.Slot, out facts.Retransmits);
            facts.WindowSegments = FirstWindowSegments;
        }

        _facts.Add(facts);
        Lease where = new(0, _facts.Count - 1, 0);
        into.Add(new Completion(connection, Operation.Facts, 0, where, 0));
    }

    private void Attend(Handle connection, ref Connection record)
    {
        if ((record.Flags & Attended) == 0)
        {
            record.Flags |= Attended;
            _attended.Enqueue(connection);
        }
    }
}
