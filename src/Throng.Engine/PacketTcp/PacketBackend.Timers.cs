using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Timers of blocks: overdue acknowledgements, closed windows, silence.</summary>
internal sealed partial class PacketBackend
{
    /// <summary>Segments are sent again so often, as Linux does: a SYN, bytes, and those of a closed connection.
    /// </summary>
    private const int SynRetriesMax = 6;
    private const int RetriesMax = 15;
    private const int ClosedRetriesMax = 8;
    private const int KeepAliveProbesMax = 3;

    private void FireTimers(long nowNs)
    {
        while (_wheel.TryTakeDue(nowNs, out int number, out byte timer))
        {
            ref TcpBlock block = ref _blocks[number];
            switch ((BlockTimer)timer)
            {
                case BlockTimer.Retransmit:
                    OnOverdue(number, ref block, nowNs);
                    break;
                case BlockTimer.Persist:
                    OnWindowSmall(number, ref block, nowNs);
                    break;
                case BlockTimer.KeepAlive:
                    OnSilence(number, ref block, nowNs);
                    break;
                case BlockTimer.FinWait:
                    DropClosed(number, ref block);
                    break;
            }
        }
    }

    private void OnOverdue(int number, ref TcpBlock block, long nowNs)
    {
        int retriesMax = block.Has(BlockFlags.Connecting) ? SynRetriesMax
            : block.IsClosedHere ? ClosedRetriesMax
            : RetriesMax;
        if (block.Backoff >= retriesMax || HasStalledTooLong(block, nowNs))
        {
            GiveUp(number, ref block);
            return;
        }

        block.Backoff++;
        block.Flags &= ~(BlockFlags.Recovering | BlockFlags.Timing);
        if (!block.Has(BlockFlags.Connecting))
        {
            block.Flags |= BlockFlags.ResendFirst; // whatever the window: word of a larger one may have been lost
            block.SlowStartThreshold = HalfOfFlight(block);
            block.CongestionWindow = block.Mss;
            block.DuplicateAcks = 0;
            block.RecoveryEnd = block.NextMax;
            block.ResentEnd = block.Unacknowledged;
            block.Sacked = default; // the peer may have dropped what was behind the gap (RFC 2018, 8)
        }

        block.Next = block.Unacknowledged;
        AddOutput(number, ref block);
    }

    /// <summary>Probes a window that is too small: a peer that has room again may have said so in vain.</summary>
    private void OnWindowSmall(int number, ref TcpBlock block, long nowNs)
    {
        if (HasStalledTooLong(block, nowNs))
        {
            GiveUp(number, ref block);
            return;
        }

        block.Backoff = (byte)Math.Min(block.Backoff + 1, RetriesMax);
        if (block.PeerWindow > 0)
        {
            block.Flags |= BlockFlags.SendAnyway;
            AddOutput(number, ref block);
            return;
        }

        AnswerNow(ProbeOf(ref block));
        Arm(number, BlockTimer.Persist, nowNs + block.Trip.TimeoutNs(block.Backoff));
    }

    private void OnSilence(int number, ref TcpBlock block, long nowNs)
    {
        long dueNs = block.HeardNs + KeepAliveNs(block);
        if (block.KeepAliveProbes == 0 && dueNs > nowNs)
        {
            Arm(number, BlockTimer.KeepAlive, dueNs);
            return;
        }

        if (block.KeepAliveProbes == KeepAliveProbesMax)
        {
            GiveUp(number, ref block);
            return;
        }

        block.KeepAliveProbes++;
        AnswerNow(ProbeOf(ref block));
        long betweenNs = Math.Max(1, block.KeepAliveSeconds / KeepAliveProbesMax) * Ns.Second;
        Arm(number, BlockTimer.KeepAlive, nowNs + betweenNs);
    }

    /// <summary>A segment that the peer has, which it answers.</summary>
    private Reply ProbeOf(ref TcpBlock block)
    {
        Reply ack = AckOf(ref block);
        return ack with { Seq = block.Unacknowledged - 1 };
    }

    private void Arm(int number, BlockTimer timer, long dueNs) => _wheel.Arm(number, dueNs, (byte)timer);

    private static long KeepAliveNs(in TcpBlock block) => block.KeepAliveSeconds * Ns.Second;

    private bool HasStalledTooLong(in TcpBlock block, long nowNs) =>
        _userTimeoutNs > 0 && !block.IsClosedHere && nowNs - block.StalledSinceNs >= _userTimeoutNs;

    /// <summary>Nobody has answered: the end, with what an ICMP error said, if one came.</summary>
    private void GiveUp(int number, ref TcpBlock block)
    {
        if (block.IsClosedHere)
        {
            DropClosed(number, ref block);
            return;
        }

        bool wasOpen = !block.Has(BlockFlags.Connecting);
        Handle connection = _slab.HandleAt(block.Slot);
        if (wasOpen)
        {
            Reset(_slab[connection]);
        }

        int errno = block.SoftErrno != 0 ? block.SoftErrno : Errno.ETIMEDOUT;
        End(connection, ref _slab[connection], -errno, _completions);
    }
}
