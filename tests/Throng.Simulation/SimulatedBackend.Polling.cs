using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

/// <summary>The half of the simulated backend that does the work and tells what came of it.</summary>
public sealed partial class SimulatedBackend
{
    private const long StarvedNs = 1_000_000;

    public ReadOnlySpan<Completion> Poll(long untilNs, IProduce produce)
    {
        _completions.Clear();
        _facts.Clear();
        _isWoken = false;
        foreach (SimulatedListener listener in _listeners)
        {
            Accept(listener);
            ReceiveDatagrams(listener);
        }

        TellSentTo();

        (_ready, _attending) = (_attending, _ready);
        for (int left = _attending.Count; left > 0; left--)
        {
            int picked = (int)_network.Between(0, left - 1);
            (StreamEnd end, int serial) = _attending[picked];
            _attending[picked] = _attending[left - 1];
            if (serial != end.Serial || end.Backend != this)
            {
                continue;
            }

            end.IsQueued = false;
            if (_network.Chance(_network.Faults.CompletionIsLate))
            {
                Attend(end);
            }
            else
            {
                Progress(end, produce);
            }
        }

        _attending.Clear();
        _untilNs = _completions.Count > 0 ? 0 : untilNs;
        return _completions.Items;
    }

    private void Accept(SimulatedListener listener)
    {
        while (listener.HasToAccept)
        {
            int refusal = _network.ErrnoOf(SimulatedOperation.Accept);
            if (refusal != 0)
            {
                _completions.Add(new Completion(
                    new Handle(listener.Number, 0), Operation.AcceptFailed, -refusal, default, NowNs()));
                return;
            }

            bool lacks = _network.Chance(_network.Faults.AcceptLacksDescriptor);
            if (lacks || !_slab.TryAllocate(Role.Server, Phase.Connecting, out Handle connection))
            {
                int errno = lacks && _network.Between(0, 1) == 0 ? Errno.ENFILE : Errno.EMFILE;
                _completions.Add(new Completion(
                    new Handle(listener.Number, 0), Operation.AcceptFailed, -errno, default, NowNs()));
                return;
            }

            StreamEnd end = listener.Waiting.Dequeue();
            listener.Asked -= listener.IsPaced ? 1 : 0;
            end.Backend = this;
            end.Connection = connection;
            _ends[connection.Slot] = end;
            Tell(end, Operation.Accepted, listener.Number);
            if (end.Failure != 0)
            {
                Attend(end);
            }
        }
    }

    /// <summary>Everything that can be done and told for one connection now.</summary>
    private void Progress(StreamEnd end, IProduce produce)
    {
        if (end.CloseIsAsked)
        {
            ProgressClosing(end, produce);
            return;
        }

        if (end.OpenedIsDue)
        {
            end.OpenedIsDue = false;
            Tell(end, Operation.Opened, 0);
            Attend(end); // its handlers come before anything else of it
            return;
        }

        if (end.Failure != 0)
        {
            ProgressFailed(end);
            return;
        }

        TellFacts(end);
        if (end.Phase == EndPhase.Established)
        {
            TryReceive(end);
            TrySend(end, produce);
        }
    }

    /// <summary>A close is not at once: operations under way still end, in any order, before Closed is told.</summary>
    private void ProgressClosing(StreamEnd end, IProduce produce)
    {
        if (!_network.Chance(_network.Faults.CloseIsLate))
        {
            End(end, 0);
            return;
        }

        if (end.OpenedIsDue)
        {
            end.OpenedIsDue = false;
            Tell(end, Operation.Opened, 0);
        }
        else if (end.Phase == EndPhase.Established && end.Failure == 0)
        {
            TryReceive(end);
            TrySend(end, produce);
        }

        Attend(end);
    }

    /// <summary>A kernel hands out what came before a reset, unless it was lost, and then the error.</summary>
    private void ProgressFailed(StreamEnd end)
    {
        bool isDeaf = _network.Faults.PausedIsDeaf && end.Phase == EndPhase.Established
            && end.Mode == ReceiveMode.Paused && _slab[end.Connection].Outbox == 0 && !end.FactsAreDue;
        if (isDeaf)
        {
            return;
        }

        if (TryReceive(end))
        {
            Attend(end);
            return;
        }

        end.FactsAreDue |= _tellsEnds && end.Phase == EndPhase.Established && _slab[end.Connection].IsOurs;
        TellFacts(end);
        End(end, -end.Failure);
    }

