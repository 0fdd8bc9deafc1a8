using Throng.Measurement;

namespace Throng.Engine;

/// <summary>A poll: what was asked for goes out, then what came is taken in.</summary>
internal sealed partial class PacketBackend
{
    private const int FramesPerTake = 64;

    /// <summary>Taken in one poll; the others wait for the next.</summary>
    private const int FramesPerPoll = 512;

    /// <summary>How often the link is told the time, and a next hop that is not known is asked for.</summary>
    private const long LinkTickNs = 10 * Ns.Millisecond;

    private readonly ArrivedFrame[] _arrived = new ArrivedFrame[FramesPerTake];
    private long _linkTickedNs;

    /// <summary>The time, read once for each batch of frames or segments.</summary>
    private long _nowNs;

    /// <summary>A segment could not be sent since its next hop is not known yet.</summary>
    private bool _awaitsLink;
    private bool _lacksFrames;

    public ReadOnlySpan<Completion> Poll(long untilNs, IProduce produce)
    {
        (_completions, _immediate) = (_immediate, _completions);
        _immediate.Clear();
        if (_completions.Count == 0)
        {
            _facts.Clear();
        }

        _awaitsLink = false;
        _lacksFrames = false;
        _nowNs = NowNs();
        ServeWaiting();
        SendReplies();
        SendOutput(produce);
        SendAcks();
        DeliverAttended();
        WaitUntil(_completions.Count > 0 || _attended.Count > 0 ? 0 : untilNs);
        if (_nowNs - _linkTickedNs >= LinkTickNs)
        {
            _linkTickedNs = _nowNs;
            _link.Tick(_nowNs);
        }

        FireTimers(_nowNs);
        EndTimeWaits(_nowNs);
        TakeFrames();
        return _completions.Items;
    }

    private void WaitUntil(long untilNs)
    {
        untilNs = Math.Min(untilNs, _wheel.NextDueNs());
        long beforeNs = NowNs();
        if (_awaitsLink)
        {
            untilNs = Math.Min(untilNs, beforeNs + LinkTickNs);
        }

        _port.Wait(untilNs);
        _nowNs = NowNs();
        SleptNs += Math.Min(_nowNs - beforeNs, Math.Max(0, untilNs - beforeNs));
    }

    private void TakeFrames()
    {
        int left = FramesPerPoll;
        while (left > 0)
        {
            int count = _port.Receive(_arrived);
            _nowNs = count > 0 ? NowNs() : _nowNs;
            foreach (ref readonly ArrivedFrame frame in _arrived.AsSpan(0, count))
            {
                TakeFrame(_port.BytesOf(frame), _nowNs);
                _port.Return(frame);
            }

            left = count < FramesPerTake ? 0 : left - count;
        }
    }

    private void TakeFrame(ReadOnlySpan<byte> frame, long nowNs)
    {
        int from = _link.Strip(frame);
        if (from <= 0)
        {
            return;
        }

        Segment segment = default;
        IcmpError error = default;
        switch (PacketReader.Read(frame[from..], ref segment, ref error))
        {
            case PacketKind.Segment:
                Counts.SegmentsIn++;
                TakeSegment(segment, nowNs);
                break;
            case PacketKind.IcmpError:
                Counts.IcmpErrors++;
                TakeError(error);
                break;
            case PacketKind.Malformed:
                Counts.Malformed++;
                break;
            case PacketKind.BadChecksum:
                Counts.BadChecksums++;
                break;
            default:
                Counts.NotOurs++;
                break;
        }
    }

    /// <summary>Tells what came while nobody received: a buffer of each connection in each poll, and then its FIN.
    /// </summary>
    private void DeliverAttended()
    {
        for (int left = _attended.Count; left > 0; left--)
        {
            Handle connection = _attended.Dequeue();
            if (!_slab.IsLive(connection) || _slab[connection].Phase != Phase.Open)
            {
                continue;
            }

            ref Connection record = ref _slab[connection];
            record.Flags &= unchecked((ushort)~Attended);
            if ((record.Flags & HasBlock) != 0)
            {
                Deliver(connection, ref record);
            }
        }
    }

    private void Deliver(Handle connection, ref Connection record)
    {
        int number = record.Outbox;
        ref TcpBlock block = ref _blocks[number];
        if (IsHeldBack(record, block))
        {
            return;
        }

        if (block.ArrivedHead != 0)
        {
            Lease lease = _chains.Take(ref block.ArrivedHead, ref block.ArrivedTail);
            block.ArrivedBytes -= lease.Length;
            _completions.Add(new Completion(connection, Operation.Received, lease.Length, lease, _nowNs));
            if (WindowGain(block) >= Math.Min(2u * block.Mss, WindowMax / 2))
            {
                AckSoon(connection, ref record); // the peer may be waiting for room
            }
        }

        TellFinished(connection, ref record, ref block);
        if (block.ArrivedHead != 0)
        {
            Attend(connection, ref record);
        }

        Settle(number, ref block);
    }

    /// <summary>Tells of the peer's FIN once everything before it was told.</summary>
    private void TellFinished(Handle connection, ref Connection record, ref TcpBlock block)
    {
        bool isDue = block.Has(BlockFlags.PeerFinished) && !block.Has(BlockFlags.PeerFinishedTold);
        if (isDue && block.ArrivedHead == 0 && !IsHeldBack(record, block))
        {
            block.Flags |= BlockFlags.PeerFinishedTold;
            _completions.Add(new Completion(connection, Operation.PeerFinished, 0, default, _nowNs));
        }
    }

    /// <summary>Nothing is told of what comes: nobody receives, or too much waits to be sent on.</summary>
    private static bool IsHeldBack(in Connection record, in TcpBlock block) =>
        (record.Flags & ModeMask) == (ushort)ReceiveMode.Paused || block.Forwards >= Outboxes.BuffersMax;
}
