using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Common half of the backends over the kernel's sockets: results at hand, connections with something to do, and the
/// requests that both treat alike. How a socket is opened, read, written and closed is the backend's own.
/// Owner: the worker's thread.
/// </summary>
public abstract unsafe class SocketBackend
{
    // Bits of Connection.Flags that mean the same in both; the others are the backend's own.
    private protected const ushort ModeMask = 0x0003;
    private protected const ushort Readable = 0x0400;  // the kernel said so and no receive has found the end of it
    private protected const ushort HungUp = 0x0800;    // the peer's FIN or an error waits behind what is readable
    private protected const ushort Finished = 0x1000;  // the peer's FIN was read
    private protected const ushort Queued = 0x2000;    // stands in _pending
    private protected const ushort Datagrams = 0x8000; // not a stream

    private protected readonly Slab _slab;
    private protected readonly BufferPool _pool;
    private protected readonly Outboxes _outboxes;
    private protected readonly int _wakeFd;

    /// <summary>Connections with something to do that no event will tell: bytes to send, or more to receive.</summary>
    private protected readonly Queue<Handle> _pending = new(1024);
    private protected CompletionList _completions = new(4096);

    /// <summary>Results of requests; they come from Poll, where the two lists change places.</summary>
    private protected CompletionList _immediate = new(256);
    private protected bool _tellsEnds;
    private protected bool _acksAtOnce;
    private readonly List<ConnectionFacts> _facts = [];

    private protected SocketBackend(string name, Slab slab, BufferPool pool, int wakeFd)
    {
        _slab = slab;
        _pool = pool;
        _wakeFd = wakeFd;
        _outboxes = new Outboxes(pool);
        Traits = new BackendTraits
        {
            Name = name,
            ConnectionsMax = slab.Capacity,
            Listens = true,
            Datagrams = true,
        };
    }

    public BackendTraits Traits { get; }

    public long SleptNs { get; private protected set; }

    /// <summary>Takes over what the options of a connection that is begun say; all of a run have the same.</summary>
    private protected void TakeOptions(ref Connection record, in OpenSpec spec)
    {
        record.Flags = spec.IsDatagram ? Datagrams : (ushort)0;
        _tellsEnds = spec.Options.TellsEnd;
        _acksAtOnce = spec.Options.AcksAtOnce;
    }

    public void Send(Handle connection, int bytes, long streamOffset, SendMode mode)
    {
        ref Connection record = ref _slab[connection];
        if ((record.Flags & Datagrams) == 0)
        {
            _outboxes.Announce(ref record, bytes, streamOffset, mode);
        }
        else
        {
            _outboxes.AnnounceDatagram(ref record, bytes, streamOffset, mode);
        }

        Enqueue(connection, ref record);
    }

    public Span<byte> BytesOf(Lease received) => _pool.Bytes(received);

    public bool TryCopy(ReadOnlySpan<byte> bytes, out Lease copy) => _pool.TryCopy(bytes, out copy);

    public void Release(in Lease received) => _pool.Return(received.Buffer);

    public ConnectionFacts FactsOf(in Completion completion) => _facts[completion.Bytes.Offset];

    public DatagramRoute RouteOf(in Completion completion) =>
        DatagramLayout.RouteOf(_pool.At(completion.Bytes.Buffer), completion.Connection.Slot);

    public void Wake() => _ = Descriptors.Signal(_wakeFd);

    /// <summary>Makes what requests have led to since the last turn its first results.</summary>
    private protected void BeginTurn()
    {
        (_completions, _immediate) = (_immediate, _completions);
        _immediate.Clear();
        if (_completions.Count == 0)
        {
            _facts.Clear();
        }
    }

    private protected void Enqueue(Handle connection, ref Connection record)
    {
        if ((record.Flags & Queued) == 0)
        {
            record.Flags |= Queued;
            _pending.Enqueue(connection);
        }
    }

    /// <summary>Nothing is received while so much waits to be sent.</summary>
    private protected bool IsHeldBack(in Connection record) =>
        record.Outbox != 0 && _outboxes[record.Outbox].Buffers >= Outboxes.BuffersMax;

    private protected void TellFacts(
        Handle connection, in ConnectionFacts facts, int result, long atNs, CompletionList into)
    {
        _facts.Add(facts);
        Lease where = new(0, _facts.Count - 1, 0);
        into.Add(new Completion(connection, Operation.Facts, Math.Min(result, 0), where, atNs));
    }
}
