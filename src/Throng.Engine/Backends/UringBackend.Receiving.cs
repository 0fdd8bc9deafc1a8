using Throng.Linux;

namespace Throng.Engine;

/// <summary>Receiving on connections: what was armed, what came of it, and arming again.</summary>
public sealed unsafe partial class UringBackend
{
    private const uint PollEvents = EpollConstants.EPOLLIN | EpollConstants.EPOLLRDHUP;
    private const uint HangUpEvents =
        EpollConstants.EPOLLRDHUP | EpollConstants.EPOLLHUP | EpollConstants.EPOLLERR;

    private void OnPolled(Handle connection, ref Connection record, in io_uring_cqe cqe)
    {
        if ((cqe.flags & UringConstants.IORING_CQE_F_MORE) == 0)
        {
            record.Flags &= unchecked((ushort)~Polling);
        }

        if (cqe.res >= 0)
        {
            record.Flags |= Readable;
            record.Flags |= (cqe.res & HangUpEvents) != 0 ? HungUp : (ushort)0;
        }

        if (record.Phase == Phase.Open)
        {
            ArmReceive(connection, ref record);
        }
    }

    private void OnReceived(
        RingTable table, Handle connection, ref Connection record, in io_uring_cqe cqe, bool isStream)
    {
        if (!isStream || (cqe.flags & UringConstants.IORING_CQE_F_MORE) == 0)
        {
            record.Flags &= unchecked((ushort)~(isStream ? Streaming : Receiving));
        }

        int buffer = 0;
        if ((cqe.flags & UringConstants.IORING_CQE_F_BUFFER) != 0)
        {
            buffer = (int)(cqe.flags >> UringConstants.IORING_CQE_BUFFER_SHIFT);
            table.Buffers.OnTaken();
        }

        if (cqe.res > 0)
        {
            if (_acksAtOnce && record is { IsOurs: true, Phase: Phase.Open })
            {
                table.SetOption(
                    connection.ToUserData(OfSetup), SlotOf(record), SocketConstants.IPPROTO_TCP,
                    SocketConstants.TCP_QUICKACK, 1);
            }

            _completions.Add(new Completion(
                connection, Operation.Received, cqe.res, new Lease(buffer, 0, cqe.res), _harvestNs));
            bool hasMore = cqe.res == _pool.BytesEach || (record.Flags & (HungUp | Datagrams)) != 0
                || (cqe.flags & UringConstants.IORING_CQE_F_SOCK_NONEMPTY) != 0;
            record.Flags &= hasMore ? (ushort)0xFFFF : unchecked((ushort)~Readable);
            Continue(connection, ref record);
            return;
        }

        if (buffer != 0)
        {
            _pool.Return(buffer);
        }

        OnNothingReceived(table, connection, ref record, cqe.res);
    }

    private void OnNothingReceived(RingTable table, Handle connection, ref Connection record, int result)
    {
        switch (result)
        {
            case 0 when (record.Flags & Datagrams) != 0:
                Add(connection, Operation.Received, 0); // an empty one
                Continue(connection, ref record);
                break;

            case 0 when record.Phase == Phase.Closing:
                break; // a send was told of the reset first, and what is left looks like an end in order

            case 0:
                record.Flags |= Finished;
                Add(connection, Operation.PeerFinished, 0);
                break;

            case -Errno.EAGAIN:
                record.Flags &= unchecked((ushort)~Readable);
                Continue(connection, ref record);
                break;

            case -Errno.ENOBUFS:
                table.Buffers.OnExhausted();
                Continue(connection, ref record);
                break;

            case -Errno.ECANCELED or -Errno.EINTR:
                Continue(connection, ref record);
                break;

            default:
                if ((record.Flags & Datagrams) == 0 || record.Phase != Phase.Open || !DatagramErrors.IsOfOne(-result))
                {
                    Fail(connection, ref record, -result);
                    break;
                }

                Add(connection, Operation.Refused, result);
                Continue(connection, ref record);
                break;
        }
    }

    /// <summary>Lets the next turn arm or repeat a receive, after what came has been handled.</summary>
    private void Continue(Handle connection, ref Connection record)
    {
        bool isArmed = (record.Flags & (Streaming | Polling)) != 0 && (record.Flags & Readable) == 0;
        if (record.Phase == Phase.Open && !isArmed)
        {
            Enqueue(connection, ref record);
        }
    }

    private void ArmReceive(Handle connection, ref Connection record)
    {
        ReceiveMode mode = (ReceiveMode)(record.Flags & ModeMask);
        bool isBusy = (record.Flags & (Receiving | Streaming | Finished)) != 0;
        if (mode == ReceiveMode.Paused || IsHeldBack(record) || isBusy)
        {
            return;
        }

        RingTable table = TableOf(record);
        uint slot = SlotOf(record);
        if (mode == ReceiveMode.Stream)
        {
            record.Flags = (ushort)((record.Flags | Streaming) & ~Readable);
            Prep.RecvMultishot(table.Next(), connection.ToUserData(OfStream), slot, ReceiveBuffers.Group);
            return;
        }

        if (mode == ReceiveMode.Single)
        {
            record.Flags |= Receiving;
            Prep.Recv(table.Next(), connection.ToUserData(OfReceive), slot, ReceiveBuffers.Group, 0);
            return;
        }

        if ((record.Flags & Polling) == 0)
        {
            record.Flags |= Polling;
            Prep.PollMultishot(table.Next(), connection.ToUserData(OfPoll), slot, PollEvents);
        }

        if ((record.Flags & Readable) != 0)
        {
            record.Flags |= Receiving;
            Prep.Recv(
                table.Next(), connection.ToUserData(OfReceive), slot, ReceiveBuffers.Group,
                SocketConstants.MSG_DONTWAIT);
        }
    }
}
