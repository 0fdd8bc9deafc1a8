using Throng.Linux;

namespace Throng.Engine;

/// <summary>Segments with sequence numbers of their own: SYN, bytes, FIN, and the timers that follow.</summary>
internal sealed partial class PacketBackend
{
    /// <summary>First congestion window in segments (RFC 6928).</summary>
    private const int FirstWindowSegments = 10;

    private int _outputHead;
    private int _outputTail;

    private enum Progress
    {
        /// <summary>All that may be sent now was sent.</summary>
        Done,

        /// <summary>A frame, a chunk or the next hop is lacking.</summary>
        Later,

        /// <summary>The block is gone.</summary>
        Gone,
    }

    private static uint FirstCongestionWindow(int mss) => (uint)(FirstWindowSegments * mss);

    /// <summary>The peer's window on a connection that was idle, until the peer tells it again. A block with a smaller
    /// one is kept.</summary>
    private static uint AssumedWindow(int mss) => (uint)Math.Min(FirstWindowSegments * mss, 14_600);

    private void AddOutput(int number, ref TcpBlock block)
    {
        if (block.Has(BlockFlags.HasOutput))
        {
            return;
        }

        block.Flags |= BlockFlags.HasOutput;
        block.OutputNext = 0;
        block.OutputPrevious = _outputTail;
        if (_outputTail != 0)
        {
            _blocks[_outputTail].OutputNext = number;
        }
        else
        {
            _outputHead = number;
        }

        _outputTail = number;
    }

    private void RemoveOutput(int number, ref TcpBlock block)
    {
        if (!block.Has(BlockFlags.HasOutput))
        {
            return;
        }

        block.Flags &= ~BlockFlags.HasOutput;
        if (block.OutputPrevious != 0)
        {
            _blocks[block.OutputPrevious].OutputNext = block.OutputNext;
        }
        else
        {
            _outputHead = block.OutputNext;
        }

        if (block.OutputNext != 0)
        {
            _blocks[block.OutputNext].OutputPrevious = block.OutputPrevious;
        }
        else
        {
            _outputTail = block.OutputPrevious;
        }

        Check.That(_outputHead != number && _outputTail != number, "a block stands in the list once");
    }

    /// <summary>Goes once through the blocks with something to send, until there are no more frames.</summary>
    private void SendOutput(IProduce produce)
    {
        int last = _outputTail;
        bool isLast = _outputHead == 0;
        for (int sent = 1; !isLast && !_lacksFrames; sent++)
        {
            _nowNs = sent % FramesPerTake == 0 ? NowNs() : _nowNs;
            int number = _outputHead;
            isLast = number == last;
            ref TcpBlock block = ref _blocks[number];
            RemoveOutput(number, ref block);
            Progress progress = block.Has(BlockFlags.Connecting)
                ? TransmitSyn(number, ref block)
                : Transmit(number, ref block, produce);
            if (progress == Progress.Later)
            {
                AddOutput(number, ref block);
            }
        }
    }

    private Progress TransmitSyn(int number, ref TcpBlock block)
    {
        ref KnownPath path = ref _paths[block.Path];
        int link = BeginFrame(path, out Span<byte> frame, out int id);
        if (link < 0)
        {
            EndSlot(ref block, link);
            return Progress.Gone;
        }

        if (link == 0)
        {
            return Progress.Later;
        }

        Span<byte> packet = frame[link..];
        int headerBytes = PacketHeaders.IPBytes(path.IsIPv6) + PacketHeaders.TcpBytes;
        TcpOptions.WriteSyn(packet[headerBytes..], MssSizes.Largest(_link.MtuBytes, path.IsIPv6));
        OutgoingSegment syn = new(
            _paths.EndsOf(block.Path, block.LocalPort), block.Unacknowledged, 0, TcpFlags.Syn, (ushort)WindowMax);
        PacketHeaders.Write(packet[..(headerBytes + TcpOptions.SynBytes)], syn, TcpOptions.SynBytes);
        EndFrame(id, link + headerBytes + TcpOptions.SynBytes);
        if (block.NextMax != block.Unacknowledged)
        {
            CountRetransmit(ref block);
        }
        else
        {
            block.Flags |= BlockFlags.Timing;
            block.TimedAtNs = _nowNs;
            block.StalledSinceNs = _nowNs;
        }

        block.Next = block.Unacknowledged + 1;
        block.NextMax = block.Next;
        block.TimedEnd = block.Next;
        Arm(number, BlockTimer.Retransmit, _nowNs + block.Trip.TimeoutNs(block.Backoff));
        return Progress.Done;
    }

