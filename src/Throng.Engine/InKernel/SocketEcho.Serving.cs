using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The part of the echo that its thread runs.</summary>
internal sealed partial class SocketEcho
{
    /// <summary>
    /// A peer that writes faster than the echo comes back, whether it reads or not, is not held back: the kernel takes
    /// what comes, as fast as it comes, and keeps it outside of every buffer's limit (measured: 1 GiB in 0.6 s). So
    /// connections are looked at while much goes on, and one with more than this on its way is reset; when all together
    /// have more than that, those with more than their share are.
    /// </summary>
    private const long BacklogMaxBytes = 16 << 20;
    private const long BacklogsMaxBytes = 256 << 20;
    private const long BacklogShareBytes = 1 << 20;

    private const long GuardNs = 50 * Ns.Millisecond;
    private const long GuardBytes = 8 << 20;

    private long _guardNs;
    private long _guardedBytes;
    private long _overrun;

    private void Serve()
    {
        _ = Threads.BlockSignals();
        epoll_event[] events = new epoll_event[EventsPerWait];
        while (!_isStopped && !(_isDraining && _connections.Open == 0))
        {
            int count = Epoll.Wait(_epollFd, events, WaitNs(Clock.NowNs()));
            long nowNs = Clock.NowNs();
            for (int i = 0; i < count; i++)
            {
                Take(events[i], nowNs);
            }

            while (_mailbox.TryDequeue(out WorkerMessage command))
            {
                Take(command, nowNs);
            }

            _listeners.ResumeIfDue(nowNs);
            if (nowNs >= _endingNs)
            {
                LookAtEnding(nowNs);
            }

            if (nowNs >= _guardNs && _connections.Open > 0)
            {
                _guardNs = nowNs + GuardNs;
                Guard(nowNs);
            }
        }

        CloseAll(CloseKind.Rst, Clock.NowNs());
        while (_mailbox.TryDequeue(out WorkerMessage late))
        {
            late.Question?.Done();
        }

        _done.Set();
    }

    private long WaitNs(long nowNs)
    {
        long untilNs = Math.Min(_endingNs, _connections.Open > 0 ? _guardNs : NeverNs);
        untilNs = _listeners.IsPaused ? Math.Min(untilNs, nowNs + GuardNs) : untilNs;
        return untilNs == NeverNs ? -1 : Math.Max(0, untilNs - nowNs);
    }

    private void Take(in epoll_event happened, long nowNs)
    {
        if (happened.data == WakeTag)
        {
            _ = Descriptors.Drain(_wakeFd, out _);
        }
        else if ((happened.data & ListenerTag) != 0)
        {
            Accept((int)(uint)happened.data, nowNs);
        }
        else if (_connections[(int)happened.data].State != EchoState.Closed)
        {
            OnEvent((int)happened.data, happened.events, nowNs);
        }
    }

    private void Take(in WorkerMessage command, long nowNs)
    {
        if (command.Question is not null)
        {
            _connections.Answer(command, _listeners.Bound, nowNs);
            return;
        }

        if (command.Kind == WorkerMessageKind.Retire)
        {
            // Whoever is in a queue has connected: a close would reset them.
            for (int i = 0; i < _listeners.Bound.Count && !_isDraining; i++)
            {
                Accept(i, nowNs);
            }
        }

        _isDraining = true;
        _listeners.Close();
        if (command.Kind == WorkerMessageKind.Retire)
        {
            return;
        }

        if (command.Kind == WorkerMessageKind.Abort)
        {
            CloseAll(CloseKind.Rst, nowNs);
            return;
        }

        for (int fd = 0; fd < _connections.HighWater; fd++)
        {
            if (_connections[fd].State is EchoState.Open or EchoState.Copied)
            {
                End(fd, CloseReason.Drained, nowNs);
            }
        }
    }

    private void Accept(int listener, long nowNs)
    {
        for (int i = 0; i < AcceptsPerEvent && !_isDraining; i++)
        {
            int fd = _listeners.Accept(listener, out SockAddr peer);
            if (fd >= 0 && !_connections.Fits(fd))
            {
                _ = Descriptors.Close(fd);
                fd = -Errno.EMFILE;
            }

            if (fd == -Errno.ECONNABORTED || fd == -Errno.EINTR)
            {
                continue;
            }

            if (fd < 0)
            {
                if (fd != -Errno.EAGAIN)
                {
                    _acceptErrno = -fd;
                    Volatile.Write(ref _acceptFailures, _acceptFailures + 1);
                    _listeners.Pause(nowNs);
                }

                return;
            }

            _connections.Add(fd, peer, listener, nowNs);
            Begin(fd, nowNs);
        }
    }

    private void Begin(int fd, long nowNs)
    {
        int result = _maps.Insert(fd);
        if (result == -Errno.EOPNOTSUPP || result == -Errno.EINVAL)
        {
            // Only what is established can be given to the kernel, and this peer has finished already.
            _connections[fd].State = EchoState.Copied;
            Volatile.Write(ref _copiedConnections, _copiedConnections + 1);
            result = Epoll.Add(_epollFd, fd, Watched | EpollConstants.EPOLLOUT, (uint)fd);
        }
        else if (result >= 0)
        {
            result = Epoll.Add(_epollFd, fd, Watched, (uint)fd);
        }

        if (result < 0)
        {
            _connections.Close(fd, CloseReason.NoMemory, CloseKind.Rst, -result, nowNs);
        }
    }

