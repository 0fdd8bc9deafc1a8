using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Completions emulated over epoll's readiness, for hosts that refuse io_uring. Every socket is registered once,
/// edge-triggered for both directions; what its edges said is kept in the record's flags, so that a turn makes the
/// same calls a plain readiness loop makes: one recv and one send a message.
/// Owner: the worker's thread. This half takes requests; <c>EpollBackend.Events.cs</c> turns readiness into results.
/// </summary>
public sealed unsafe partial class EpollBackend : SocketBackend, IBackend
{
    private const byte ForConnection = 1;
    private const byte ForListener = 2;
    private const byte ForWake = 3;
    private const byte ForDatagrams = 4;

    private const uint SocketEvents =
        EpollConstants.EPOLLIN | EpollConstants.EPOLLOUT | EpollConstants.EPOLLRDHUP | EpollConstants.EPOLLET;

    // A bit of Connection.Flags: the socket took no more bytes; an edge will say when it does.
    private const ushort Blocked = 0x0004;

    private readonly int _epollFd;
    private readonly Listeners<WatchedListener> _listeners = new();

    /// <param name="wakeFd">
    /// An eventfd that exists in the descriptor tables of this worker and of whoever calls <see cref="Wake"/>; stays
    /// the caller's.
    /// </param>
    /// <exception cref="SetupException">No epoll instance can be had.</exception>
    public EpollBackend(Slab slab, BufferPool pool, int wakeFd)
        : base("epoll", slab, pool, wakeFd)
    {
        _epollFd = Epoll.Open();
        int result = _epollFd < 0
            ? _epollFd
            : Epoll.Add(_epollFd, wakeFd, EpollConstants.EPOLLIN, Handle.None.ToUserData(ForWake));
        if (result < 0)
        {
            throw new SetupException(
                $"cannot make an epoll instance: {Errno.Text(result)}",
                "raise the descriptor limit: ulimit -n",
                -result);
        }
    }

    public int Listen(in ListenSpec spec, int listener, out SockAddr bound)
    {
        int result = _listeners.Open(spec, listener, out bound);
        if (result < 0)
        {
            return result;
        }

        _listeners[listener].Wants = true;
        result = Watch(listener, _listeners[listener]);
        if (result < 0)
        {
            _listeners.TakeBack();
        }

        return result;
    }

    public void Accepting(int listener, bool on)
    {
        _listeners[listener].Wants = on;
        WatchOrTell(listener, _listeners[listener]);
    }

    public void AcceptOne(int listener, int mostAsked) => WatchOrTell(listener, _listeners.Ask(listener, mostAsked));

    public void Retire(int listener) => _listeners.Retire(listener);

    public int Waiting(int listener) => _listeners.Waiting(listener);

    public void Unlisten(int listener)
    {
        if (!_listeners[listener].IsForDatagrams)
        {
            Accepting(listener, false);
            _listeners[listener].Close();
        }
    }

    /// <summary>Readiness of a queue that nothing may be taken from would be told over and over.</summary>
    /// <returns>0, or -errno when the kernel has no room to watch it: nothing comes from it then.</returns>
    private int Watch(int listener, WatchedListener one)
    {
        bool on = one.IsWanted;
        if (one.IsAccepting == on)
        {
            return 0;
        }

        ulong userData = new Handle(listener, 0).ToUserData(one.IsForDatagrams ? ForDatagrams : ForListener);
        int result = on
            ? Epoll.Add(_epollFd, one.Fd, EpollConstants.EPOLLIN, userData)
            : Epoll.Remove(_epollFd, one.Fd);
        Check.That(result >= 0 || on, "a listener that is watched can be left");
        one.IsAccepting = on && result >= 0;
        return result;
    }

    /// <summary>The same; a refusal is one of the next accept, after which the loop tries again.</summary>
    private void WatchOrTell(int listener, WatchedListener one)
    {
        int result = Watch(listener, one);
        if (result < 0)
        {
            _immediate.Add(new Completion(new Handle(listener, 0), Operation.AcceptFailed, result, default, 0));
        }
    }

    public long NowNs() => Clock.NowNs();

