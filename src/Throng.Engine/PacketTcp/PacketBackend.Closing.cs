using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Ends: a connection that this end closes is told as Closed at once, and its block goes on without a slot until the
/// peer has acknowledged the FIN and finished too. Its addresses are taken until then.
/// </summary>
internal sealed partial class PacketBackend
{
    public void Close(Handle connection, CloseKind kind)
    {
        ref Connection record = ref _slab[connection];
        if (record.Phase == Phase.Closing)
        {
            return; // an error was faster; its Closed is on the way
        }

        bool hasBlock = (record.Flags & HasBlock) != 0;
        bool isOpen = hasBlock
            ? !_blocks[record.Outbox].Has(BlockFlags.Connecting)
            : record.Phase == Phase.Open || (record.Flags & Waits) == 0;
        bool hasUnread = hasBlock && _blocks[record.Outbox].ArrivedBytes > 0;
        if (isOpen && kind == CloseKind.Fin && !hasUnread)
        {
            record.Phase = Phase.Closing;
            if (!TryFinish(connection, ref record, _immediate))
            {
                Wait(ref record, new Request(connection, RequestKind.Close));
            }

            return;
        }

        bool isOver = hasBlock && IsOver(_blocks[record.Outbox]);
        if (isOpen && !isOver)
        {
            Reset(record);
        }

        End(connection, ref record, 0, _immediate);
    }

    private static bool IsOver(in TcpBlock block) =>
        block.Has(BlockFlags.FinAcknowledged) && block.Has(BlockFlags.PeerFinished);

    /// <summary>Sends a FIN and lets the block go on without its connection; false when no block is free.</summary>
    private bool TryFinish(Handle connection, ref Connection record, CompletionList into)
    {
        int number = BlockFor(connection.Slot, ref record, isArrival: false);
        if (number == 0)
        {
            return false;
        }

        ref TcpBlock block = ref _blocks[number];
        _slots.Remove(record.Path, record.LocalPort);
        DropForwards(ref block);
        _early.Clear(ref block.EarlyHead);
        block.AnnouncedBytes = 0;
        block.KeepAliveSeconds = 0;
        block.Flags |= BlockFlags.FinWanted;
        block.Slot = -1;
        _closed.Add(number);
        if (block.Timer is BlockTimer.Persist or BlockTimer.KeepAlive)
        {
            _wheel.Cancel(number);
        }

        if (!EndIfOver(number, ref block))
        {
            AddOutput(number, ref block);
        }

        Forget(connection, ref record, 0, into);
        return true;
    }

    /// <summary>Ends a closed connection when both FINs are acknowledged.</summary>
    private bool EndIfOver(int number, ref TcpBlock block)
    {
        if (!IsOver(block))
        {
            return false;
        }

        (ushort path, ushort port, uint next, uint expected) =
            (block.Path, block.LocalPort, block.NextMax, block.Expected);
        bool waits = !block.Has(BlockFlags.PeerFinishedFirst);
        DropClosed(number, ref block);
        if (waits)
        {
            EndTimeWaits(_nowNs, makesRoom: true);
            _closed.Add(ClosedNames.EntryOf(_timeWaits.Add(path, port, next, expected, _nowNs)));
        }

        return true;
    }

    private void DropClosed(int number, ref TcpBlock block)
    {
        _closed.Remove(number);
        ReturnBlock(number, ref block);
    }

    /// <summary>Ends what is over; to make room, the oldest too where there is none for another.</summary>
    private void EndTimeWaits(long nowNs, bool makesRoom = false)
    {
        bool isCut = makesRoom && _timeWaits.IsFull;
        for (int place = _timeWaits.TakeOver(nowNs, makesRoom); place >= 0;
            place = _timeWaits.TakeOver(nowNs, makesRoom))
        {
            _closed.Remove(ClosedNames.EntryOf(place));
            Counts.TimeWaitsCut += isCut ? 1 : 0;
            isCut = false;
        }
    }

    /// <summary>A FIN that comes again was not acknowledged: it is now. Resets change nothing (RFC 1337).</summary>
    private void AnswerInTimeWait(int place, in Segment segment)
    {
        (ushort path, ushort port) = _timeWaits.NameOf(place);
        (uint next, uint expected) = _timeWaits.NumbersOf(place);
        if (!segment.Has(TcpFlags.Rst) && segment.Length > 0)
        {
            _hasRepeats = true;
            AnswerNow(new Reply(path, port, TcpFlags.Ack)
            {
                Seq = next,
                Ack = expected,
                Window = (ushort)WindowMax,
            });
        }
    }

    /// <summary>
    /// An ICMP error about a segment that is under way: before the connection is open it ends it, as on Linux; after
    /// that it is only remembered, but for a packet that was too long.
    /// </summary>
    private void TakeError(in IcmpError error)
    {
        int slot = _paths.TryFind(error.Ends, out ushort path) ? _slots.Find(path, error.Ends.LocalPort) : -1;
        if (slot < 0 || (_slab.AtSlot(slot).Flags & HasBlock) == 0)
        {
            return; // nothing is under way
        }

        int number = _slab.AtSlot(slot).Outbox;
        ref TcpBlock block = ref _blocks[number];
        bool isOurs = !Sequence.IsBefore(error.Seq, block.Unacknowledged)
            && Sequence.IsBefore(error.Seq, block.NextMax);
        if (!isOurs)
        {
            return;
        }

        if (error.Errno == Errno.EMSGSIZE)
        {
            Shrink(number, ref block, error.MtuBytes);
        }
        else if (block.Has(BlockFlags.Connecting))
        {
            EndSlot(ref block, -error.Errno);
        }
        else
        {
            block.SoftErrno = error.Errno;
        }
    }

    /// <summary>Sends in smaller segments from here on, and what did not get through again (RFC 1191).</summary>
    private void Shrink(int number, ref TcpBlock block, int mtuBytes)
    {
        int largest = MssSizes.Largest(mtuBytes, _paths[block.Path].IsIPv6);
        int mss = MssSizes.At(MssSizes.PlaceOf(Math.Max(largest, MssSizes.At(2))));
        if (mss < block.Mss && !block.Has(BlockFlags.Connecting))
        {
            block.Mss = (ushort)mss;
            block.Next = block.Unacknowledged;
            AddOutput(number, ref block);
        }
    }
}
