using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

/// <summary>
/// A worker's sockets in a <see cref="SimulatedNetwork"/>. Keeps every rule of <see cref="IBackend"/>, and wherever
/// the contract leaves something open (order between connections, sizes of pieces, how late) lets the seed choose.
/// Poll never waits and never moves time: what drives the simulation does, by <see cref="WakesAtNs"/>.
/// Owner: the worker's loop. Invariant: an end has this backend exactly while its handle is live here.
/// </summary>
public sealed partial class SimulatedBackend : IBackend
{
    private readonly SimulatedNetwork _network;
    private readonly Slab _slab;
    private readonly BufferPool _pool;
    private readonly Outboxes _outboxes;
    private readonly StreamEnd?[] _ends;
    private readonly List<SimulatedListener> _listeners = [];
    private readonly List<ConnectionFacts> _facts = [];
    private bool _tellsEnds;
    private readonly CompletionList _completions = new(64);
    private readonly byte[] _scratch = new byte[DatagramSize.BufferBytes];

    /// <summary>
    /// Stream ends that need attention, each with the serial number of the life in which it was noted.
    /// </summary>
    private List<(StreamEnd End, int Serial)> _ready = [];
    private List<(StreamEnd End, int Serial)> _attending = [];
    private bool _isWoken = true;
    private bool _isDisposed;
    private long _untilNs;

    public SimulatedBackend(SimulatedNetwork network, Slab slab, BufferPool pool)
    {
        _network = network;
        _slab = slab;
        _pool = pool;
        _outboxes = new Outboxes(pool);
        _ends = new StreamEnd?[slab.Capacity];
    }

    public BackendTraits Traits { get; } = new()
    {
        Name = "simulated",
        ConnectionsMax = int.MaxValue,
        Listens = true,
        Datagrams = true,
    };

    /// <summary>When a real Poll would return: now or earlier means the worker has something to do.</summary>
    public long WakesAtNs => _isWoken || _ready.Count > 0 || HasSomethingToAccept ? 0 : _untilNs;

    /// <summary>Outboxes in use: none once no connection has anything to send.</summary>
    public int OutboxesUsed => _outboxes.Used;