    public void Open(Handle connection, in OpenSpec spec)
    {
        ref Connection record = ref _slab[connection];
        TakeOptions(ref record, spec);
        record.Descriptor = -1;
        int fd = Sockets.Open(spec.Remote.Family, SocketSetup.TypeOf(spec.Options.Transport));
        if (fd < 0)
        {
            record.Phase = Phase.Closing;
            _immediate.Add(new Completion(connection, Operation.Closed, fd, default, 0));
            return;
        }

        record.Descriptor = fd;
        int result = Begin(fd, spec);
        if (result is 0 or -Errno.EINPROGRESS)
        {
            result = Epoll.Add(_epollFd, fd, SocketEvents, connection.ToUserData(ForConnection));
        }

        if (result < 0)
        {
            End(connection, ref record, result, _immediate);
        }
    }

    public void Forward(Handle connection, in Lease received)
    {
        ref Connection record = ref _slab[connection];
        Lease rest = received;
        if (record.Outbox == 0 && (record.Flags & Blocked) == 0 && TryForwardNow(connection, ref record, ref rest))
        {
            return;
        }

        _outboxes.Append(ref _outboxes.Of(ref record), rest);
        Enqueue(connection, ref record);
    }

    public void Receive(Handle connection, ReceiveMode mode)
    {
        ref Connection record = ref _slab[connection];
        record.Flags = (ushort)((record.Flags & ~ModeMask) | (ushort)mode);
        if (mode != ReceiveMode.Paused && (record.Flags & Readable) != 0)
        {
            Enqueue(connection, ref record);
        }
    }

    public void Close(Handle connection, CloseKind kind)
    {
        ref Connection record = ref _slab[connection];
        if (record.Phase == Phase.Closing)
        {
            return; // an error was faster; its Closed is on the way
        }

        if (kind == CloseKind.Rst)
        {
            _ = Sockets.SetLinger(record.Descriptor, true, 0);
        }

        End(connection, ref record, 0, _immediate);
    }

    public void AskFacts(Handle connection) => ReadFacts(connection, _slab[connection], _immediate);

    public void Dispose()
    {
        _listeners.Dispose();
        for (int slot = 0; slot < _slab.HighWater; slot++)
        {
            if (_slab.AtSlot(slot) is { Phase: Phase.Connecting or Phase.Open, Descriptor: >= 0 } record)
            {
                _ = Sockets.Close(record.Descriptor);
            }
        }

        _ = Descriptors.Close(_epollFd);
    }

    private static int Begin(int fd, in OpenSpec spec)
    {
        int result = 0;
        for (int i = 0; i < SocketSetup.OptionCount(spec) && result >= 0; i++)
        {
            (int level, int name, int value) = SocketSetup.Option(spec, i);
            result = Sockets.SetOption(fd, level, name, value);
        }

        if (result >= 0 && SocketSetup.Binds(spec, out SockAddr local))
        {
            result = Sockets.Bind(fd, local);
        }

        return result < 0 ? result : Sockets.Connect(fd, spec.Remote);
    }

    /// <summary>
    /// Sends while what the receive brought into the cache is still there; a turn later costs a tenth more. What does
    /// not go, and every error, is left to the next turn.
    /// </summary>
    private bool TryForwardNow(Handle connection, ref Connection record, ref Lease rest)
    {
        byte* first = _pool.At(rest.Buffer) + rest.Offset;
        int sent = Sockets.Send(record.Descriptor, first, rest.Length, SocketConstants.MSG_NOSIGNAL);
        if (sent <= 0)
        {
            return false;
        }

        // Bytes that are sent on have no time of their own to be late against: the turn's is exact enough.
        _immediate.Add(new Completion(connection, Operation.Sent, sent, default, _lookNs));
        rest = new Lease(rest.Buffer, rest.Offset + sent, rest.Length - sent);
        if (rest.Length > 0)
        {
            return false;
        }

        _pool.Return(rest.Buffer);
        return true;
    }

    private void ReadFacts(Handle connection, in Connection record, CompletionList into)
    {
        int result = SocketSetup.ReadFacts(record.Descriptor, out ConnectionFacts facts);
        TellFacts(connection, facts, result, 0, into);
    }

    /// <summary>Closes the socket and tells: nothing follows on this connection.</summary>
    private void End(Handle connection, ref Connection record, int result, CompletionList into)
    {
        _outboxes.ReturnOf(ref record);
        if (_tellsEnds && result < 0 && record.IsOurs && record.Phase == Phase.Open)
        {
            ReadFacts(connection, record, into);
        }

        _ = Sockets.Close(record.Descriptor);
        record.Descriptor = -1;
        record.Phase = Phase.Closing;
        into.Add(new Completion(connection, Operation.Closed, result, default, 0));
    }

    private sealed class WatchedListener : Listener
    {
        /// <summary>Its readiness is asked for.</summary>
        public bool IsAccepting;
    }
}
