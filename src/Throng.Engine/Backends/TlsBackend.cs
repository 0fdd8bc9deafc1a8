using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// TLS over another backend: the loop and its workload see plaintext, the inner backend moves ciphertext. OpenSSL runs
/// inside Poll and Forward, on bytes in buffers of the worker's pool; a connection that is idle has none.
/// The inner backend has a slab of its own, because its records say something else: there a connection is open when
/// TCP is, here when the handshake is done. A connection has at most one buffer of ciphertext with the inner backend
/// and one that gathers; what does not fit waits as plaintext.
/// Owner: the worker's thread. This part takes requests; <c>TlsBackend.Polling.cs</c> turns the inner backend's
/// results into this one's, <c>TlsBackend.Records.cs</c> encrypts and decrypts.
/// </summary>
public sealed unsafe partial class TlsBackend : IBackend, IProduce
{
    /// <summary>
    /// Memory that an idle end takes besides its socket, nearly all of it OpenSSL's (3.0, a certificate on P-256).
    /// </summary>
    public const int MemoryBytes = 17 * 1024;

    /// <summary>How long a close waits for its close_notify to be handed to the kernel.</summary>
    private const long FarewellNs = 20 * Ns.Millisecond;

    /// <summary>
    /// Bytes that a record adds to its plaintext, in any cipher of TLS 1.2 and 1.3; a generous figure.
    /// </summary>
    private const int OverheadBytes = 128;

    /// <summary>Plaintext of a record that fits one buffer with its overhead.</summary>
    private const int PlainMax = BufferPool.BufferBytes - OverheadBytes;

    /// <summary>A record is not begun for less room than this while ciphertext of others is under way.</summary>
    private const int RoomMin = 1024;

    /// <summary>Forwarded buffers of plaintext after which nothing more is received: two more are ciphertext.</summary>
    private const int WaitingMax = 1;

    /// <summary>Buffers kept for plaintext, so that received ciphertext cannot take up all there are.</summary>
    private const int ReserveMax = 64;

    private readonly Slab _slab;
    private readonly Slab _sockets;
    private readonly BufferPool _pool;
    private readonly IBackend _inner;
    private readonly TlsSetup _setup;
    private readonly TlsWire* _wire;
    private readonly TlsLink* _links;
    private readonly Handle* _owners;
    private readonly Outboxes _outboxes;
    private readonly LeaseChains _received;
    private readonly int[] _reserve;
    private int _reserved;
    private readonly CompletionList _completions = new(256);

    /// <summary>Connections to look at in the next turn: something to send, or more to decrypt.</summary>
    private readonly Queue<Handle> _pending = new(1024);

    /// <summary>Connections that found no buffer.</summary>
    private readonly Queue<Handle> _starved = new(64);

    /// <summary>Connections that have said goodbye, and when they are closed at the latest.</summary>
    private readonly Queue<(Handle Connection, long DueNs)> _leaving = new(256);

    /// <param name="inner">Makes the backend for ciphertext, from its slab.</param>
    /// <exception cref="SetupException">The inner backend cannot be made.</exception>
    public TlsBackend(Slab slab, BufferPool pool, TlsSetup setup, Func<Slab, IBackend> inner)
    {
        _slab = slab;
        _pool = pool;
        _setup = setup;
        _sockets = new Slab(slab.Capacity);
        _inner = inner(_sockets);
        _wire = TlsWire.Allocate();
        _links = (TlsLink*)Reserved.Map((nuint)slab.Capacity * (nuint)sizeof(TlsLink));
        _owners = (Handle*)Reserved.Map((nuint)slab.Capacity * (nuint)sizeof(Handle));
        _outboxes = new Outboxes(pool);
        _received = new LeaseChains(pool.Capacity);
        _reserve = new int[Math.Min(ReserveMax, pool.Capacity / 8)];
        pool.SetAside += _reserve.Length;
        FillReserve();
    }

    public BackendTraits Traits => _inner.Traits with { Datagrams = false };

    /// <summary>The backend that moves the ciphertext.</summary>
    public IBackend Inner => _inner;

    /// <summary>From the established TCP connection to the end of the TLS handshake, of clients.</summary>
    public Histogram Handshakes { get; } = new();

    public TlsErrors Errors { get; } = new();

    public long SleptNs => _inner.SleptNs;

    public long NowNs() => _inner.NowNs();

    public int Listen(in ListenSpec spec, int listener, out SockAddr bound) =>
        _inner.Listen(spec, listener, out bound);

    public void Accepting(int listener, bool on) => _inner.Accepting(listener, on);

    public void AcceptOne(int listener, int mostAsked) => _inner.AcceptOne(listener, mostAsked);

    public void Retire(int listener) => _inner.Retire(listener);

    public int Waiting(int listener) => _inner.Waiting(listener);

    public void Unlisten(int listener) => _inner.Unlisten(listener);

    public void Open(Handle connection, in OpenSpec spec)
    {
        bool allocated = _sockets.TryAllocate(Role.Client, Phase.Connecting, out Handle socket);
        Check.That(allocated, "there is a socket for every connection");
        Begin(connection, socket);
        if (_setup.ExpectsAddress)
        {
            ExpectAddress(ref _links[connection.Slot], spec.Remote);
        }

        _inner.Open(socket, spec);
    }

