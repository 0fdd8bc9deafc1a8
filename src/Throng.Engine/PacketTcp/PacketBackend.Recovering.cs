namespace Throng.Engine;

/// <summary>Congestion window, losses that acknowledgements tell of, and what is sent again for them.</summary>
internal sealed partial class PacketBackend
{
    /// <summary>Duplicate acknowledgements that tell of a loss (RFC 5681).</summary>
    private const int DuplicatesOfLoss = 3;

    /// <summary>Slow start, congestion avoidance, and recovery by RFC 6582, or by RFC 6675 with a peer that tells what
    /// it has.</summary>
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
        else if (block.Sacked.Count > 0)
        {
            bool wasResent = Sequence.IsAfter(block.ResentEnd, ack);
            block.Flags |= wasResent ? BlockFlags.None : BlockFlags.ResendFirst;
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
        bool isLost = block.DuplicateAcks >= DuplicatesOfLoss || block.Sacked.IsFirstLost(block.Mss);
        if (block.Has(BlockFlags.Recovering))
        {
            // A segment has left the network; with a scoreboard that is counted there.
            block.CongestionWindow += block.Sacked.Count > 0 ? 0 : (uint)block.Mss;
            AddOutput(number, ref block);
        }
        else if (isLost && !Sequence.IsBefore(block.Unacknowledged, block.RecoveryEnd))
        {
            block.SlowStartThreshold = HalfOfFlight(block);
            block.CongestionWindow = block.SlowStartThreshold
                + (block.Sacked.Count > 0 ? 0 : DuplicatesOfLoss * (uint)block.Mss);
            block.RecoveryEnd = block.NextMax;
            block.ResentEnd = block.Unacknowledged;
            block.Flags |= BlockFlags.Recovering | BlockFlags.ResendFirst;
            AddOutput(number, ref block);
        }
    }

    /// <summary>Takes note of what the peer has behind a gap; true when it was not known.</summary>
    private static bool NoteSacks(ref TcpBlock block, in Segment segment)
    {
        uint before = Sequence.Later(block.Unacknowledged, segment.Ack);
        bool isNews = false;
        for (int i = 0; i < segment.Sacks.Count; i++)
        {
            SequenceRange told = segment.Sacks[i];
            bool isOfOurs = Sequence.IsAfter(told.From, before) && Sequence.IsAfter(told.End, told.From)
                && !Sequence.IsAfter(told.End, block.NextMax);
            SequenceRange range = told with { End = Sequence.Earlier(told.End, block.SentEnd) };
            if (isOfOurs && Sequence.IsBefore(range.From, range.End))
            {
                isNews |= block.Sacked.Add(range);
            }
        }

        return isNews;
    }

    private static uint HalfOfFlight(in TcpBlock block) =>
        Math.Max((block.NextMax - block.Unacknowledged) / 2, 2u * block.Mss);

    private static uint BytesUnderWay(in TcpBlock block) =>
        block.Sacked.BytesUnderWay(block.Unacknowledged, block.NextMax, block.ResentEnd, block.Mss);

    /// <summary>Sends again what counts as lost, as far as the congestion window allows it (RFC 6675, 5).</summary>
    private Progress ResendLost(ref TcpBlock block)
    {
        Progress progress = Progress.Done;
        while (progress == Progress.Done && BytesUnderWay(block) + block.Mss <= block.CongestionWindow
            && block.Sacked.TryFindLost(block.ResentEnd, block.Unacknowledged, block.Mss, out SequenceRange gap))
        {
            int bytes = (int)Math.Min(gap.Bytes, block.Mss);
            progress = SendAgain(ref block, gap.From, bytes, hasFin: false);
        }

        return progress;
    }

    /// <summary>Sends the first segment that is not acknowledged again, and nothing behind it.</summary>
    private Progress ResendFirst(ref TcpBlock block)
    {
        block.Flags &= ~BlockFlags.ResendFirst;
        int bytes = Math.Min(block.Sacked.BytesMissing(block.Unacknowledged, block.SentEnd), block.Mss);
        bool hasFin = bytes == block.Sent.Bytes && block.Has(BlockFlags.FinSent);
        if (bytes == 0 && !hasFin)
        {
            return Progress.Done;
        }

        Progress progress = SendAgain(ref block, block.Unacknowledged, bytes, hasFin);
        block.Flags |= progress == Progress.Later ? BlockFlags.ResendFirst : BlockFlags.None;
        return progress;
    }

    /// <summary>Sends bytes that were sent before; what is sent next stays what it is.</summary>
    private Progress SendAgain(ref TcpBlock block, uint seq, int bytes, bool hasFin)
    {
        uint next = block.Next;
        Progress progress = SendSegment(ref block, seq, bytes, hasFin, null);
        block.Next = Sequence.Later(next, block.Next);
        if (progress == Progress.Done && block.Has(BlockFlags.Recovering))
        {
            block.ResentEnd = Sequence.Later(block.ResentEnd, seq + (uint)bytes);
        }

        return progress;
    }
}
