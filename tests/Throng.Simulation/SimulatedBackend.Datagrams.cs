using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

/// <summary>Datagrams: those of connections, and those of listeners, which have none.</summary>
public sealed partial class SimulatedBackend
{
    /// <summary>Read from one listener in one poll.</summary>
    private const int DatagramsPerPoll = 16;

    /// <summary>The route by which the datagram in each buffer came.</summary>
    private readonly Dictionary<int, DatagramRoute> _routes = [];

    /// <summary>Results of sending from listeners since the last poll: bytes or -errno.</summary>
    private readonly List<(int Listener, int Result)> _sentTo = [];

    /// <summary>The longest of a listener: as on a kernel, its addresses have room in front of it.</summary>
    private int DatagramMax => _pool.BytesEach - DatagramLayout.HeadBytes;

    public DatagramRoute RouteOf(in Completion completion) => _routes[completion.Bytes.Buffer];

    public void SendTo(in DatagramRoute route, ReadOnlySpan<byte> bytes)
    {
        int result = bytes.Length > DatagramMax ? -Errno.EMSGSIZE
            : _network.ErrnoOf(SimulatedOperation.SendTo) is var errno and not 0 ? -errno
            : _network.Chance(_network.Faults.SendLacksMemory) ? -Errno.ENOBUFS
            : bytes.Length;
        if (result >= 0)
        {
            _network.Answer(route, _listeners[route.Listener].Address, bytes);
        }

        _sentTo.Add((route.Listener, result));
        _isWoken = true;
    }

    private void TellSentTo()
    {
        foreach ((int listener, int result) in _sentTo)
        {
            Operation kind = result < 0 ? Operation.DatagramDropped : Operation.DatagramSent;
            _completions.Add(new Completion(new Handle(listener, 0), kind, result, default, NowNs()));
        }

        _sentTo.Clear();
    }

    private void ReceiveDatagrams(SimulatedListener listener)
    {
        Handle number = new(listener.Number, 0);
        for (int left = DatagramsPerPoll; left > 0 && listener.IsAccepting && listener.Datagrams.Count > 0; left--)
        {
            int buffer = _pool.Rent();
            if (buffer == 0)
            {
                return;
            }

            (DatagramRoute route, byte[] bytes) = listener.Datagrams.Dequeue();
            if (bytes.Length > DatagramMax)
            {
                _pool.Return(buffer);
                _completions.Add(
                    new Completion(number, Operation.DatagramDropped, -Errno.EMSGSIZE, default, NowNs()));
                continue;
            }

            bytes.CopyTo(_pool.Whole(buffer));
            _routes[buffer] = route;
            Lease lease = new(buffer, 0, bytes.Length);
            _completions.Add(new Completion(number, Operation.Datagram, bytes.Length, lease, NowNs()));
        }
    }

    private void TellRefusal(StreamEnd end)
    {
        if (end.Refusal != 0)
        {
            Tell(end, Operation.Refused, -end.Refusal);
            end.Refusal = 0;
        }
    }

    private bool TryReceiveDatagram(StreamEnd end)
    {
        TellRefusal(end);
        if (end.Datagrams.Count == 0)
        {
            return false;
        }

        Lease lease = default;
        if (end.Datagrams.Peek().Length > 0)
        {
            int buffer = _pool.Rent();
            if (buffer == 0)
            {
                _network.KickLater(end, StarvedNs);
                return false;
            }

            ReadOnlySpan<byte> bytes = end.Datagrams.Peek();
            bytes.CopyTo(_pool.Whole(buffer));
            lease = new Lease(buffer, 0, bytes.Length);
        }

        end.Datagrams.Dequeue();
        _network.Note("received", end, lease.Length);
        _completions.Add(new Completion(end.Connection, Operation.Received, lease.Length, lease, NowNs()));
        Attend(end);
        return true;
    }

    private void SendDatagrams(StreamEnd end, ref Outbox box, IProduce produce)
    {
        TellRefusal(end);
        bool isStarved = false;
        while (box.AnnouncedBytes > 0 && !isStarved)
        {
            if (!_outboxes.TryStage(end.Connection, ref box, produce, out Lease staged))
            {
                _network.KickLater(end, StarvedNs);
                isStarved = true;
                continue;
            }

            ReadOnlySpan<byte> datagram = _pool.Bytes(staged);
            if (_network.Chance(_network.Faults.AskedTwice))
            {
                Span<byte> again = _scratch.AsSpan(0, datagram.Length);
                produce.Produce(end.Connection, box.StreamOffset, again);
                Check.That(again.SequenceEqual(datagram), "same offset, same bytes");
            }

            _network.SendDatagram(end, datagram);
            _outboxes.Take(ref box, datagram.Length);
            end.SentUntold += datagram.Length;
            if (_network.Faults.SentInPieces)
            {
                break;
            }
        }

        if (end.SentUntold > 0)
        {
            Tell(end, Operation.Sent, end.SentUntold);
            end.SentUntold = 0;
        }

        if (box.AnnouncedBytes == 0)
        {
            ReturnOutbox(end, isLast: false);
        }
        else if (!isStarved)
        {
            Attend(end);
        }
    }
}
