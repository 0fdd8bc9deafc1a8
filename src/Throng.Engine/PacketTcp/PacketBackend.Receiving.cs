using Throng.Linux;

namespace Throng.Engine;

/// <summary>Segments that came, in the order of the checks of RFC 9293, 3.10.7, and of RFC 5961.</summary>
internal sealed partial class PacketBackend
{
    private const int ChallengesPerSecond = 1000;

    private long _challengeSecond;
    private int _challenges;

    private void TakeSegment(in Segment segment, long nowNs)
    {
        Counts.ResetsIn += segment.Has(TcpFlags.Rst) ? 1 : 0;
        if (!_paths.TryFind(segment.Ends, out ushort path))
        {
            Counts.NotOurs++;
            return;
        }

        int slot = _slots.Find(path, segment.Ends.LocalPort);
        if (slot >= 0)
        {
            TakeForSlot(slot, segment, nowNs);
            return;
        }

        int closed = _closed.Find(path, segment.Ends.LocalPort);
        if (closed < 0)
        {
            Counts.NotOurs++;
            Refuse(path, segment);
        }
        else if (ClosedNames.IsTimeWait(closed))
        {
            AnswerInTimeWait(ClosedNames.PlaceOf(closed), segment);
        }
        else
        {
            ref TcpBlock block = ref _blocks[closed];
            if (TakeForBlock(closed, ref block, segment, nowNs))
            {
                EndIfOver(closed, ref block);
            }
        }
    }

    private void TakeForSlot(int slot, in Segment segment, long nowNs)
    {
        ref Connection record = ref _slab.AtSlot(slot);
        bool isKnown = (record.Flags & HasBlock) != 0 || record.Phase == Phase.Open || (record.Flags & Waits) == 0;
        int number = isKnown ? BlockFor(slot, ref record, isArrival: true) : 0;
        if (number == 0)
        {
            Counts.NoRoomForArrival++;
            return;
        }

        ref TcpBlock block = ref _blocks[number];
        bool lives = block.Has(BlockFlags.Connecting)
            ? TakeWhileConnecting(number, ref block, segment, nowNs)
            : TakeForBlock(number, ref block, segment, nowNs);
        if (lives)
        {
            Settle(number, ref block);
        }
    }

    /// <summary>An answer to our SYN; false when the block is gone.</summary>
    private bool TakeWhileConnecting(int number, ref TcpBlock block, in Segment segment, long nowNs)
    {
        bool answersOurs = segment.Has(TcpFlags.Ack) && segment.Ack == block.Unacknowledged + 1
            && block.NextMax != block.Unacknowledged;
        if (!answersOurs)
        {
            if (segment.Has(TcpFlags.Ack))
            {
                Refuse(block.Path, segment);
            }

            return true; // a SYN alone: both ends opening at once is left out
        }

        if (segment.Has(TcpFlags.Rst))
        {
            EndSlot(ref block, -Errno.ECONNREFUSED);
            return false;
        }

        if (!segment.Has(TcpFlags.Syn))
        {
            return true;
        }

        Handle connection = _slab.HandleAt(block.Slot);
        ref KnownPath path = ref _paths[block.Path];
        block.Flags &= ~BlockFlags.Connecting;
        block.Expected = segment.Seq + 1;
        block.WindowEnd = block.Expected + WindowMax;
        block.WindowScale = (byte)Math.Max(0, segment.WindowScale);
        block.Mss = (ushort)MssSizes.Agreed(segment.Mss, MssSizes.Largest(_link.MtuBytes, path.IsIPv6));
        block.Flags |= segment.PermitsSacks ? BlockFlags.PeerTakesSacks : BlockFlags.None;
        block.CongestionWindow = FirstCongestionWindow(block.Mss);
        block.PeerWindow = segment.Window; // the window of a SYN is never scaled
        block.PeerWindowMax = segment.Window;
        block.PeerWindowSeq = segment.Seq;
        block.PeerWindowAck = segment.Ack;
        MeasureTrip(ref block, segment.Ack, nowNs);
        block.Unacknowledged = segment.Ack;
        block.Next = segment.Ack;
        block.Backoff = 0;
        ArmTimer(number, ref block);
        _completions.Add(new Completion(connection, Operation.Opened, 0, default, nowNs));
        AckSoon(connection, ref _slab[connection]);
        return true;
    }

