namespace Throng.Engine;

/// <summary>Acknowledgements that came: what is done with, the windows, and losses that they tell of.</summary>
internal sealed partial class PacketBackend
{
    private void TakeAck(int number, ref TcpBlock block, in Segment segment, long nowNs)
    {
        uint window = (uint)segment.Window << block.WindowScale;
        Counts.ZeroWindows += window == 0 ? 1 : 0;
        bool hasNews = block.Has(BlockFlags.PeerTakesSacks) && NoteSacks(ref block, segment);
        if (Sequence.IsAfter(segment.Ack, block.Unacknowledged))
        {
            TakeNewAck(number, ref block, segment.Ack, nowNs);
        }
        else if (segment.Ack == block.Unacknowledged && block.Unacknowledged != block.NextMax
            && (hasNews || (segment.Length == 0 && window == block.PeerWindow)))
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
        block.Sacked.DropBefore(ack);
        block.Next = Sequence.Later(block.Next, ack);
        block.Backoff = 0;
        block.SoftErrno = 0;
        block.StalledSinceNs = nowNs;
        block.Flags &= ~BlockFlags.ResendFirst;
        GrowWindow(ref block, ack, bytes);
        block.RecoveryEnd = Sequence.Later(block.RecoveryEnd, ack); // never so far behind that they are ahead
        block.ResentEnd = Sequence.Later(block.ResentEnd, ack);
        block.DuplicateAcks = 0;
        _wheel.Cancel(number);
        bool hasMore = block.UnsentBytes > 0 || block.Next != block.NextMax
            || block.Has(BlockFlags.ResendFirst | BlockFlags.Recovering)
            || (block.Has(BlockFlags.FinWanted) && !block.Has(BlockFlags.FinSent));
        if (hasMore)
        {
            AddOutput(number, ref block);
        }

        ArmTimer(number, ref block);
    }

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
