using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From the inner backend's results to this one's.</summary>
public sealed unsafe partial class TlsBackend
{
    /// <summary>How long to wait for a buffer to come back when every one is in flight.</summary>
    private const long StarvedNs = Ns.Millisecond;

    private long _turnNs;
    private uint _turn;

    public ReadOnlySpan<Completion> Poll(long untilNs, IProduce produce)
    {
        _completions.Clear();
        _turn++;
        _turnNs = NowNs();
        CloseThoseWhoseTimeHasCome();
        for (int waiting = _starved.Count; waiting > 0 && (_pool.HasFree || _reserved > 0); waiting--)
        {
            Handle connection = _starved.Dequeue();
            _links[connection.Slot].IsStarving = false;
            Serve(connection, produce);
        }

        for (int pending = _pending.Count; pending > 0; pending--)
        {
            Handle connection = _pending.Dequeue();
            _links[connection.Slot].IsQueued = false;
            Serve(connection, produce);
        }

        FillReserve();
        bool hasWork = _completions.Count > 0 || _pending.Count > 0;
        long waitNs = _starved.Count > 0 ? Math.Min(untilNs, _turnNs + StarvedNs) : untilNs;
        waitNs = _leaving.TryPeek(out (Handle, long DueNs) first) ? Math.Min(waitNs, first.DueNs) : waitNs;
        ReadOnlySpan<Completion> completions = _inner.Poll(hasWork ? 0 : waitNs, this);
        _turnNs = NowNs();
        foreach (ref readonly Completion completion in completions)
        {
            Take(completion, produce);
        }

        return _completions.Items;
    }

    private void CloseThoseWhoseTimeHasCome()
    {
        while (_leaving.TryPeek(out (Handle Connection, long DueNs) first))
        {
            ref TlsLink link = ref _links[first.Connection.Slot];
            bool isLeft = !_slab.IsLive(first.Connection) || link.InnerCloseIsAsked;
            if (!isLeft && first.DueNs > _turnNs)
            {
                return;
            }

            _ = _leaving.Dequeue();
            if (!isLeft)
            {
                CloseInner(ref link, CloseKind.Fin);
            }
        }
    }

    private void Serve(Handle connection, IProduce produce)
    {
        if (_slab.IsLive(connection))
        {
            GoOn(connection, ref _slab[connection], ref _links[connection.Slot], produce);
        }
    }

    /// <summary>Everything that can be done for a connection now.</summary>
    private void GoOn(Handle connection, ref Connection record, ref TlsLink link, IProduce produce)
    {
        if (link.State == TlsState.Handshaking)
        {
            Shake(connection, ref record, ref link);
        }
        else if (link.State == TlsState.Open)
        {
            Encrypt(connection, ref record, ref link, produce);
            Decrypt(connection, ref record, ref link);
            Regulate(record, ref link);
        }
    }

    private void Take(in Completion completion, IProduce produce)
    {
        if (completion.Kind == Operation.AcceptFailed)
        {
            _completions.Add(completion);
            return;
        }

        Handle socket = completion.Connection;
        if (_links[_owners[socket.Slot].Slot].Socket != socket)
        {
            Adopt(socket); // accepted; perhaps in vain, and this is its end
        }

        Handle connection = _owners[socket.Slot];
        ref TlsLink link = ref _links[connection.Slot];
        Check.That(_slab.IsLive(connection), "a socket has its connection");
        ref Connection record = ref _slab[connection];
        switch (completion.Kind)
        {
            case Operation.Accepted or Operation.Opened:
                record.Path = completion.Kind == Operation.Accepted ? (ushort)completion.Result : record.Path;
                BeginHandshake(connection, ref record, ref link, completion.AtNs);
                break;

            case Operation.Received:
                if (link.State is TlsState.Handshaking or TlsState.Open)
                {
                    _received.Append(ref link.InHead, ref link.InTail, completion.Bytes);
                    GoOn(connection, ref record, ref link, produce);
                }
                else
                {
                    _inner.Release(completion.Bytes);
                }

                break;

            case Operation.Sent:
                OnSent(connection, ref record, ref link, completion, produce);
                break;

            case Operation.PeerFinished:
                link.SocketHasFinished = true;
                GoOn(connection, ref record, ref link, produce);
                break;

            case Operation.Facts:
                _completions.Add(completion with { Connection = connection });
                break;

            case Operation.Closed:
                End(connection, ref record, ref link, completion.Result);
                break;
        }
    }