    /// <summary>A segment for a connection that was open; false when the block is gone.</summary>
    private bool TakeForBlock(int number, ref TcpBlock block, in Segment segment, long nowNs)
    {
        block.HeardNs = nowNs;
        block.KeepAliveProbes = 0;
        uint window = block.WindowEnd - block.Expected;
        uint from = segment.Seq - block.Expected;
        bool beginsInWindow = from < window || from == 0;
        bool endsInWindow = segment.Length > 0 && segment.Seq + segment.Length - 1 - block.Expected < window;
        if (!beginsInWindow && !endsInWindow)
        {
            if (segment.Length > 0 || segment.Seq == block.Expected - 1)
            {
                AnswerUnlessReset(ref block, segment); // it came before, or is a probe
            }
            else if (!segment.Has(TcpFlags.Rst))
            {
                Challenge(ref block, nowNs); // two ends that always answer never stop
            }

            return true;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            return TakeReset(number, ref block, segment, nowNs);
        }

        bool isStrange = segment.Has(TcpFlags.Syn) || !segment.Has(TcpFlags.Ack)
            || Sequence.IsAfter(segment.Ack, block.NextMax)
            || Sequence.IsBefore(segment.Ack, block.Unacknowledged - Math.Max(block.PeerWindowMax, WindowMax));
        if (isStrange)
        {
            if (segment.Has(TcpFlags.Syn | TcpFlags.Ack))
            {
                Challenge(ref block, nowNs);
            }

            return true;
        }

        TakeAck(number, ref block, segment, nowNs);
        return segment.Length == 0 || TakeBytes(number, ref block, segment);
    }

    private void AnswerUnlessReset(ref TcpBlock block, in Segment segment)
    {
        if (!segment.Has(TcpFlags.Rst))
        {
            AnswerNow(AckOf(ref block));
        }
    }

    private bool TakeReset(int number, ref TcpBlock block, in Segment segment, long nowNs)
    {
        if (segment.Seq != block.Expected)
        {
            Challenge(ref block, nowNs);
            return true;
        }

        if (IsOver(block))
        {
            return true; // there is nothing to reset
        }

        if (block.IsClosedHere)
        {
            DropClosed(number, ref block);
        }
        else
        {
            EndSlot(ref block, block.Has(BlockFlags.PeerFinished) ? -Errno.EPIPE : -Errno.ECONNRESET);
        }

        return false;
    }

    /// <summary>Asks by an acknowledgement whether the peer meant a segment that would end the connection.</summary>
    private void Challenge(ref TcpBlock block, long nowNs)
    {
        long second = nowNs / Measurement.Ns.Second;
        if (second != _challengeSecond)
        {
            _challengeSecond = second;
            _challenges = 0;
        }

        if (_challenges++ < ChallengesPerSecond)
        {
            Counts.ChallengeAcks++;
            AnswerNow(AckOf(ref block));
        }
    }

    /// <summary>Takes bytes and FIN of an acceptable segment; false when the block is gone.</summary>
    private bool TakeBytes(int number, ref TcpBlock block, in Segment segment)
    {
        if (Sequence.IsAfter(segment.Seq, block.Expected))
        {
            TakeEarly(ref block, segment);
            return true;
        }

        int known = (int)(block.Expected - segment.Seq);
        ReadOnlySpan<byte> bytes = segment.Payload[Math.Min(known, segment.Payload.Length)..];
        uint window = block.WindowEnd - block.Expected;
        bool isWhole = bytes.Length <= window;
        bytes = bytes[..(int)Math.Min((uint)bytes.Length, window)];
        if (block.IsClosedHere && bytes.Length > 0)
        {
            // Nobody reads them any more: the peer is told, as by Linux.
            _replies.Enqueue(new Reply(block.Path, block.LocalPort, TcpFlags.Rst) { Seq = block.NextMax });
            DropClosed(number, ref block);
            return false;
        }

        if (bytes.Length > 0 && block.Has(BlockFlags.PeerFinished))
        {
            return true; // behind its FIN there is nothing
        }

        bool isTaken = bytes.Length == 0 || TryTake(ref block, bytes);
        bool hasFin = isTaken && isWhole && segment.Has(TcpFlags.Fin);
        if ((hasFin || JoinEarly(ref block)) && !block.Has(BlockFlags.PeerFinished))
        {
            TakeFin(ref block);
        }

        Acknowledge(ref block);
        return true;
    }

