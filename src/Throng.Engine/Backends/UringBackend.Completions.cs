using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Completions in, results out.</summary>
public sealed unsafe partial class UringBackend
{
    /// <summary>
    /// Results of one turn after which no more are fetched from the kernel. One enter brings at least twenty where
    /// there are as many; going on for all that is there puts so much between a socket's receive and the send that
    /// answers it that a thousand busy connections cost a third more each.
    /// </summary>
    private const int CompletionsPerTurn = 16;

    /// <summary>How long to wait for a buffer to come back when every one is in flight.</summary>
    private const long StarvedNs = Ns.Millisecond;

    private long _harvestNs;

    public ReadOnlySpan<Completion> Poll(long untilNs, IProduce produce)
    {
        BeginTurn();
        AcceptFromWatched();
        if (_datagramsToArm)
        {
            ArmDatagrams();
        }

        for (int waiting = _starved.Count; waiting > 0 && _pool.HasFree; waiting--)
        {
            Serve(_starved.Dequeue(), Starving, produce);
        }

        for (int pending = _pending.Count; pending > 0; pending--)
        {
            Serve(_pending.Dequeue(), Queued, produce);
        }

        long timeoutNs = _completions.Count > 0 ? 0 : Math.Max(0, untilNs - NowNs());
        timeoutNs = _starved.Count > 0 ? Math.Min(timeoutNs, StarvedNs) : timeoutNs;
        if (_tables.Count == 1)
        {
            PollOne(_tables.First, timeoutNs);
        }
        else
        {
            PollMany(timeoutNs);
        }

        return _completions.Items;
    }

    /// <summary>A single ring hands over, waits and brings back in one call.</summary>
    private void PollOne(RingTable table, long timeoutNs)
    {
        Ring ring = table.Ring;
        if (timeoutNs > 0 && ring.CqReady == 0)
        {
            SleepIn(ring, timeoutNs);
        }
        else
        {
            _ = ring.Enter(0, UringConstants.IORING_ENTER_GETEVENTS, 0);
        }

        Harvest(table);

        // One enter runs at most twenty deferred completions; the flag says whether more wait. It may say so with
        // nothing there: the kernel queues the work, then sets the flag, and on another CPU this thread can have done
        // the work in between; no enter clears it until more work comes. So one that brings nothing ends the loop.
        while (_completions.Count < CompletionsPerTurn && (ring.HasTaskWork || ring.PendingSubmissions > 0))
        {
            if (ring.Enter(0, UringConstants.IORING_ENTER_GETEVENTS, 0) < 0 || ring.CqReady == 0)
            {
                break; // also EINTR and EBUSY: the next turn goes on
            }

            Harvest(table);
        }
    }

    /// <summary>
    /// Enters those of several rings that have work, in turn. While the worker sleeps, all rings ring one bell;
    /// completions that came before the rings were allowed to are looked for once more.
    /// </summary>
    private void PollMany(long timeoutNs)
    {
        EnterThoseWithWork();
        if (_completions.Count > 0 || timeoutNs == 0)
        {
            return;
        }

        _tables.Unmute();
        EnterThoseWithWork();
        if (_completions.Count > 0)
        {
            _tables.Mute();
            return;
        }

        long beforeNs = NowNs();
        _tables.Sleep(timeoutNs);
        SleptNs += Math.Min(NowNs() - beforeNs, timeoutNs);
        EnterThoseWithWork();
    }

    /// <summary>
    /// Waits in one ring for a completion. Pending submissions are handed over first, and alone: handing over may take
    /// long, and is no waiting. Nor is the time from the end of the wait until this thread has the CPU.
    /// </summary>
    private void SleepIn(Ring ring, long timeoutNs)
    {
        if (ring.PendingSubmissions > 0)
        {
            _ = ring.Enter(0, UringConstants.IORING_ENTER_GETEVENTS, 0);
            if (ring.CqReady > 0)
            {
                return;
            }
        }

        long beforeNs = NowNs();
        _ = ring.Enter(1, UringConstants.IORING_ENTER_GETEVENTS, timeoutNs);
        SleptNs += Math.Min(NowNs() - beforeNs, timeoutNs);
    }