    /// <summary>A socket was accepted: its connection is made, and told of once the handshake is done.</summary>
    private void Adopt(Handle socket)
    {
        Check.That(_sockets[socket].Role == Role.Server, "a client's socket has its connection");
        bool allocated = _slab.TryAllocate(Role.Server, Phase.Connecting, out Handle connection);
        Check.That(allocated, "there is a connection for every socket");
        Begin(connection, socket);
    }

    private void BeginHandshake(Handle connection, ref Connection record, ref TlsLink link, long atNs)
    {
        _sockets[link.Socket].Phase = Phase.Open;
        if (link.State != TlsState.Connecting)
        {
            return; // was closed meanwhile
        }

        TlsContext? context = record.Role == Role.Server ? _setup.Server : _setup.Client;
        Check.That(context is not null, "TLS is set up for this role");
        link.BeganNs = atNs != 0 ? atNs : _turnNs;
        link.State = TlsState.Handshaking;
        if (!record.IsOurs || !_setup.ExpectsAddress)
        {
            link.Tls = Tls.New(context, _wire, record.Role == Role.Server ? null : _setup.ServerName);
        }

        if (link.Tls == 0)
        {
            Fail(connection, ref record, ref link, Errno.ENOMEM);
            return;
        }

        link.InnerMode = ReceiveMode.Idle;
        _inner.Receive(link.Socket, ReceiveMode.Idle);
        if (record.IsOurs)
        {
            Shake(connection, ref record, ref link);
        }
    }

    private void OnSent(
        Handle connection, ref Connection record, ref TlsLink link, in Completion completion, IProduce produce)
    {
        link.SendingBytes -= completion.Result;
        Check.That(link.SendingBytes >= 0, "what is told as sent was given");
        if (link.SendingBytes > 0)
        {
            return;
        }

        if (link.State == TlsState.Closing)
        {
            if (!Flush(ref link))
            {
                CloseInner(ref link, CloseKind.Fin);
            }

            return;
        }

        if (link.SendingPlainBytes > 0)
        {
            // A backend that sends in the call stamps what is forwarded with its turn's time.
            long atNs = Math.Max(completion.AtNs, link.HandedNs);
            _completions.Add(new Completion(connection, Operation.Sent, link.SendingPlainBytes, default, atNs));
            link.SendingPlainBytes = 0;
        }

        _ = Flush(ref link);
        GoOn(connection, ref record, ref link, produce);
    }

    /// <summary>TLS cannot go on: what it has to say to the peer is said, and then the socket is closed.</summary>
    private void Fail(Handle connection, ref Connection record, ref TlsLink link, int errno)
    {
        link.Errno = (byte)errno;
        link.State = TlsState.Closing;
        record.Phase = Phase.Closing;
        Leave(connection, ref link);
    }

    private void FailOfTls(Handle connection, ref Connection record, ref TlsLink link)
    {
        Errors.Add(OpenSsl.TakeError(link.Tls));
        Fail(connection, ref record, ref link, ErrnoReason.OfTls);
    }

    private void FailOfFin(Handle connection, ref Connection record, ref TlsLink link)
    {
        Errors.Add(TlsErrors.PeerFinished);
        Fail(connection, ref record, ref link, ErrnoReason.OfTls);
    }

    /// <summary>The inner backend is done with it: nothing of this connection follows.</summary>
    private void End(Handle connection, ref Connection record, ref TlsLink link, int result)
    {
        if (link.State == TlsState.Handshaking && result == -Errno.ETIMEDOUT)
        {
            result = -Errno.ETIME;
        }

        Tls.Free(link.Tls);
        link.Tls = 0;
        while (link.InHead != 0)
        {
            _inner.Release(_received.Take(ref link.InHead, ref link.InTail));
        }

        if (link.OutBuffer != 0)
        {
            _pool.Return(link.OutBuffer);
            link.OutBuffer = 0;
        }

        _outboxes.ReturnOf(ref record);
        link.State = TlsState.None;
        record.Phase = Phase.Closing;
        _sockets.Free(link.Socket);
        int outcome = link.EndIsAsked ? 0 : link.Errno != 0 ? -link.Errno : result;
        _completions.Add(new Completion(connection, Operation.Closed, outcome, default, _turnNs));
    }
}
