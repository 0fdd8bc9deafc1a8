namespace Throng.Engine;

/// <summary>Acknowledgements that came: what is done with, the windows, and losses that they tell of.</summary>
internal sealed partial class PacketBackend
{
    /// <summary>Duplicate acknowledgements that tell of a loss (RFC 5681).</summary>
    private const int DuplicatesOfLoss = 3;

    private void TakeAck(int number, ref TcpBlock block, in Segment segment, long nowNs)
    {
        uint window = (uint)segment.Window << block.WindowScale;
        Counts.ZeroWindows += window == 0 ? 1 : 0;
        if (Sequence.IsAfter(segment.Ack, block.Unacknowledged))
        {
            TakeNewAck(number, ref block, segment.Ack, nowNs);
        }
        else if (segment.Ack == block.Unacknowledged && segment.Length == 0 && window == block.PeerWindow
            && block.Unacknowledged != block.NextMax)
        {
            TakeDuplicateAck(number, ref block);
        }

        bool isNewer = Sequence.IsAfter(segment.Seq, block.PeerWindowSeq)
            || (segment.Seq == block.PeerWindowSeq && !Sequence.IsBefore(segment.Ack, block.PeerWindowAck));
        if (isNewer && !Sequence.IsBefore(segment.Ack, block.Unacknowledged))
        {
            TakeWindow(number, ref block, segment, window);
        }
    }

    private void TakeWindow(int number, ref TcpBlock block, in Segment segment, uint window)
    {
        bool hasGrown = window > block.PeerWindow;
        block.PeerWindow = window;
        block.PeerWindowMax = Math.Max(block.PeerWindowMax, window);
        block.PeerWindowSeq = segment.Seq;
        block.PeerWindowAck = segment.Ack;
        if (hasGrown && (block.UnsentBytes > 0 || block.Next != block.NextMax))
        {
            if (block.Timer == BlockTimer.Persist)
            {
                block.Backoff = 0;
                _wheel.Cancel(number);
            }

            AddOutput(number, ref block);
        }
    }

    private void TakeNewAck(int number, ref TcpBlock block, uint ack, long nowNs)
    {
        uint bytes = ack - block.Unacknowledged;
        MeasureTrip(ref block, ack, nowNs);
        bool hasFin = block.Has(BlockFlags.FinSent) && ack == block.NextMax && bytes > block.Sent.Bytes;
        _chunks.Drop(ref block.Sent, (int)bytes - (hasFin ? 1 : 0));
        block.Flags |= hasFin ? BlockFlags.FinAcknowledged : BlockFlags.None;
        block.Unacknowledged = ack;
        block.Next = Sequence.Later(block.Next, ack);
        block.Backoff = 0;
        block.SoftErrno = 0;
        block.StalledSinceNs = nowNs;
        block.Flags &= ~BlockFlags.ResendFirst;
        GrowWindow(ref block, ack, bytes);
        block.DuplicateAcks = 0;
        _wheel.Cancel(number);
        bool hasMore = block.UnsentBytes > 0 || block.Next != block.NextMax || block.Has(BlockFlags.ResendFirst)
            || (block.Has(BlockFlags.FinWanted) && !block.Has(BlockFlags.FinSent));
        if (hasMore)
        {
            AddOutput(number, ref block);
        }

        ArmTimer(number, ref block);
    }

    /// <summary>Slow start, congestion avoidance, and recovery by RFC 6582.</summary>
    private static void GrowWindow(ref TcpBlock block, uint ack, uint bytes)
    {
        uint mss = block.Mss;
        if (!block.Has(BlockFlags.Recovering))
        {
            uint more = block.CongestionWindow < block.SlowStartThreshold
                ? Math.Min(bytes, mss)
                : Math.Max(1, mss * mss / block.CongestionWindow);
            block.CongestionWindow = Math.Min(block.CongestionWindow + more, uint.MaxValue / 4);
        }
        else if (!Sequence.IsBefore(ack, block.RecoveryEnd))
        {
            block.Flags &= ~BlockFlags.Recovering;
            block.CongestionWindow = block.SlowStartThreshold;
        }
        else
        {
            // A part of what was lost: the next of it is sent at once.
            block.Flags |= BlockFlags.ResendFirst;
            uint left = block.CongestionWindow > bytes ? block.CongestionWindow - bytes : 0;
            block.CongestionWindow = Math.Max(left + mss, mss);
        }
    }

    private void TakeDuplicateAck(int number, ref TcpBlock block)
    {
        Counts.DuplicateAcks++;
        block.DuplicateAcks = (byte)Math.Min(block.DuplicateAcks + 1, byte.MaxValue);
        if (block.Has(BlockFlags.Recovering))
        {
            block.CongestionWindow += block.Mss; // a segment has left the network
            AddOutput(number, ref block);
        }
        else if (block.DuplicateAcks == DuplicatesOfLoss && !Sequence.IsBefore(block.Unacknowledged, block.RecoveryEnd))
        {
            block.SlowStartThreshold = HalfOfFlight(block);
            block.CongestionWindow = block.SlowStartThreshold + (DuplicatesOfLoss * (uint)block.Mss);
            block.RecoveryEnd = block.NextMax;
            block.Flags |= BlockFlags.Recovering | BlockFlags.ResendFirst;
            AddOutput(number, ref block);
        }
    }

    private static uint HalfOfFlight(in TcpBlock block) =>
        Math.Max((block.NextMax - block.Unacknowledged) / 2, 2u * block.Mss);

    private void MeasureTrip(ref TcpBlock block, uint ack, long nowNs)
    {
        if (block.Has(BlockFlags.Timing) && !Sequence.IsBefore(ack, block.TimedEnd))
        {
            block.Flags &= ~BlockFlags.Timing;
            block.Trip.Measured(nowNs - block.TimedAtNs);
            _paths[block.Path].Trip = block.Trip;
        }
    }
}