    private void EnterThoseWithWork()
    {
        for (int looked = 0; looked < _tables.Count && _completions.Count < CompletionsPerTurn; looked++)
        {
            RingTable table = _tables.Next();
            if (table.HasWork)
            {
                _ = table.Ring.Enter(0, UringConstants.IORING_ENTER_GETEVENTS, 0);
                Harvest(table);
            }
        }
    }

    private void Harvest(RingTable table)
    {
        Ring ring = table.Ring;
        uint ready = ring.CqReady;
        _harvestNs = NowNs();
        for (uint i = 0; i < ready; i++)
        {
            OnCompletion(table, *ring.CqAt(i));
        }

        ring.Advance(ready);
        _ = table.Buffers.Replenish();
    }

    private void OnCompletion(RingTable table, in io_uring_cqe cqe)
    {
        Handle handle = Handle.FromUserData(cqe.user_data, out byte operation);
        switch (operation)
        {
            case OfAccept:
                OnAccepted(table, handle.Slot, cqe);
                return;
            case OfQueue:
                OnQueue(handle.Slot, cqe.res);
                return;
            case OfWake:
                _tables.OnBell(isOver: (cqe.flags & UringConstants.IORING_CQE_F_MORE) == 0);
                return;
            case OfDatagram:
                OnDatagram(table, handle.Slot, cqe);
                return;
            case OfSendTo:
                OnSentTo(handle, cqe.res);
                return;
            case OfNothing:
                return;
        }

        Check.That(_slab.IsLive(handle), "a slot is not reused while an operation on it is outstanding");
        ref Connection record = ref _slab[handle];
        switch (operation)
        {
            case OfConnect when (record.Flags & Datagrams) == 0:
                OnLookedAt(handle, ref record, cqe.res);
                break;
            case OfConnect:
                OnConnected(handle, ref record, cqe.res);
                break;
            case OfError:
                OnError(handle, ref record, cqe.res);
                break;
            case OfSetup:
                Blame(ref record, -cqe.res);
                break;
            case OfBind:
                Blame(ref record, -cqe.res);
                OnConnected(handle, ref record, cqe.res);
                break;
            case OfPoll:
                OnPolled(handle, ref record, cqe);
                break;
            case OfReceive or OfStream:
                OnReceived(table, handle, ref record, cqe, operation == OfStream);
                break;
            case OfSend:
                OnSent(handle, ref record, cqe.res);
                break;
            case OfShutdown:
                OnShutDown(handle, ref record, cqe.res);
                break;
            case OfClose:
                record.Flags &= unchecked((ushort)~Closing);
                break;
            case OfFacts:
                OnFacts(handle, ref record, cqe.res);
                break;
        }

        TellIfClosed(handle, ref record);
    }

    private void TellIfClosed(Handle connection, ref Connection record)
    {
        if (record.Phase != Phase.Closing || (record.Flags & Outstanding) != 0)
        {
            return;
        }

        _outboxes.ReturnOf(ref record);
        if (record.IsOurs)
        {
            _tables.ReturnClient(record.Descriptor & NameMask);
        }
        else
        {
            TableOf(record).Accepted--;
            _accepted--;
        }

        Add(connection, Operation.Closed, -ErrnoOf(record));
    }

    /// <summary>The kernel ended it: what it gave as the cause is told once everything on it has ended.</summary>
    private void Fail(Handle connection, ref Connection record, int errno)
    {
        if (record.Phase == Phase.Closing)
        {
            return;
        }

        if (_tellsEnds && record.IsOurs && record.Phase == Phase.Open && (record.Flags & AskingFacts) == 0)
        {
            AskFacts(connection); // handed over before the close
        }

        Blame(ref record, errno);
        BeginClose(ref record, connection, CloseKind.Fin);
    }