    private Progress Transmit(int number, ref TcpBlock block, IProduce? produce)
    {
        uint sentBefore = block.SentEnd;
        Progress progress = Progress.Done;
        if (block.Has(BlockFlags.ResendFirst))
        {
            progress = ResendFirst(ref block);
        }

        if (progress == Progress.Done && block.Has(BlockFlags.Recovering))
        {
            progress = ResendLost(ref block);
        }

        while (progress == Progress.Done && TryPlan(ref block, out int bytes, out bool hasFin))
        {
            progress = SendSegment(ref block, block.Next, bytes, hasFin, produce);
            block.Flags &= ~BlockFlags.SendAnyway;
        }

        int newBytes = (int)(block.SentEnd - sentBefore);
        if (newBytes > 0 && !block.IsClosedHere)
        {
            Handle connection = _slab.HandleAt(block.Slot);
            _completions.Add(new Completion(connection, Operation.Sent, newBytes, default, _nowNs));
            if (block.ArrivedBytes > 0 || (block.Flags & (BlockFlags.PeerFinished | BlockFlags.PeerFinishedTold))
                == BlockFlags.PeerFinished)
            {
                Attend(connection, ref _slab[connection]); // what waited to be sent may have held it back
            }
        }

        if (progress != Progress.Later)
        {
            ArmTimer(number, ref block, isLost: progress == Progress.Gone);
            return Progress.Done;
        }

        return progress;
    }

    /// <summary>Chooses what to send next; false when nothing may be sent now.</summary>
    private static bool TryPlan(ref TcpBlock block, out int bytes, out bool hasFin)
    {
        int again = (int)(block.SentEnd - block.Next); // -1 behind a FIN that was sent
        if (again > 0 && block.Sacked.Count > 0)
        {
            block.Next = block.Sacked.Missing(block.Next);
            again = (int)(block.SentEnd - block.Next);
        }

        uint inFlight = block.Next - block.Unacknowledged;
        long room = Math.Min(
            (long)block.CongestionWindow - (block.Next == block.NextMax ? BytesUnderWay(block) : inFlight),
            (long)block.PeerWindow - inFlight);
        int unsent = block.UnsentBytes;
        int wanted = again > 0 ? block.Sacked.BytesMissing(block.Next, block.SentEnd) : unsent;
        bytes = (int)Math.Clamp(room, 0, Math.Min(wanted, block.Mss));
        bool isSilly = bytes < wanted && bytes < block.Mss && bytes < block.PeerWindowMax / 2;
        if (isSilly && !(block.Has(BlockFlags.SendAnyway) && bytes > 0))
        {
            bytes = 0;
        }

        bool isAll = again > 0 ? bytes == again && unsent == 0 : bytes == unsent;
        bool finIsDue = block.Has(BlockFlags.FinWanted) && !block.Has(BlockFlags.FinAcknowledged)
            && (!block.Has(BlockFlags.FinSent) || again >= 0);
        hasFin = finIsDue && isAll;
        return bytes > 0 || hasFin;
    }

    /// <summary>Sends bytes that were sent before, or takes new ones.</summary>
    /// <returns>Gone: nobody answers for the next hop, and the segment is lost.</returns>
    private Progress SendSegment(ref TcpBlock block, uint seq, int bytes, bool hasFin, IProduce? produce)
    {
        int from = (int)(seq - block.Unacknowledged);
        bool isNew = from == block.Sent.Bytes && bytes > 0;
        if (isNew && !_chunks.CanAppend(block.Sent, bytes))
        {
            Counts.WaitedForChunk++;
            return Progress.Later;
        }

        ref KnownPath path = ref _paths[block.Path];
        int link = BeginFrame(path, out Span<byte> frame, out int id);
        if (link <= 0)
        {
            block.SoftErrno = -link;
            return link == 0 ? Progress.Later : Progress.Gone;
        }

        int headerBytes = PacketHeaders.IPBytes(path.IsIPv6) + PacketHeaders.TcpBytes;
        Span<byte> packet = frame.Slice(link, headerBytes + bytes);
        Span<byte> payload = packet[headerBytes..];
        if (isNew)
        {
            Fill(ref block, payload, produce!);
            _chunks.Append(ref block.Sent, payload);
        }
        else
        {
            _chunks.CopyTo(block.Sent, from, payload);
        }

        bool isPushed = bytes > 0 && block.UnsentBytes == 0;
        TcpFlags flags = TcpFlags.Ack | (hasFin ? TcpFlags.Fin : 0) | (isPushed ? TcpFlags.Psh : 0);
        OutgoingSegment segment = new(
            _paths.EndsOf(block.Path, block.LocalPort), seq, block.Expected, flags, OpenWindow(ref block));
        PacketHeaders.Write(packet, segment, 0);
        EndFrame(id, link + packet.Length);
        NoteSent(ref block, seq + (uint)bytes + (hasFin ? 1u : 0), hasFin, Sequence.IsBefore(seq, block.NextMax));
        return Progress.Done;
    }