    private void TellFacts(StreamEnd end)
    {
        if (end.FactsAreDue)
        {
            end.FactsAreDue = false;
            int refusal = _network.ErrnoOf(SimulatedOperation.Facts);
            Lease where = new(0, _facts.Count, 0);
            _facts.Add(new ConnectionFacts
            {
                Local = end.Local, Peer = end.Remote, RoundTripNs = end.RoundTripNs, HasTcp = !end.IsDatagram,
            });
            _completions.Add(new Completion(end.Connection, Operation.Facts, -refusal, where, NowNs()));
        }
    }

    /// <summary>At most one read a poll, so that what is forwarded can hold the next one back.</summary>
    private bool TryReceive(StreamEnd end)
    {
        int outbox = _slab[end.Connection].Outbox;
        if (end.Mode == ReceiveMode.Paused || (outbox != 0 && _outboxes[outbox].Buffers >= Outboxes.BuffersMax))
        {
            return false;
        }

        if (end.IsDatagram)
        {
            return TryReceiveDatagram(end);
        }

        int unread = Math.Min(end.In.Unread, BufferPool.BufferBytes);
        if (unread == 0)
        {
            return TryTellFinished(end);
        }

        if (_network.ErrnoOf(SimulatedOperation.Receive) is var errno and not 0)
        {
            end.Failure = errno;
            end.In.Discard();
            Attend(end);
            return false;
        }

        int buffer = _pool.Rent();
        if (buffer == 0)
        {
            _network.KickLater(end, StarvedNs);
            return false;
        }

        int bytes = _network.Chance(_network.Faults.ReadIsPartial) ? (int)_network.Between(1, unread) : unread;
        end.In.ReadInto(_pool.Whole(buffer)[..bytes]);
        _network.MadeRoom(end);
        _network.Note("received", end, bytes);
        _completions.Add(new Completion(
            end.Connection, Operation.Received, bytes, new Lease(buffer, 0, bytes), NowNs()));
        if (end.In.Unread > 0)
        {
            Attend(end);
        }
        else if (_network.Chance(0.5))
        {
            TryTellFinished(end); // data and FIN in one turn
        }
        else if (end.In.FinArrived)
        {
            Attend(end);
        }

        return true;
    }

    private bool TryTellFinished(StreamEnd end)
    {
        if (!end.In.FinArrived || end.PeerFinishedIsTold || end.Failure != 0)
        {
            return false;
        }

        end.PeerFinishedIsTold = true;
        Tell(end, Operation.PeerFinished, 0);
        return true;
    }

    private void TrySend(StreamEnd end, IProduce produce)
    {
        int outbox = _slab[end.Connection].Outbox;
        if (outbox == 0 || MisfortuneOnSend(end))
        {
            return;
        }

        if (end.IsDatagram)
        {
            SendDatagrams(end, ref _outboxes[outbox], produce);
            return;
        }

        ref Outbox box = ref _outboxes[outbox];
        bool isPartial = false;
        bool hasProgressed = false;
        while (!isPartial && (box.Buffers > 0 || box.AnnouncedBytes > 0))
        {
            int room = end.Out.Room;
            if (room == 0)
            {
                end.WaitsForRoom = true;
                break;
            }

            if (_network.Chance(_network.Faults.WriteIsPartial))
            {
                isPartial = true;
                room = (int)_network.Between(1, Math.Min(room, 32));
            }

            int sent = box.Buffers > 0 ? SendForwarded(end, ref box, room) : SendProduced(end, ref box, room, produce);
            if (sent == 0)
            {
                _network.KickLater(end, StarvedNs);
                break;
            }

            end.SentUntold += sent;
            hasProgressed = true;
        }

        bool isEmpty = box.Buffers == 0 && box.AnnouncedBytes == 0;
        if (end.SentUntold > 0 && (isEmpty || _network.Faults.SentInPieces))
        {
            Tell(end, Operation.Sent, end.SentUntold);
            end.SentUntold = 0;
        }

        if (isEmpty)
        {
            ReturnOutbox(end, box.IsLast);
            Attend(end); // the outbox may have held receiving back
        }
        else if (isPartial || (hasProgressed && end.In.Unread > 0))
        {
            Attend(end);
        }
    }