    private void OnSent(Handle connection, ref Connection record, int result)
    {
        record.Flags &= unchecked((ushort)~Sending);
        if (record.Phase == Phase.Closing)
        {
            return;
        }

        if (result is -Errno.ENOBUFS or -Errno.ENOMEM or -Errno.EAGAIN or -Errno.EINTR)
        {
            Enqueue(connection, ref record); // the kernel is short of memory for a moment
            return;
        }

        ref Outbox box = ref _outboxes[record.Outbox];
        int refusal = 0;
        if (result < 0)
        {
            if ((record.Flags & Datagrams) == 0 || !DatagramErrors.IsOfOneSend(-result))
            {
                Fail(connection, ref record, -result);
                return;
            }

            refusal = result;
            if (DatagramErrors.IsOfThoseBefore(-result))
            {
                Add(connection, Operation.Refused, result);
                Enqueue(connection, ref record);
                return;
            }

            result = box.ProducedBytes;
        }

        _outboxes.Take(ref box, result);
        Add(connection, Operation.Sent, result);
        if (refusal < 0)
        {
            Add(connection, Operation.Refused, refusal);
        }

        if (box.IsEmpty && !box.IsLast)
        {
            _outboxes.ReturnOf(ref record);
            if ((record.Flags & Readable) != 0)
            {
                Enqueue(connection, ref record);
            }
        }
        else
        {
            Enqueue(connection, ref record);
        }
    }

    /// <summary>The FIN is on its way, or it was refused: then the connection is gone, and nothing else may tell.
    /// </summary>
    private void OnShutDown(Handle connection, ref Connection record, int result)
    {
        record.Flags &= unchecked((ushort)~ShuttingDown);
        if (result < 0)
        {
            Fail(connection, ref record, result == -Errno.ENOTCONN ? Errno.ECONNRESET : -result);
        }
    }

    /// <summary>The socket has a descriptor for a moment: asks it and closes it again.</summary>
    private void OnFacts(Handle connection, ref Connection record, int fd)
    {
        record.Flags &= unchecked((ushort)~AskingFacts);
        ConnectionFacts facts = default;
        int result = fd;
        if (fd >= 0)
        {
            result = SocketSetup.ReadFacts(fd, out facts);
            _ = Descriptors.Close(fd);
        }

        TellFacts(connection, facts, result, _harvestNs, _completions);
    }

    /// <summary>
    /// Submits what an open connection needs now: the next bytes to send, the receive its mode asks for.
    /// </summary>
    /// <param name="stoodIn">The mark of the queue it has just left.</param>
    private void Serve(Handle connection, ushort stoodIn, IProduce produce)
    {
        if (!_slab.IsLive(connection) || _slab[connection].Phase != Phase.Open)
        {
            return;
        }

        ref Connection record = ref _slab[connection];
        record.Flags &= (ushort)~stoodIn;
        if (record.Outbox != 0 && (record.Flags & (Sending | ShuttingDown | Starving)) == 0)
        {
            SubmitSend(connection, ref record, produce);
        }

        ArmReceive(connection, ref record);
    }

    private void SubmitSend(Handle connection, ref Connection record, IProduce produce)
    {
        ref Outbox box = ref _outboxes[record.Outbox];
        if (box.IsEmpty)
        {
            Check.That(box.IsLast, "an empty outbox waits only to send a FIN");
            _outboxes.ReturnOf(ref record);
            record.Flags |= ShuttingDown;
            Prep.Shutdown(
                TableOf(record).Next(), connection.ToUserData(OfShutdown), SlotOf(record), SocketConstants.SHUT_WR);
            return;
        }

        if (!_outboxes.TryStage(connection, ref box, produce, out Lease staged))
        {
            record.Flags |= Starving;
            _starved.Enqueue(connection);
            return;
        }

        record.Flags |= Sending;
        byte* first = _pool.At(staged.Buffer) + staged.Offset;
        Prep.Send(
            TableOf(record).Next(), connection.ToUserData(OfSend), SlotOf(record), first, (uint)staged.Length);
    }

    private void Add(Handle connection, Operation kind, int result) =>
        _completions.Add(new Completion(connection, kind, result, default, _harvestNs));
}
