using Throng.Linux;

namespace Throng.Engine;

/// <summary>Segments without bytes of their own: acknowledgements, resets, probes.</summary>
internal sealed partial class PacketBackend
{
    /// <summary>The largest window that is told: it needs no scale.</summary>
    private const uint WindowMax = 65_535;

    /// <summary>Answers that wait at most; beyond them, those that only answer somebody are dropped.</summary>
    private const int RepliesMax = 4096;

    /// <summary>Connections that have something to acknowledge, which bytes of theirs may do first.</summary>
    private readonly Queue<Handle> _acks = new(256);
    private readonly Queue<Reply> _replies = new(256);

    /// <summary>Bytes by which a window may grow, of which the peer was not told yet.</summary>
    private static uint WindowGain(in TcpBlock block)
    {
        uint end = block.Expected + WindowMax - (uint)block.ArrivedBytes;
        return Sequence.IsAfter(end, block.WindowEnd) ? end - block.WindowEnd : 0;
    }

    /// <summary>The window to tell: it never shrinks, and has room for what it says.</summary>
    private static ushort OpenWindow(ref TcpBlock block)
    {
        block.WindowEnd += WindowGain(block);
        return (ushort)Math.Min(block.WindowEnd - block.Expected, WindowMax);
    }

    private void AckSoon(Handle connection, ref Connection record)
    {
        if ((record.Flags & AckDue) == 0)
        {
            record.Flags |= AckDue;
            _acks.Enqueue(connection);
        }
    }

    /// <summary>Acknowledges what no bytes have acknowledged meanwhile.</summary>
    private void SendAcks()
    {
        for (int left = _acks.Count; left > 0 && !_lacksFrames; left--)
        {
            Handle connection = _acks.Dequeue();
            if (!_slab.IsLive(connection) || (_slab[connection].Flags & AckDue) == 0)
            {
                continue;
            }

            ref Connection record = ref _slab[connection];
            Reply ack = new(record.Path, record.LocalPort, TcpFlags.Ack)
            {
                Seq = (uint)record.Descriptor,
                Ack = (uint)record.Outbox,
                Window = (ushort)WindowMax,
            };
            if ((record.Flags & HasBlock) != 0)
            {
                ack = AckOf(ref _blocks[record.Outbox]);
            }

            if (TrySend(ack) == 0)
            {
                _acks.Enqueue(connection);
            }
            else
            {
                record.Flags &= unchecked((ushort)~AckDue);
            }
        }
    }

    private void SendReplies()
    {
        for (int left = _replies.Count; left > 0 && !_lacksFrames; left--)
        {
            if (TrySend(_replies.Peek()) == 0 && _lacksFrames)
            {
                return;
            }

            _ = _replies.Dequeue(); // sent; or nobody is known there, and who waits for it asks again
        }
    }

    /// <summary>An acknowledgement of all that came, as it stands now.</summary>
    private Reply AckOf(ref TcpBlock block) => AckOf(ref block, block.Expected);

    /// <param name="latest">Number of the segment that came last.</param>
    private Reply AckOf(ref TcpBlock block, uint latest)
    {
        Reply ack = new(block.Path, block.LocalPort, TcpFlags.Ack)
        {
            Seq = block.NextMax,
            Ack = block.Expected,
            Window = OpenWindow(ref block),
        };
        if (block.EarlyHead == 0 || !block.Has(BlockFlags.PeerTakesSacks))
        {
            return ack;
        }

        uint? fin = block.Has(BlockFlags.FinIsEarly) ? block.EarlyFin : null;
        return ack with { Sacks = _early.Ranges(block.EarlyHead, latest, fin) };
    }

    private void AnswerNow(in Reply reply)
    {
        if (_replies.Count < RepliesMax)
        {
            _replies.Enqueue(reply);
        }
        else
        {
            _hasRepeats = true;
        }
    }

    /// <summary>Resets a connection that ends here; not dropped however many wait.</summary>
    private void Reset(in Connection record)
    {
        Reply reply = new(record.Path, record.LocalPort, TcpFlags.Rst | TcpFlags.Ack)
        {
            Seq = (uint)record.Descriptor,
            Ack = (uint)record.Outbox,
        };
        if ((record.Flags & HasBlock) != 0)
        {
            ref TcpBlock block = ref _blocks[record.Outbox];
            reply = reply with { Seq = block.NextMax, Ack = block.Expected };
        }

        _replies.Enqueue(reply);
    }

    /// <summary>A segment for no connection of ours is reset (RFC 9293, 3.10.7.1), unless it is a reset.</summary>
    private void Refuse(ushort path, in Segment segment)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        ushort port = segment.Ends.LocalPort;
        AnswerNow(segment.Has(TcpFlags.Ack)
            ? new Reply(path, port, TcpFlags.Rst) { Seq = segment.Ack }
            : new Reply(path, port, TcpFlags.Rst | TcpFlags.Ack) { Ack = segment.Seq + segment.Length });
    }

    /// <returns>1; 0: not now; -errno: nobody answers for the next hop.</returns>
    private int TrySend(in Reply reply)
    {
        ref KnownPath path = ref _paths[reply.Path];
        int link = BeginFrame(path, out Span<byte> frame, out int id);
        if (link <= 0)
        {
            return link;
        }

        int headerBytes = PacketHeaders.IPBytes(path.IsIPv6) + PacketHeaders.TcpBytes;
        int optionBytes = TcpOptions.SackBytes(reply.Sacks.Count);
        Span<byte> packet = frame.Slice(link, headerBytes + optionBytes);
        if (optionBytes > 0)
        {
            TcpOptions.WriteSacks(packet[headerBytes..], reply.Sacks);
        }

        OutgoingSegment segment = new(
            _paths.EndsOf(reply.Path, reply.Port), reply.Seq, reply.Ack, reply.Flags, reply.Window);
        PacketHeaders.Write(packet, segment, optionBytes);
        EndFrame(id, link + packet.Length);
        Counts.ResetsOut += (reply.Flags & TcpFlags.Rst) != 0 ? 1 : 0;
        return 1;
    }

    private readonly record struct Reply(ushort Path, ushort Port, TcpFlags Flags)
    {
        public uint Seq { get; init; }
        public uint Ack { get; init; }
        public ushort Window { get; init; }
        public SequenceRanges Sacks { get; init; }
    }
}