    /// <summary>Keeps what came before what is missing, and tells the peer so.</summary>
    private void TakeEarly(ref TcpBlock block, in Segment segment)
    {
        Counts.OutOfOrder++;
        if (!block.IsClosedHere && !block.Has(BlockFlags.PeerFinished))
        {
            uint room = block.WindowEnd - segment.Seq;
            ReadOnlySpan<byte> bytes = segment.Payload[..(int)Math.Min((uint)segment.Payload.Length, room)];
            bool isKept = _early.TryKeep(ref block.EarlyHead, segment.Seq, bytes);
            Counts.OutOfOrderDropped += isKept ? 0 : 1;
            if (isKept && bytes.Length == segment.Payload.Length && segment.Has(TcpFlags.Fin))
            {
                block.Flags |= BlockFlags.FinIsEarly;
                block.EarlyFin = segment.Seq + (uint)bytes.Length;
            }
        }

        AnswerNow(AckOf(ref block, segment.Seq)); // one for each: the peer counts them
    }

    /// <summary>Takes what came early and is not missing anything before it now; true when its FIN is next.</summary>
    private bool JoinEarly(ref TcpBlock block)
    {
        while (_early.TryTake(ref block.EarlyHead, block.Expected, out Lease lease))
        {
            ReadOnlySpan<byte> bytes = _pool.Bytes(lease);
            if (!IsDirect(block) && TryExtend(ref block, bytes))
            {
                _pool.Return(lease.Buffer);
            }
            else
            {
                Hand(ref block, lease);
            }
        }

        if (!block.Has(BlockFlags.FinIsEarly) || Sequence.IsBefore(block.Expected, block.EarlyFin))
        {
            return false;
        }

        block.Flags &= ~BlockFlags.FinIsEarly;
        return block.Expected == block.EarlyFin;
    }

    private void TakeFin(ref TcpBlock block)
    {
        _early.Clear(ref block.EarlyHead); // behind a FIN there is nothing
        block.Expected++;
        block.WindowEnd = Sequence.Later(block.WindowEnd, block.Expected);
        block.Flags |= BlockFlags.PeerFinished;
        block.Flags |= block.Has(BlockFlags.FinSent) ? BlockFlags.None : BlockFlags.PeerFinishedFirst;
        if (!block.IsClosedHere)
        {
            Handle connection = _slab.HandleAt(block.Slot);
            TellFinished(connection, ref _slab[connection], ref block);
        }
    }

    private void Acknowledge(ref TcpBlock block)
    {
        if (block.IsClosedHere)
        {
            AnswerNow(AckOf(ref block));
            return;
        }

        Handle connection = _slab.HandleAt(block.Slot);
        AckSoon(connection, ref _slab[connection]);
    }

    /// <summary>Takes the next bytes of a stream into buffers; false when none is free, and they have to come again.
    /// </summary>
    private bool TryTake(ref TcpBlock block, ReadOnlySpan<byte> bytes)
    {
        if (!IsDirect(block) && TryExtend(ref block, bytes))
        {
            return true;
        }

        if (!_pool.TryCopy(bytes, out Lease lease))
        {
            Counts.NoRoomForArrival++;
            return false;
        }

        Hand(ref block, lease);
        return true;
    }

    /// <summary>Whether what comes next is told of at once.</summary>
    private bool IsDirect(in TcpBlock block) =>
        block.ArrivedHead == 0 && !IsHeldBack(_slab.AtSlot(block.Slot), block);

    /// <summary>Tells of the next bytes of a stream, or keeps them until somebody receives.</summary>
    private void Hand(ref TcpBlock block, in Lease lease)
    {
        block.Expected += (uint)lease.Length;
        if (IsDirect(block))
        {
            Handle connection = _slab.HandleAt(block.Slot);
            _completions.Add(new Completion(connection, Operation.Received, lease.Length, lease, _nowNs));
        }
        else
        {
            _chains.Append(ref block.ArrivedHead, ref block.ArrivedTail, lease);
            block.ArrivedBytes += lease.Length;
        }
    }

    /// <summary>Puts bytes behind those that wait already, where the last buffer has room.</summary>
    private bool TryExtend(ref TcpBlock block, ReadOnlySpan<byte> bytes)
    {
        int tail = block.ArrivedTail;
        if (tail == 0 || _chains.EndOf(tail) + bytes.Length > BufferPool.BufferBytes)
        {
            return false;
        }

        bytes.CopyTo(_pool.Whole(tail)[_chains.EndOf(tail)..]);
        _chains.Extend(tail, bytes.Length);
        block.Expected += (uint)bytes.Length;
        block.ArrivedBytes += bytes.Length;
        return true;
    }
}