    private bool MisfortuneOnSend(StreamEnd end)
    {
        FaultPlan faults = _network.Faults;
        if (_network.ErrnoOf(SimulatedOperation.Send) is var errno and not 0)
        {
            end.Failure = errno;
            Attend(end);
            return true;
        }

        if (_network.Chance(faults.SendLacksMemory))
        {
            end.Failure = Errno.ENOBUFS;
            Attend(end);
            return true;
        }

        if (end.IsDatagram)
        {
            return false; // between datagrams there is nothing to reset
        }

        if (_network.Chance(faults.ResetMidStream))
        {
            _network.ResetBoth(end);
        }
        else if (_network.Chance(faults.PeerVanishes))
        {
            _network.Cut(end);
        }

        return false;
    }

    private int SendForwarded(StreamEnd end, ref Outbox box, int room)
    {
        Lease head = _outboxes.Head(box);
        int bytes = Math.Min(room, head.Length);
        _network.Write(end, _pool.Bytes(head)[..bytes]);
        _outboxes.Advance(ref box, bytes);
        return bytes;
    }

    /// <summary>Produces into a buffer that stays until it is sent, as a ring needs it; 0 without one.</summary>
    private int SendProduced(StreamEnd end, ref Outbox box, int room, IProduce produce)
    {
        if (box.ProducedBuffer == 0)
        {
            box.ProducedBuffer = _pool.Rent();
            if (box.ProducedBuffer == 0)
            {
                return 0;
            }

            box.ProducedOffset = 0;
            box.ProducedBytes = Math.Min(box.AnnouncedBytes, BufferPool.BufferBytes);
            produce.Produce(end.Connection, box.StreamOffset, _pool.Whole(box.ProducedBuffer)[..box.ProducedBytes]);
        }

        Span<byte> produced = _pool.Whole(box.ProducedBuffer).Slice(box.ProducedOffset, box.ProducedBytes);
        if (_network.Chance(_network.Faults.AskedTwice))
        {
            Span<byte> again = _scratch.AsSpan(0, produced.Length);
            produce.Produce(end.Connection, box.StreamOffset, again);
            Check.That(again.SequenceEqual(produced), "same offset, same bytes");
        }

        int bytes = Math.Min(room, produced.Length);
        _network.Write(end, produced[..bytes]);
        box.ProducedOffset += bytes;
        box.ProducedBytes -= bytes;
        box.StreamOffset += bytes;
        box.AnnouncedBytes -= bytes;
        if (box.ProducedBytes == 0)
        {
            _pool.Return(box.ProducedBuffer);
            box.ProducedBuffer = 0;
        }

        return bytes;
    }

    private void ReturnOutbox(StreamEnd end, bool isLast)
    {
        ref Connection record = ref _slab[end.Connection];
        _outboxes.Return(record.Outbox);
        record.Outbox = 0;
        if (isLast)
        {
            _network.FinishSending(end);
        }
    }

    /// <summary>The last completion of a connection; from here on nothing here knows its handle.</summary>
    private void End(StreamEnd end, int result)
    {
        ref Connection record = ref _slab[end.Connection];
        if (record.Outbox != 0)
        {
            _outboxes.Return(record.Outbox);
            record.Outbox = 0;
        }

        TellFacts(end);
        record.Phase = Phase.Closing;
        Tell(end, Operation.Closed, result);
        _ends[end.Connection.Slot] = null;
        _network.Release(end, end.CloseKind);
    }

    private void Tell(StreamEnd end, Operation kind, int result)
    {
        _network.Note(NameOf(kind), end, result);
        _completions.Add(new Completion(end.Connection, kind, result, default, NowNs()));
    }

    private static string NameOf(Operation kind) => kind switch
    {
        Operation.Accepted => "accepted",
        Operation.Opened => "opened",
        Operation.PeerFinished => "finished",
        Operation.Sent => "sent",
        _ => "closed",
    };
}