    public void Send(Handle connection, int bytes, long streamOffset, SendMode mode)
    {
        ref TlsLink link = ref _links[connection.Slot];
        if (link.State == TlsState.Open)
        {
            _outboxes.Announce(ref _slab[connection], bytes, streamOffset, mode);
            Enqueue(connection, ref link);
        }
    }

    public void Forward(Handle connection, in Lease received)
    {
        ref TlsLink link = ref _links[connection.Slot];
        if (link.State != TlsState.Open)
        {
            Release(received);
            return;
        }

        ref Connection record = ref _slab[connection];
        _outboxes.Append(ref _outboxes.Of(ref record), received);
        Encrypt(connection, ref record, ref link, produce: null);
        Regulate(record, ref link);
    }

    public Span<byte> BytesOf(Lease received) => _inner.BytesOf(received);

    public bool TryCopy(ReadOnlySpan<byte> bytes, out Lease copy) => _inner.TryCopy(bytes, out copy);

    public void Release(in Lease received) => _inner.Release(received);

    public void Receive(Handle connection, ReceiveMode mode)
    {
        ref TlsLink link = ref _links[connection.Slot];
        if (link.State == TlsState.Open)
        {
            link.Mode = mode;
            Regulate(_slab[connection], ref link);
            Enqueue(connection, ref link); // bytes may have come before
        }
    }

    public void Close(Handle connection, CloseKind kind)
    {
        ref TlsLink link = ref _links[connection.Slot];
        if (link.State is TlsState.Closing or TlsState.None)
        {
            return; // an error was faster; its Closed is on the way, or behind what is being handled
        }

        link.EndIsAsked = true;
        bool saysGoodbye = link.State == TlsState.Open && !link.HasFinished && kind == CloseKind.Fin;
        link.State = TlsState.Closing;
        _slab[connection].Phase = Phase.Closing;
        if (!saysGoodbye)
        {
            CloseInner(ref link, kind);
            return;
        }

        SayGoodbye(ref link);
        Leave(connection, ref link);
    }

    public bool IsShaking(Handle connection) => _links[connection.Slot].State == TlsState.Handshaking;

    public void AskFacts(Handle connection) => _inner.AskFacts(_links[connection.Slot].Socket);

    public ConnectionFacts FactsOf(in Completion completion) => _inner.FactsOf(completion);

    public void Wake() => _inner.Wake();

    void IProduce.Produce(Handle connection, long streamOffset, Span<byte> destination) =>
        Check.That(false, "ciphertext is only forwarded");

    public void Dispose()
    {
        _inner.Dispose();
        for (int slot = 0; slot < _slab.HighWater; slot++)
        {
            Tls.Free(_links[slot].Tls);
        }

        Reserved.Unmap(_links, (nuint)_slab.Capacity * (nuint)sizeof(TlsLink));
        Reserved.Unmap(_owners, (nuint)_slab.Capacity * (nuint)sizeof(Handle));
        TlsWire.Free(_wire);
        _sockets.Dispose();
    }

    private void Begin(Handle connection, Handle socket)
    {
        ref TlsLink link = ref _links[connection.Slot];
        link = default;
        link.Socket = socket;
        link.State = TlsState.Connecting;
        _owners[socket.Slot] = connection;
    }

    /// <summary>Makes the TLS end now, while the address is known that its certificate is to have been given for.
    /// </summary>
    private void ExpectAddress(ref TlsLink link, in SockAddr address)
    {
        nint tls = Tls.New(_setup.Client!, _wire, serverName: null);
        if (tls != 0 && !Tls.TryExpect(tls, address))
        {
            Tls.Free(tls);
            tls = 0;
        }

        link.Tls = tls;
    }

    private void Enqueue(Handle connection, ref TlsLink link)
    {
        if (!link.IsQueued)
        {
            link.IsQueued = true;
            _pending.Enqueue(connection);
        }
    }

    private void Starve(Handle connection, ref TlsLink link)
    {
        if (!link.IsStarving)
        {
            link.IsStarving = true;
            _starved.Enqueue(connection);
        }
    }

    /// <summary>Closes once what is under way is handed to the kernel, or after a moment.</summary>
    private void Leave(Handle connection, ref TlsLink link)
    {
        if (Flush(ref link) || link.SendingBytes > 0)
        {
            _leaving.Enqueue((connection, NowNs() + FarewellNs));
        }
        else
        {
            CloseInner(ref link, CloseKind.Fin);
        }
    }

    private void CloseInner(ref TlsLink link, CloseKind kind)
    {
        if (!link.InnerCloseIsAsked)
        {
            link.InnerCloseIsAsked = true;
            _inner.Close(link.Socket, kind);
        }
    }

    private int Rent()
    {
        int buffer = _pool.Rent();
        return buffer != 0 || _reserved == 0 ? buffer : _reserve[--_reserved];
    }

    private void FillReserve()
    {
        while (_reserved < _reserve.Length && _pool.HasFree)
        {
            _reserve[_reserved++] = _pool.Rent();
        }
    }
}