    private void OnEvent(int fd, uint events, long nowNs)
    {
        if ((events & EpollConstants.EPOLLERR) != 0)
        {
            int errno = -Sockets.PendingError(fd);
            _connections.Close(fd, ErrnoReason.Of(errno, Phase.Open), CloseKind.Fin, errno, nowNs);
        }
        else if (_connections[fd].State == EchoState.Copied)
        {
            Copy(fd, nowNs);
        }
        else if (_connections[fd].State == EchoState.Open && (events & EpollConstants.EPOLLRDHUP) != 0)
        {
            End(fd, CloseReason.PeerClosed, nowNs);
        }
    }

    /// <summary>Closes it as soon as what came has gone back.</summary>
    private void End(int fd, CloseReason reason, long nowNs)
    {
        if (EchoBacklog.Of(fd) <= 0)
        {
            _connections.Close(fd, reason, CloseKind.Fin, 0, nowNs);
            return;
        }

        _connections[fd].State = EchoState.Ending;
        _connections[fd].Reason = reason;
        _ending.Add(fd);
        _endingWaitNs = EndingFirstNs;
        _endingNs = nowNs + _endingWaitNs;
    }

    private void LookAtEnding(long nowNs)
    {
        int kept = 0;
        for (int i = 0; i < _ending.Count; i++)
        {
            int fd = _ending[i];
            if (_connections[fd].State != EchoState.Ending)
            {
                continue;
            }

            if (EchoBacklog.Of(fd) <= 0)
            {
                _connections.Close(fd, _connections[fd].Reason, CloseKind.Fin, 0, nowNs);
            }
            else
            {
                _ending[kept++] = fd;
            }
        }

        bool isProgress = kept < _ending.Count;
        _ending.RemoveRange(kept, _ending.Count - kept);
        _endingWaitNs = isProgress ? EndingFirstNs : Math.Min(EndingLastNs, _endingWaitNs * 2);
        _endingNs = kept == 0 ? NeverNs : nowNs + _endingWaitNs;
    }

    /// <summary>Sends what lies in the queue and takes out what was sent, so nothing has to be kept here.</summary>
    private unsafe void Copy(int fd, long nowNs)
    {
        const int Looked = SocketConstants.MSG_PEEK | SocketConstants.MSG_DONTWAIT;
        const int Dropped = SocketConstants.MSG_TRUNC | SocketConstants.MSG_DONTWAIT;
        while (true)
        {
            int there = Sockets.Receive(fd, _copy, Looked);
            if (there <= 0)
            {
                CloseReason reason = there == 0 ? CloseReason.PeerClosed : ErrnoReason.Of(-there, Phase.Open);
                if (there != -Errno.EAGAIN)
                {
                    _connections.Close(fd, reason, CloseKind.Fin, -there, nowNs);
                }

                return;
            }

            int sent = Sockets.Send(fd, _copy.AsSpan(0, there));
            if (sent == -Errno.EAGAIN)
            {
                return;
            }

            if (sent < 0)
            {
                _connections.Close(fd, ErrnoReason.Of(-sent, Phase.Open), CloseKind.Fin, -sent, nowNs);
                return;
            }

            _ = Sockets.Receive(fd, null, sent, Dropped);
            Volatile.Write(ref _copiedBytes, _copiedBytes + sent);
        }
    }

    private void Guard(long nowNs)
    {
        long bytes = _maps.Read()[EchoVerdict.Bytes];
        if (bytes - _guardedBytes < GuardBytes)
        {
            return;
        }

        _guardedBytes = bytes;
        if (ResetAbove(BacklogMaxBytes, nowNs) > BacklogsMaxBytes)
        {
            _ = ResetAbove(BacklogShareBytes, nowNs);
        }
    }

    /// <summary>Resets connections with more bytes on their way than this; what all others have.</summary>
    private long ResetAbove(long limitBytes, long nowNs)
    {
        long sum = 0;
        for (int fd = 0; fd < _connections.HighWater; fd++)
        {
            if (_connections[fd].State is not (EchoState.Open or EchoState.Ending))
            {
                continue;
            }

            long bytes = Math.Max(0, EchoBacklog.Of(fd));
            if (bytes > limitBytes)
            {
                _connections.Close(fd, CloseReason.NoMemory, CloseKind.Rst, Errno.ENOBUFS, nowNs);
                Volatile.Write(ref _overrun, _overrun + 1);
            }
            else
            {
                sum += bytes;
            }
        }

        return sum;
    }

    private void CloseAll(CloseKind kind, long nowNs)
    {
        for (int fd = 0; fd < _connections.HighWater; fd++)
        {
            if (_connections[fd].State != EchoState.Closed)
            {
                _connections.Close(fd, CloseReason.Drained, kind, 0, nowNs);
            }
        }
    }
}