    private bool HasSomethingToAccept
    {
        get
        {
            foreach (SimulatedListener listener in _listeners)
            {
                if (listener.HasWork)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Virtual time passes only while all wait: none of them is ever busy.</summary>
    public long SleptNs => _network.NowNs;

    public long NowNs() => _network.NowNs;

    public int Listen(in ListenSpec spec, int listener, out SockAddr bound)
    {
        Check.That(listener == _listeners.Count, "listeners are numbered from 0");
        bound = spec.Address.Port == 0 ? spec.Address.WithPort(_network.EphemeralPort()) : spec.Address;
        SimulatedListener added = new(this, listener, bound, spec.Backlog)
        {
            SharesPort = spec.SharesPort,
            DualStack = spec.DualStack,
            IsForDatagrams = spec.Transport == Transport.Datagram,
            IsPaced = spec.IsPaced,
        };
        int result = _network.Listen(added);
        if (result == 0)
        {
            _listeners.Add(added);
        }

        return result;
    }

    public void Accepting(int listener, bool on) => _listeners[listener].IsAccepting = on;

    public void AcceptOne(int listener, int mostAsked)
    {
        SimulatedListener one = _listeners[listener];
        Check.That(one.IsPaced, "who is asked for one connection accepts no others");
        one.Asked = Math.Min(one.Asked + 1, mostAsked);
    }

    public void Retire(int listener) => _listeners[listener].IsRetired = true;

    public int Waiting(int listener) => _listeners[listener].Waiting.Count;

    public void Unlisten(int listener)
    {
        if (!_listeners[listener].IsForDatagrams)
        {
            _listeners[listener].IsAccepting = false;
            _network.Unlisten(_listeners[listener]);
        }
    }

    public void Open(Handle connection, in OpenSpec spec)
    {
        ref Connection record = ref _slab[connection];
        Check.That(record.Phase == Phase.Connecting, "an attempt is in phase Connecting");
        Check.That(_ends[connection.Slot] is null, "a slot has one connection");
        _ends[connection.Slot] = _network.Open(this, connection, spec);
        _tellsEnds = spec.Options.TellsEnd;
    }

    public void Send(Handle connection, int bytes, long streamOffset, SendMode mode)
    {
        if (!TryFindOpen(connection, out StreamEnd? end))
        {
            return;
        }

        if (end.IsDatagram)
        {
            _outboxes.AnnounceDatagram(ref _slab[connection], bytes, streamOffset, mode);
            Attend(end);
            return;
        }

        ref Outbox box = ref OutboxOf(connection);
        Check.That(!box.IsLast && !end.Out.FinWritten, "nothing is sent after the last bytes");
        Check.That(
            box.AnnouncedBytes == 0 || box.StreamOffset + box.AnnouncedBytes == streamOffset,
            "announced bytes follow each other");
        if (box.AnnouncedBytes == 0)
        {
            box.StreamOffset = streamOffset;
        }

        box.AnnouncedBytes += bytes;
        box.IsLast = mode == SendMode.Last;
        Attend(end);
    }

    public void Forward(Handle connection, in Lease received)
    {
        if (!TryFindOpen(connection, out StreamEnd? end))
        {
            Release(received);
            return;
        }

        ref Outbox box = ref OutboxOf(connection);
        Check.That(!box.IsLast && !end.Out.FinWritten, "nothing is forwarded after the last bytes");
        Check.That(box.Buffers < Outboxes.BuffersMax, "forwarded buffers are bounded");
        _outboxes.Append(ref box, received);
        Attend(end);
    }

    public Span<byte> BytesOf(Lease received) => _pool.Bytes(received);

    public bool TryCopy(ReadOnlySpan<byte> bytes, out Lease copy) => _pool.TryCopy(bytes, out copy);

    public void Release(in Lease received)
    {
        _pool.Whole(received.Buffer).Slice(received.Offset, received.Length).Fill(0xDD); // whoever kept it shall notice
        _pool.Return(received.Buffer);
    }

    public void Receive(Handle connection, ReceiveMode mode)
    {
        if (TryFindOpen(connection, out StreamEnd? end))
        {
            end.Mode = mode;
            Attend(end);
        }
    }

    public void Close(Handle connection, CloseKind kind)
    {
        if (!TryFindOpen(connection, out StreamEnd? end))
        {
            return; // asked before, or it failed and its Closed is on the way
        }

        end.CloseIsAsked = true;
        end.CloseKind = kind;
        _slab[connection].Phase = Phase.Closing;
        Attend(end);
    }

    public void AskFacts(Handle connection)
    {
        if (TryFindOpen(connection, out StreamEnd? end))
        {
            end.FactsAreDue = true;
            Attend(end);
        }
    }

    public ConnectionFacts FactsOf(in Completion completion) => _facts[completion.Bytes.Offset];

    public void Wake() => _isWoken = true;

    /// <summary>The process is gone: its kernel closes every socket; who waits to be accepted is reset.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        for (int slot = 0; slot < _slab.HighWater; slot++)
        {
            if (_ends[slot] is { } end)
            {
                _ends[slot] = null;
                _network.Release(end, CloseKind.Rst);
            }
        }

        foreach (SimulatedListener listener in _listeners)
        {
            _network.Unlisten(listener);
        }

        _listeners.Clear();
        _ready.Clear();
    }

    /// <summary>Something happened to an end or was asked of it: the next poll looks at it.</summary>
    internal void Attend(StreamEnd end)
    {
        if (!end.IsQueued)
        {
            end.IsQueued = true;
            _ready.Add((end, end.Serial));
        }
    }

    /// <summary>An end that may still send and be received from; false once a close is asked.</summary>
    private bool TryFindOpen(Handle connection, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StreamEnd? end)
    {
        Check.That(_slab.IsLive(connection), "a connection that is used is live");
        end = _ends[connection.Slot];
        return end is { CloseIsAsked: false };
    }

    private ref Outbox OutboxOf(Handle connection)
    {
        ref Connection record = ref _slab[connection];
        if (record.Outbox == 0)
        {
            record.Outbox = _outboxes.Rent();
        }

        return ref _outboxes[record.Outbox];
    }
}
