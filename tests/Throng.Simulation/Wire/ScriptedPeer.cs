namespace Throng.Simulation;

/// <summary>A peer that does nothing by itself: a test takes what it was sent and says what it answers.</summary>
internal sealed class ScriptedPeer(SimulatedWire wire) : IWirePeer
{
    private readonly Queue<PeerSegment> _came = new();

    public long DueNs => long.MaxValue;

    /// <summary>Segments that no test has taken.</summary>
    public int Waiting => _came.Count;

    /// <summary>Frames that were no segment.</summary>
    public int Unreadable { get; private set; }

    /// <summary>The segment that was taken last; answers go back the way it came.</summary>
    public PeerSegment Last { get; private set; } = new();

    /// <summary>Next sequence number to send, next expected; a test changes them as it likes.</summary>
    public uint Next { get; set; } = 5000;
    public uint Expected { get; set; }
    public int Window { get; set; } = 65_535;

    public void Take(byte[] frame)
    {
        if (PeerSegment.Parse(frame) is { } segment)
        {
            _came.Enqueue(segment);
        }
        else
        {
            Unreadable++;
        }
    }

    public void Tick()
    {
    }

    /// <summary>The next segment that was sent here.</summary>
    public PeerSegment Dequeue() => Last = _came.Dequeue();

    public void Clear() => _came.Clear();

    /// <summary>Sends a segment; numbers that are not given are those that fit.</summary>
    public void Send(
        int flags = PeerSegment.Ack, int bytes = 0, uint? seq = null, uint? ack = null, byte[]? options = null,
        Func<byte[], byte[]>? change = null)
    {
        PeerSegment segment = new()
        {
            Source = Last.Destination,
            Destination = Last.Source,
            SourcePort = Last.DestinationPort,
            DestinationPort = Last.SourcePort,
            Seq = seq ?? Next,
            AckSeq = ack ?? Expected,
            Flags = flags,
            Window = Window,
            Options = options ?? [],
            Payload = new byte[bytes],
        };
        if (seq is null)
        {
            Next += (uint)bytes + ((flags & (PeerSegment.Syn | PeerSegment.Fin)) != 0 ? 1u : 0);
        }

        byte[] frame = segment.ToFrame();
        wire.ToPort(change is null ? frame : change(frame));
    }

    /// <summary>Sends a frame whose type, header and content a test made.</summary>
    public void SendFrame(byte[] typeAndPacket) => wire.ToPort([.. new byte[12], .. typeAndPacket]);
}
