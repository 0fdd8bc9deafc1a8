using Throng.Linux;

namespace Throng.Engine;

/// <summary>Plaintext into ciphertext and back.</summary>
public sealed unsafe partial class TlsBackend
{
    /// <summary>Goes on with a handshake as far as the bytes that came allow.</summary>
    private void Shake(Handle connection, ref Connection record, ref TlsLink link)
    {
        while (true)
        {
            if (!TryGather(ref link))
            {
                Starve(connection, ref link);
                return;
            }

            Expose(link);
            int result = Tls.Handshake(link.Tls);
            Settle(ref link);
            if (result == 0)
            {
                OnShaken(connection, ref record, ref link);
                return;
            }

            bool goesOn = result switch
            {
                -Errno.EAGAIN => link.InHead != 0,
                -Errno.ENOBUFS => Flush(ref link),
                _ => false,
            };
            if (result is not (-Errno.EAGAIN or -Errno.ENOBUFS))
            {
                FailOfTls(connection, ref record, ref link);
                return;
            }

            if (!goesOn)
            {
                _ = Flush(ref link);
                if (result == -Errno.EAGAIN && link.SocketHasFinished)
                {
                    FailOfFin(connection, ref record, ref link);
                }

                return;
            }
        }
    }

    /// <summary>From here on the connection is the workload's, which says how to receive.</summary>
    private void OnShaken(Handle connection, ref Connection record, ref TlsLink link)
    {
        OpenSsl.ForgetErrors();
        _ = Flush(ref link);
        link.State = TlsState.Open;
        Regulate(record, ref link);
        if (record.Role == Role.Server)
        {
            _completions.Add(new Completion(connection, Operation.Accepted, record.Path, default, _turnNs));
            return;
        }

        Handshakes.Record(Math.Max(0, NowNs() - link.BeganNs));
        _completions.Add(new Completion(connection, Operation.Opened, 0, default, _turnNs));
    }

    /// <summary>
    /// Encrypts what waits to be sent while there is room for ciphertext, as few records as hold it, and hands it over.
    /// </summary>
    /// <param name="produce">Null while it may not be asked: then only forwarded bytes are encrypted.</param>
    private void Encrypt(Handle connection, ref Connection record, ref TlsLink link, IProduce? produce)
    {
        while (record.Outbox != 0)
        {
            ref Outbox box = ref _outboxes[record.Outbox];
            if (box.IsEmpty)
            {
                bool isLast = box.IsLast;
                _outboxes.ReturnOf(ref record);
                if (isLast)
                {
                    FinishSending(ref link);
                }

                break;
            }

            if (produce is null && box.HeadBuffer == 0)
            {
                break;
            }

            if (!TryGather(ref link))
            {
                Starve(connection, ref link);
                break;
            }

            int room = BufferPool.BufferBytes - link.OutBytes - OverheadBytes;
            if (room < RoomMin)
            {
                if (!Flush(ref link))
                {
                    break; // its Sent goes on here
                }

                continue;
            }

            if (!_outboxes.TryStage(connection, ref box, produce!, out Lease staged, PlainMax))
            {
                Starve(connection, ref link);
                break;
            }

            int plainBytes = Math.Min(staged.Length, room);
            Expose(link);
            int result = Tls.Write(link.Tls, _pool.At(staged.Buffer) + staged.Offset, plainBytes);
            Settle(ref link);
            if (result <= 0)
            {
                FailOfTls(connection, ref record, ref link);
                return;
            }

            _outboxes.Take(ref box, result);
            link.OutPlainBytes += result;
        }

        _ = Flush(ref link);
    }

    /// <summary>
    /// Decrypts at most one buffer a turn, so that what is forwarded can hold the next one back.
    /// </summary>
    private void Decrypt(Handle connection, ref Connection record, ref TlsLink link)
    {
        if (link.State != TlsState.Open || link.Mode == ReceiveMode.Paused || IsHeldBack(record))
        {
            return;
        }

        bool hasAny = link.InHead != 0 || link.MayHoldMore || link.SocketHasFinished;
        if (!hasAny || link.PeerFinishedIsTold)
        {
            return;
        }

        if (link.GaveInTurn == _turn)
        {
            Enqueue(connection, ref link);
            return;
        }

        int buffer = Rent();
        if (buffer == 0)
        {
            Starve(connection, ref link);
            return;
        }

        int plainBytes = 0;
        int result;
        do
        {
            result = Read(ref link, _pool.At(buffer) + plainBytes, BufferPool.BufferBytes - plainBytes);
            plainBytes += Math.Max(0, result);
        }
        while (result > 0 && plainBytes < BufferPool.BufferBytes);

        if (plainBytes > 0)
        {
            link.GaveInTurn = _turn;
            _completions.Add(new Completion(
                connection, Operation.Received, plainBytes, new Lease(buffer, 0, plainBytes), _turnNs));
        }
        else
        {
            _pool.Return(buffer);
        }

        OnRead(connection, ref record, ref link, result);
    }

    private void OnRead(Handle connection, ref Connection record, ref TlsLink link, int result)
    {
        link.MayHoldMore = result > 0;
        switch (result)
        {
            case > 0:
                Enqueue(connection, ref link);
                break;

            case 0:
                TellPeerFinished(connection, ref link);
                break;

            case -Errno.EAGAIN when link.SocketHasFinished:
                TellPeerFinished(connection, ref link); // without close_notify: many do
                break;

            case -Errno.EAGAIN:
                break;

            case -Errno.ENOBUFS when link.SendingBytes == 0:
                Starve(connection, ref link);
                break;

            case -Errno.ENOBUFS:
                break; // the Sent of what is under way goes on here

            default:
                FailOfTls(connection, ref record, ref link);
                break;
        }

        _ = Flush(ref link);
    }

