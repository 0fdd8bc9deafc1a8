using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Datagram listeners: sockets with a descriptor, received from and sent on through the first ring. Those of
/// connections need no part of their own.
/// </summary>
public sealed unsafe partial class UringBackend
{
    /// <summary>
    /// A receive of datagrams has ended and is wanted. It is armed at the start of a turn: armed at once for want of
    /// buffers, it would find none until the handlers have given some back.
    /// </summary>
    private bool _datagramsToArm;

    public void SendTo(in DatagramRoute route, ReadOnlySpan<byte> bytes)
    {
        Handle listener = new(route.Listener, 0);
        bool isTooLong = bytes.Length > _pool.BytesEach - DatagramLayout.HeadBytes;
        int buffer = isTooLong ? 0 : _pool.Rent();
        if (buffer == 0)
        {
            int errno = isTooLong ? Errno.EMSGSIZE : Errno.ENOBUFS;
            _immediate.Add(new Completion(listener, Operation.DatagramDropped, -errno, default, _harvestNs));
            return;
        }

        msghdr* header = DatagramLayout.ToSend(_pool.At(buffer), route, bytes);
        ulong userData = new Handle(buffer, (uint)route.Listener).ToUserData(OfSendTo);
        Prep.SendMessageFd(
            _tables.First.Next(), userData, _listeners[route.Listener].Fd, header,
            SocketConstants.MSG_NOSIGNAL | SocketConstants.MSG_DONTWAIT);
    }

    /// <summary>Arms or ends the receive of a listener, as it is wanted.</summary>
    private void ReceiveDatagrams(int listener, ArmedListener one)
    {
        ulong userData = new Handle(listener, 0).ToUserData(OfDatagram);
        if (one.Wants && !one.IsArmed)
        {
            one.IsArmed = true;
            msghdr room = DatagramLayout.Room;
            io_uring_sqe* sqe = _tables.First.Next();
            Prep.RecvMessageMultishotFd(sqe, userData, one.Fd, _tables.First.Keep(room), ReceiveBuffers.Group);
        }
        else if (!one.Wants && one is { IsArmed: true, IsCancelled: false })
        {
            one.IsCancelled = true;
            _tables.First.Cancel(userData);
        }
    }

    private void ArmDatagrams()
    {
        _datagramsToArm = false;
        for (int listener = 0; listener < _listeners.Count; listener++)
        {
            if (_listeners[listener].IsForDatagrams)
            {
                ReceiveDatagrams(listener, _listeners[listener]);
            }
        }
    }

    private void OnDatagram(RingTable table, int listener, in io_uring_cqe cqe)
    {
        ArmedListener one = _listeners[listener];
        Handle number = new(listener, 0);
        if ((cqe.flags & UringConstants.IORING_CQE_F_MORE) == 0)
        {
            one.IsArmed = false;
            one.IsCancelled = false;
            _datagramsToArm = true;
        }

        int buffer = 0;
        if ((cqe.flags & UringConstants.IORING_CQE_F_BUFFER) != 0)
        {
            buffer = (int)(cqe.flags >> UringConstants.IORING_CQE_BUFFER_SHIFT);
            table.Buffers.OnTaken();
        }

        if (cqe.res >= DatagramLayout.HeadBytes && buffer != 0 && DatagramLayout.IsWhole(_pool.At(buffer)))
        {
            int bytes = cqe.res - DatagramLayout.HeadBytes;
            Lease lease = new(buffer, DatagramLayout.HeadBytes, bytes);
            _completions.Add(new Completion(number, Operation.Datagram, bytes, lease, _harvestNs));
            return;
        }

        if (buffer != 0)
        {
            _pool.Return(buffer);
        }

        if (cqe.res == -Errno.ENOBUFS)
        {
            table.Buffers.OnExhausted();
        }
        else if (cqe.res is not (-Errno.ECANCELED or -Errno.EAGAIN or -Errno.EINTR))
        {
            int result = cqe.res < 0 ? cqe.res : -Errno.EMSGSIZE;
            _completions.Add(new Completion(number, Operation.DatagramDropped, result, default, _harvestNs));
        }
    }

    private void OnSentTo(Handle bufferAndListener, int result)
    {
        _pool.Return(bufferAndListener.Slot);
        Operation kind = result < 0 ? Operation.DatagramDropped : Operation.DatagramSent;
        Handle listener = new((int)bufferAndListener.Generation, 0);
        _completions.Add(new Completion(listener, kind, result, default, _harvestNs));
    }
}
