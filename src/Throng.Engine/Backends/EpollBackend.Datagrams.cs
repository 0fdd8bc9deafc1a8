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
        int result = bytes.Length > DatagramLayout.BytesMax
            ? -Errno.EMSGSIZE
            : DatagramLayout.Send(_listeners[route.Listener].Fd, route, bytes);
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

            int bytes = Sockets.Receive(record.Descriptor, _pool.At(buffer), BufferPool.BufferBytes, 0);
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

            record.Flags &= unchecked((ushort)~Readable);
            if (bytes is not (-Errno.EAGAIN or -Errno.EINTR))
            {
                End(connection, ref record, bytes, _completions);
            }

            return;
        }

        Enqueue(connection, ref record);
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

            int bytes = DatagramLayout.Receive(one.Fd, _pool.At(buffer));
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