    private void TellPeerFinished(Handle connection, ref TlsLink link)
    {
        link.PeerFinishedIsTold = true;
        _completions.Add(new Completion(connection, Operation.PeerFinished, 0, default, _turnNs));
    }

    /// <summary>Decrypts one record or a part of it, over as many received buffers as it takes.</summary>
    private int Read(ref TlsLink link, byte* into, int bytes)
    {
        while (true)
        {
            Expose(link);
            int result = Tls.Read(link.Tls, into, bytes);
            Settle(ref link);
            bool goesOn = result switch
            {
                -Errno.EAGAIN => link.InHead != 0,
                -Errno.ENOBUFS => TryMakeRoom(ref link), // new keys, in return for the peer's
                _ => false,
            };
            if (!goesOn)
            {
                return result;
            }
        }
    }

    /// <summary>After the last byte: close_notify, and the FIN behind it.</summary>
    private void FinishSending(ref TlsLink link)
    {
        SayGoodbye(ref link);
        link.HasFinished = true;
        if (link.OutBytes == 0)
        {
            SendFin(ref link); // there was no buffer: many do without close_notify
        }
    }

    private void SendFin(ref TlsLink link)
    {
        link.FinIsSent = true;
        _inner.Send(link.Socket, 0, 0, SendMode.Last);
    }

    private void SayGoodbye(ref TlsLink link)
    {
        if (TryGather(ref link))
        {
            Expose(link);
            _ = Tls.Finish(link.Tls);
            Settle(ref link);
        }
    }

    /// <summary>
    /// Hands gathered ciphertext over unless some is under way already; true when it was handed over.
    /// </summary>
    private bool Flush(ref TlsLink link)
    {
        if (link.OutBuffer == 0 || link.SendingBytes > 0 || link.InnerCloseIsAsked)
        {
            return false;
        }

        int buffer = link.OutBuffer;
        link.OutBuffer = 0;
        if (link.OutBytes == 0 || link.FinIsSent)
        {
            link.OutBytes = 0;
            _pool.Return(buffer);
            return false;
        }

        link.SendingBytes = link.OutBytes;
        link.SendingPlainBytes = link.OutPlainBytes;
        link.HandedNs = link.OutPlainBytes > 0 ? NowNs() : 0;
        link.OutBytes = 0;
        link.OutPlainBytes = 0;
        _inner.Forward(link.Socket, new Lease(buffer, 0, link.SendingBytes));
        if (link.HasFinished)
        {
            SendFin(ref link);
        }

        return true;
    }

    private bool TryMakeRoom(ref TlsLink link) =>
        (link.OutBuffer == 0 || Flush(ref link)) && TryGather(ref link);

    /// <summary>A buffer for ciphertext to gather in; false when there is none.</summary>
    private bool TryGather(ref TlsLink link)
    {
        if (link.OutBuffer == 0)
        {
            link.OutBuffer = Rent();
            link.OutBytes = 0;
            link.OutPlainBytes = 0;
        }

        return link.OutBuffer != 0;
    }

    /// <summary>Shows OpenSSL the next ciphertext received, and the room for what it sends.</summary>
    private void Expose(in TlsLink link)
    {
        Lease first = link.InHead != 0 ? _received.Head(link.InHead) : default;
        _wire->In = link.InHead != 0 ? _pool.At(first.Buffer) + first.Offset : null;
        _wire->InBytes = first.Length;
        _wire->Out = link.OutBuffer != 0 ? _pool.At(link.OutBuffer) + link.OutBytes : null;
        _wire->OutRoom = link.OutBuffer != 0 ? BufferPool.BufferBytes - link.OutBytes : 0;
    }

    /// <summary>Notes what OpenSSL took and gave; a buffer that is read to its end goes back.</summary>
    private void Settle(ref TlsLink link)
    {
        if (link.OutBuffer != 0)
        {
            link.OutBytes = BufferPool.BufferBytes - _wire->OutRoom;
        }

        if (link.InHead != 0)
        {
            _received.Advance(link.InHead, _received.Head(link.InHead).Length - _wire->InBytes);
            if (_wire->InBytes == 0)
            {
                _inner.Release(_received.Take(ref link.InHead, ref link.InTail));
            }
        }
    }

    private bool IsHeldBack(in Connection record) =>
        record.Outbox != 0 && _outboxes[record.Outbox].Buffers >= WaitingMax;

    /// <summary>
    /// Has the inner backend receive as the workload wants it, and not while bytes wait here. A stream brings whatever
    /// the kernel has; once that is too much it is read piece by piece.
    /// </summary>
    private void Regulate(in Connection record, ref TlsLink link)
    {
        if (link.State != TlsState.Open)
        {
            return;
        }

        bool isTooMuch = link.InHead != 0 || link.MayHoldMore || IsHeldBack(record);
        if (isTooMuch && link.Mode == ReceiveMode.Stream)
        {
            link.Mode = ReceiveMode.Idle;
        }

        ReceiveMode wanted = isTooMuch ? ReceiveMode.Paused : link.Mode;
        if (wanted != link.InnerMode)
        {
            link.InnerMode = wanted;
            _inner.Receive(link.Socket, wanted);
        }
    }
}
