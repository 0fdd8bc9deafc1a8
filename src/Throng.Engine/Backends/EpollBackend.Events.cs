using Throng.Linux;

namespace Throng.Engine;

/// <summary>Readiness in, results out.</summary>
public sealed unsafe partial class EpollBackend
{
    /// <summary>Accepts from one listener in one turn, so that a burst does not hold up what is open.</summary>
    private const int AcceptsPerTurn = 64;

    /// <summary>
    /// Events served in one turn; the others of a wait are served in the turns after it. So few that a socket is still
    /// in the cache when the answer is sent on it.
    /// </summary>
    private const int EventsPerTurn = 4;

    private readonly epoll_event[] _events = new epoll_event[64];
    private int _eventCount;
    private int _eventsServed;
    private bool _waitedLastTurn;
    private long _lookNs;

    public ReadOnlySpan<Completion> Poll(long untilNs, IProduce produce)
    {
        BeginTurn();
        for (int pending = _pending.Count; pending > 0; pending--)
        {
            Handle connection = _pending.Dequeue();
            if (_slab.IsLive(connection) && _slab[connection].Phase == Phase.Open)
            {
                ref Connection record = ref _slab[connection];
                record.Flags &= unchecked((ushort)~Queued);
                Serve(connection, ref record, produce);
            }
        }

        if (_eventsServed == _eventCount && !TryWait(untilNs))
        {
            return _completions.Items;
        }

        ServeEvents(produce);
        return _completions.Items;
    }

    /// <summary>
    /// Asks the kernel for events. With results at hand there is no need to, but every other time it does, so that
    /// nobody starves.
    /// </summary>
    private bool TryWait(long untilNs)
    {
        if (_completions.Count > 0 && _waitedLastTurn)
        {
            _waitedLastTurn = false;
            return false;
        }

        bool hasWork = _completions.Count > 0 || _pending.Count > 0;
        long beforeNs = NowNs();
        long timeoutNs = hasWork ? 0 : Math.Max(0, untilNs - beforeNs);
        _eventCount = Math.Max(0, Epoll.Wait(_epollFd, _events, timeoutNs));
        SleptNs += Math.Min(NowNs() - beforeNs, timeoutNs);
        _eventsServed = 0;
        _waitedLastTurn = true;
        return true;
    }

    private void ServeEvents(IProduce produce)
    {
        _lookNs = NowNs();
        int endOfTurn = Math.Min(_eventCount, _eventsServed + EventsPerTurn);
        while (_eventsServed < endOfTurn)
        {
            epoll_event happened = _events[_eventsServed++];
            Handle handle = Handle.FromUserData(happened.data, out byte what);
            switch (what)
            {
                case ForConnection:
                    OnEvents(handle, happened.events, produce);
                    break;
                case ForListener:
                    Accept(handle.Slot);
                    break;
                case ForDatagrams:
                    ReceiveDatagrams(handle.Slot);
                    break;
                default:
                    _ = Descriptors.Drain(_wakeFd, out _);
                    break;
            }
        }
    }

    private void OnEvents(Handle connection, uint events, IProduce produce)
    {
        if (!_slab.IsLive(connection))
        {
            return;
        }

        ref Connection record = ref _slab[connection];
        bool hasError = (events & (EpollConstants.EPOLLERR | EpollConstants.EPOLLHUP)) != 0;
        if (hasError || (events & (EpollConstants.EPOLLIN | EpollConstants.EPOLLRDHUP)) != 0)
        {
            record.Flags |= Readable;
        }

        if (hasError || (events & EpollConstants.EPOLLRDHUP) != 0)
        {
            record.Flags |= HungUp;
        }

        if ((events & EpollConstants.EPOLLOUT) != 0)
        {
            record.Flags &= unchecked((ushort)~Blocked);
        }

        if (record.Phase == Phase.Open)
        {
            Serve(connection, ref record, produce);
        }
        else if (record.Phase == Phase.Connecting && record.IsOurs)
        {
            OnConnected(connection, ref record, events, hasError);
        }
    }

    private void OnConnected(Handle connection, ref Connection record, uint events, bool hasError)
    {
        int error = hasError ? Sockets.PendingError(record.Descriptor) : 0;
        if (error != 0)
        {
            End(connection, ref record, -Math.Abs(error), _completions);
        }
        else if ((events & EpollConstants.EPOLLOUT) != 0)
        {
            _completions.Add(new Completion(connection, Operation.Opened, 0, default, NowNs()));
        }
    }

