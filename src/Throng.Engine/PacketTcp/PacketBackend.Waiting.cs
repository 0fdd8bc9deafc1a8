using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Requests that need a block: carried out at once, or in their order when one is free again. None is lost.
/// </summary>
internal sealed partial class PacketBackend
{
    private readonly Queue<Request> _waiting = new();

    /// <summary>How many requests of each slot wait.</summary>
    private readonly Dictionary<int, int> _waitingOf = [];

    /// <summary>Requests that wait for a block.</summary>
    public int RequestsWaiting => _waiting.Count;

    private static void Announce(ref TcpBlock block, in Request request)
    {
        if (block.AnnouncedBytes == 0)
        {
            block.StreamOffset = request.StreamOffset;
        }

        Check.That(
            block.StreamOffset + block.AnnouncedBytes == request.StreamOffset, "a stream is sent without gaps");
        Check.That(!block.Has(BlockFlags.FinWanted), "nothing is sent after the last bytes");
        block.AnnouncedBytes += request.Bytes;
        block.Flags |= request.Mode == SendMode.Last ? BlockFlags.FinWanted : BlockFlags.None;
    }

    /// <summary>Begins a connect; false when no block is free.</summary>
    private bool TryBegin(Handle connection, ref Connection record, in Request request)
    {
        int number = _blocks.Rent();
        if (number == 0)
        {
            return false;
        }

        int mss = MssSizes.Largest(_link.MtuBytes, _paths[record.Path].IsIPv6);
        ref TcpBlock block = ref Furnish(number, connection.Slot, ref record, mss, FirstSequence(record, NowNs()));
        block.Flags = BlockFlags.Connecting;
        block.PeerWindow = block.CongestionWindow;
        block.KeepAliveSeconds = (ushort)Math.Min(request.Bytes, ushort.MaxValue);
        AddOutput(number, ref block);
        return true;
    }

    /// <summary>An initial sequence number (RFC 6528), after all that a connection in TIME-WAIT had.</summary>
    private uint FirstSequence(in Connection record, long nowNs)
    {
        Endpoints ends = _paths.EndsOf(record.Path, record.LocalPort);
        uint sequence = _options.FirstSequence
            ?? (uint)_sequenceHash.Of(ends) + (uint)(nowNs / (4 * Ns.Microsecond));
        int closed = _closed.Find(record.Path, record.LocalPort);
        if (closed >= 0)
        {
            int place = ClosedNames.PlaceOf(closed);
            uint before = _timeWaits.NumbersOf(place).Next;
            _closed.Remove(closed);
            _timeWaits.Forget(place);
            sequence = Sequence.IsAfter(sequence, before) ? sequence : before + 1;
        }

        return sequence;
    }

    /// <summary>Adds what is to be sent to a connection's block; false when it has none and none is free.</summary>
    private bool TryAnnounce(ref Connection record, in Request request)
    {
        int number = BlockFor(request.Connection.Slot, ref record, isArrival: false);
        if (number == 0)
        {
            return false;
        }

        ref TcpBlock block = ref _blocks[number];
        if (block.UnsentBytes == 0 && block.Unacknowledged == block.NextMax)
        {
            block.StalledSinceNs = _nowNs;
        }

        if (request.Kind == RequestKind.Forward)
        {
            _chains.Append(ref block.ForwardHead, ref block.ForwardTail, request.Lease);
            block.Forwards++;
            block.ForwardBytes += request.Lease.Length;
        }
        else
        {
            Announce(ref block, request);
        }

        AddOutput(number, ref block);
        return true;
    }

    private void Wait(ref Connection record, in Request request)
    {
        int slot = request.Connection.Slot;
        Counts.WaitedForBlock++;
        _waitingOf[slot] = _waitingOf.GetValueOrDefault(slot) + 1;
        record.Flags |= Waits;
        _waiting.Enqueue(request);
    }

    /// <summary>Carries out what waits, the oldest first, as far as blocks are free.</summary>
    private void ServeWaiting()
    {
        for (int left = _waiting.Count; left > 0 && _blocks.HasFree; left--)
        {
            Request request = _waiting.Dequeue();
            int slot = request.Connection.Slot;
            int others = _waitingOf[slot] - 1;
            if (others == 0)
            {
                _ = _waitingOf.Remove(slot);
            }
            else
            {
                _waitingOf[slot] = others;
            }

            if (!_slab.IsLive(request.Connection))
            {
                Drop(request);
                continue;
            }

            ref Connection record = ref _slab[request.Connection];
            record.Flags &= unchecked((ushort)~(others == 0 ? Waits : 0));
            Serve(request, ref record);
        }
    }

    /// <summary>Carries out a request, for which a block is free; its connection may be closed by now.</summary>
    private void Serve(in Request request, ref Connection record)
    {
        bool isServed = true;
        switch (request.Kind)
        {
            case RequestKind.Open when record.Phase == Phase.Connecting:
                isServed = TryBegin(request.Connection, ref record, request);
                break;
            case RequestKind.Close when record.Phase == Phase.Closing:
                isServed = TryFinish(request.Connection, ref record, _completions);
                break;
            case RequestKind.Send or RequestKind.Forward when record.Phase == Phase.Open:
                isServed = TryAnnounce(ref record, request);
                break;
            default:
                Drop(request);
                break;
        }

        Check.That(isServed, "a request is taken up when a block is free");
    }

    private void Drop(in Request request)
    {
        if (!request.Lease.IsNone)
        {
            Release(request.Lease);
        }
    }
}

/// <summary>Kind of request that needs a block.</summary>
internal enum RequestKind : byte
{
    Open,
    Send,
    Forward,
    Close,
}

/// <summary>A request to the backend that waits for a block.</summary>
internal readonly record struct Request(Handle Connection, RequestKind Kind)
{
    /// <summary>Bytes to send; of an Open: seconds before keepalive probes.</summary>
    public int Bytes { get; init; }
    public long StreamOffset { get; init; }
    public SendMode Mode { get; init; }
    public Lease Lease { get; init; }
}