    private void NoteSent(ref TcpBlock block, uint end, bool hasFin, bool isAgain)
    {
        block.Flags |= hasFin ? BlockFlags.FinSent : BlockFlags.None;
        if (isAgain)
        {
            CountRetransmit(ref block);
        }
        else if (!block.Has(BlockFlags.Timing))
        {
            block.Flags |= BlockFlags.Timing;
            block.TimedEnd = end;
            block.TimedAtNs = _nowNs;
        }

        if (block.Unacknowledged == block.NextMax)
        {
            block.StalledSinceNs = _nowNs;
        }

        block.Next = end;
        block.NextMax = Sequence.Later(block.NextMax, end);
        if (!block.IsClosedHere)
        {
            _slab.AtSlot(block.Slot).Flags &= unchecked((ushort)~AckDue);
        }
    }

    /// <summary>No trip is measured over a segment that was sent twice (Karn's rule).</summary>
    private void CountRetransmit(ref TcpBlock block)
    {
        block.Flags &= ~BlockFlags.Timing;
        block.Retransmits++;
        Counts.Retransmits++;
    }

    /// <summary>Takes new bytes: those forwarded first, as in every backend.</summary>
    private void Fill(ref TcpBlock block, Span<byte> to, IProduce produce)
    {
        while (to.Length > 0 && block.ForwardHead != 0)
        {
            Lease first = _chains.Head(block.ForwardHead);
            int bytes = Math.Min(first.Length, to.Length);
            _pool.Bytes(first)[..bytes].CopyTo(to);
            to = to[bytes..];
            block.ForwardBytes -= bytes;
            _chains.Advance(block.ForwardHead, bytes);
            if (bytes == first.Length)
            {
                _pool.Return(_chains.Take(ref block.ForwardHead, ref block.ForwardTail).Buffer);
                block.Forwards--;
            }
        }

        if (to.Length > 0)
        {
            produce.Produce(_slab.HandleAt(block.Slot), block.StreamOffset, to);
            block.StreamOffset += to.Length;
            block.AnnouncedBytes -= to.Length;
        }
    }

    /// <summary>Sees to it that the timer that is needed now runs.</summary>
    /// <param name="isLost">A segment could not be sent: it is tried again as one that was lost.</param>
    private void ArmTimer(int number, ref TcpBlock block, bool isLost = false)
    {
        bool isOut = block.Unacknowledged != block.NextMax || isLost;
        BlockTimer timer = isOut ? BlockTimer.Retransmit
            : block.UnsentBytes > 0 ? BlockTimer.Persist
            : block.IsClosedHere ? BlockTimer.FinWait
            : block.KeepAliveSeconds > 0 ? BlockTimer.KeepAlive
            : BlockTimer.None;
        if (timer == block.Timer)
        {
            return;
        }

        switch (timer)
        {
            case BlockTimer.None:
                _wheel.Cancel(number);
                break;
            case BlockTimer.FinWait:
                Arm(number, timer, _nowNs + TimeWaits.LastsNs);
                break;
            case BlockTimer.KeepAlive:
                block.HeardNs = _nowNs;
                Arm(number, timer, _nowNs + KeepAliveNs(block));
                break;
            default:
                Arm(number, timer, _nowNs + block.Trip.TimeoutNs(block.Backoff));
                break;
        }
    }

    /// <summary>Takes a frame and writes the header under IP.</summary>
    /// <returns>Bytes of that header; 0: not now; -errno: nobody answers for the next hop.</returns>
    private int BeginFrame(in KnownPath path, out Span<byte> frame, out int id)
    {
        frame = _port.Take(out id);
        if (frame.IsEmpty)
        {
            Counts.WaitedForFrame++;
            _lacksFrames = true;
            return 0;
        }

        int link = _link.WriteHeader(path.Local, path.Remote, frame);
        if (link <= 0)
        {
            _port.GiveBack(id);
            _awaitsLink |= link == 0;
        }

        return link;
    }

    private void EndFrame(int id, int bytes)
    {
        _port.Send(id, bytes);
        Counts.SegmentsOut++;
    }

    /// <summary>Ends the connection of a block with an errno.</summary>
    private void EndSlot(ref TcpBlock block, int result)
    {
        Handle connection = _slab.HandleAt(block.Slot);
        End(connection, ref _slab[connection], result, _completions);
    }
}
