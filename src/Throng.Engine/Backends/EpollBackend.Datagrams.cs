using Throng.Linux;

namespace Throng.Engine;

/// <summary>Datagrams: those of connections, and those of listeners, which have none.</summary>
public sealed unsafe partial class EpollBackend
{
    /// <summary>Read from one connection in one turn; the rest comes in the turns after it.</summary>
    private const int DatagramsPerRead = 8;

    /// <summary>Read from one listener in one turn.</summary>
    private const int DatagramsPerTurn = 64;

    public void SendTo(in DatagramRoute route, ReadOnlySpan<byte> bytes)
    {
        int result = DatagramLayout.Send(_listeners[route.Listener].Fd, route, bytes);
        Operation kind = result < 0 ? Operation.DatagramDropped : Operation.DatagramSent;
        _immediate.Add(new Completion(new Handle(route.Listener, 0), kind, result, default, _lookNs));
    }

    /// <summary>Until there are no more: a short read says nothing about what waits behind it.</summary>
    private void ReadDatagrams(Handle connection, ref Connection record)
    {
        for (int read = 0; read < DatagramsPerRead; read++)
        {
            int buffer = _pool.Rent();
            if (buffer == 0)
            {
                break; // every buffer is in flight: look again next turn
            }

            int bytes = Sockets.Receive(record.Descriptor, _pool.At(buffer), _pool.BytesEach, 0);
            if (bytes > 0)
            {
                _completions.Add(
                    new Completion(connection, Operation.Received, bytes, new Lease(buffer, 0, bytes), _lookNs));
                continue;
            }

            _pool.Return(buffer);
            if (bytes == 0)
            {
                _completions.Add(new Completion(connection, Operation.Received, 0, default, _lookNs));
                continue;
            }

            if (DatagramErrors.IsOfOne(-bytes))
            {
                _completions.Add(new Completion(connection, Operation.Refused, bytes, default, _lookNs));
                continue;
            }

            if (bytes == -Errno.EINTR)
            {
                continue;
            }

            record.Flags &= unchecked((ushort)~Readable);
            if (bytes != -Errno.EAGAIN)
            {
                End(connection, ref record, bytes, _completions);
            }

            return;
        }

        Enqueue(connection, ref record);
    }

    /// <summary>Sends the datagrams that wait; false when the connection ended over it.</summary>
    private bool FlushDatagrams(Handle connection, ref Connection record, IProduce produce)
    {
        ref Outbox box = ref _outboxes[record.Outbox];
        while (!box.IsEmpty)
        {
            int result = SendStaged(connection, record.Descriptor, ref box, produce);
            if (result > 0)
            {
                _completions.Add(new Completion(connection, Operation.Sent, result, default, NowNs()));
            }
            else if (DatagramErrors.IsOfOneSend(-result))
            {
                Refuse(connection, ref box, result);
            }
            else if (result == -Errno.EAGAIN)
            {
                record.Flags |= Blocked;
                return true;
            }
            else if (result is -Errno.ENOBUFS or -Errno.ENOMEM or -Errno.EINTR)
            {
                Enqueue(connection, ref record); // the kernel is short of memory for a moment
                return true;
            }
            else
            {
                End(connection, ref record, result, _completions);
                return false;
            }
        }

        _outboxes.ReturnOf(ref record);
        return true;
    }

    /// <summary>Tells of a refusal; the datagram that waits is over too, unless it was told of another.</summary>
    private void Refuse(Handle connection, ref Outbox box, int result)
    {
        if (!DatagramErrors.IsOfThoseBefore(-result))
        {
            int bytes = box.ProducedBytes;
            _outboxes.Take(ref box, bytes);
            _completions.Add(new Completion(connection, Operation.Sent, bytes, default, NowNs()));
        }

        _completions.Add(new Completion(connection, Operation.Refused, result, default, _lookNs));
    }

    private void ReceiveDatagrams(int listener)
    {
        WatchedListener one = _listeners[listener];
        Handle number = new(listener, 0);
        for (int received = 0; received < DatagramsPerTurn && one.IsAccepting; received++)
        {
            int buffer = _pool.Rent();
            if (buffer == 0)
            {
                return;
            }

            int bytes = DatagramLayout.Receive(one.Fd, _pool.At(buffer), _pool.BytesEach);
            if (bytes >= 0)
            {
                Lease lease = new(buffer, DatagramLayout.HeadBytes, bytes);
                _completions.Add(new Completion(number, Operation.Datagram, bytes, lease, _lookNs));
                continue;
            }

            _pool.Return(buffer);
            if (bytes is -Errno.EAGAIN or -Errno.EINTR)
            {
                return;
            }

            _completions.Add(new Completion(number, Operation.DatagramDropped, bytes, default, _lookNs));
        }
    }
}
