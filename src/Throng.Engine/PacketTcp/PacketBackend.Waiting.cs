using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Requests that wait, since every block is in use: in order, and none is lost.</summary>
internal sealed partial class PacketBackend
{
    private readonly Queue<Request> _waiting = new();

    /// <summary>How many requests of each slot wait.</summary>
    private readonly Dictionary<int, int> _waitingOf = [];

    /// <summary>Requests that wait for a block.</summary>
    public int RequestsWaiting => _waiting.Count;

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