    private void Accept(int listener)
    {
        WatchedListener one = _listeners[listener];
        for (int accepted = 0; accepted < AcceptsPerTurn && one.IsAccepting; accepted++)
        {
            if (_slab.IsFull && accepted > 0)
            {
                return; // whether another one waits is told in the next turn: with nobody there nothing is refused
            }

            int fd = _slab.IsFull ? -Errno.EMFILE : Sockets.Accept(one.Fd);
            if (fd == -Errno.EAGAIN)
            {
                return;
            }

            if (fd is -Errno.ECONNABORTED or -Errno.EINTR or -Errno.EPROTO)
            {
                continue; // that peer is gone already; the next one waits
            }

            if (fd < 0)
            {
                _completions.Add(
                    new Completion(new Handle(listener, 0), Operation.AcceptFailed, fd, default, NowNs()));
                return;
            }

            if (one.IsPaced)
            {
                one.Asked--;
                WatchOrTell(listener, one);
            }

            bool allocated = _slab.TryAllocate(Role.Server, Phase.Connecting, out Handle connection);
            Check.That(allocated, "a slab that is not full has a slot");
            ref Connection record = ref _slab[connection];
            record.Descriptor = fd;
            record.Path = (ushort)listener;
            int result = Epoll.Add(_epollFd, fd, SocketEvents, connection.ToUserData(ForConnection));
            if (result < 0)
            {
                End(connection, ref record, result, _completions);
                return;
            }

            _completions.Add(new Completion(connection, Operation.Accepted, listener, default, NowNs()));
        }
    }

    /// <summary>Does what can be done on an open connection now: sends what waits, then reads once.</summary>
    private void Serve(Handle connection, ref Connection record, IProduce produce)
    {
        if (record.Outbox != 0 && (record.Flags & Blocked) == 0 && !Flush(connection, ref record, produce))
        {
            return;
        }

        bool wants = (record.Flags & ModeMask) != (ushort)ReceiveMode.Paused && !IsHeldBack(record);
        if (wants && (record.Flags & (Readable | Finished)) == Readable)
        {
            if ((record.Flags & Datagrams) == 0)
            {
                Read(connection, ref record);
            }
            else
            {
                ReadDatagrams(connection, ref record);
            }
        }
    }

    private void Read(Handle connection, ref Connection record)
    {
        int buffer = _pool.Rent();
        if (buffer == 0)
        {
            Enqueue(connection, ref record); // every buffer is in flight: look again next turn
            return;
        }

        int bytes = Sockets.Receive(record.Descriptor, _pool.At(buffer), BufferPool.BufferBytes, 0);
        if (bytes > 0)
        {
            if (_acksAtOnce && record.IsOurs)
            {
                _ = Sockets.SetOption(
                    record.Descriptor, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_QUICKACK, 1);
            }

            _completions.Add(
                new Completion(connection, Operation.Received, bytes, new Lease(buffer, 0, bytes), _lookNs));
            if (bytes == BufferPool.BufferBytes || (record.Flags & HungUp) != 0)
            {
                Enqueue(connection, ref record);
            }
            else
            {
                record.Flags &= unchecked((ushort)~Readable); // a short read took all there was
            }

            return;
        }

        _pool.Return(buffer);
        if (bytes == 0)
        {
            record.Flags |= Finished;
            _completions.Add(new Completion(connection, Operation.PeerFinished, 0, default, NowNs()));
        }
        else if (bytes == -Errno.EAGAIN)
        {
            record.Flags &= unchecked((ushort)~Readable);
        }
        else if (bytes == -Errno.EINTR)
        {
            Enqueue(connection, ref record); // what is there is still there, and no edge will say so again
        }
        else
        {
            End(connection, ref record, bytes, _completions);
        }
    }

    /// <summary>Sends what the socket takes; false when the connection ended over it.</summary>
    private bool Flush(Handle connection, ref Connection record, IProduce produce)
    {
        if ((record.Flags & Datagrams) != 0)
        {
            return FlushDatagrams(connection, ref record, produce);
        }

        ref Outbox box = ref _outboxes[record.Outbox];
        int sentBytes = 0;
        int result = 1;
        while (result > 0 && !box.IsEmpty)
        {
            result = SendStaged(connection, record.Descriptor, ref box, produce);
            sentBytes += Math.Max(0, result);
        }

        if (sentBytes > 0)
        {
            _completions.Add(new Completion(connection, Operation.Sent, sentBytes, default, NowNs()));
        }

        if (result == -Errno.EAGAIN)
        {
            record.Flags |= Blocked;
            return true;
        }

        if (result is -Errno.ENOBUFS or -Errno.ENOMEM or -Errno.EINTR)
        {
            Enqueue(connection, ref record); // the kernel is short of memory for a moment
            return true;
        }

        if (result > 0 && box.IsLast)
        {
            int shut = Sockets.Shutdown(record.Descriptor, SocketConstants.SHUT_WR);
            result = shut is -Errno.ENOTCONN ? -Errno.ECONNRESET : 1;
        }

        if (result < 0)
        {
            End(connection, ref record, result, _completions);
            return false;
        }

        _outboxes.ReturnOf(ref record);
        return true;
    }

    private int SendStaged(Handle connection, int fd, ref Outbox box, IProduce produce)
    {
        if (!_outboxes.TryStage(connection, ref box, produce, out Lease staged))
        {
            return -Errno.ENOBUFS;
        }

        byte* first = _pool.At(staged.Buffer) + staged.Offset;
        int sent = Sockets.Send(fd, first, staged.Length, SocketConstants.MSG_NOSIGNAL);
        if (sent > 0)
        {
            _outboxes.Take(ref box, sent);
        }

        return sent;
    }
}
