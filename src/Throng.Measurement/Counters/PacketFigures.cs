namespace Throng.Measurement;

/// <summary>
/// Frames and segments of a run whose connections are no sockets of the kernel. Counts since its start; what was sent
/// again is in <see cref="TcpCounters"/>.
/// </summary>
public sealed record PacketFigures
{
    /// <summary>Name of the interface.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Queues of it that are taken, each by a worker.</summary>
    public long Queues { get; init; } = 1;

    /// <summary>Way of a frame between here and the interface: <c>copy</c> or <c>zero-copy</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Where frames are picked: <c>native</c>, before they have memory of the kernel's, or <c>generic</c>, at
    /// the entrance of its network stack.</summary>
    public string XdpMode { get; init; } = "";

    /// <summary>Ethernet frames that came.</summary>
    public long FramesIn { get; init; }

    /// <summary>Ethernet frames that were given to the kernel.</summary>
    public long FramesOut { get; init; }

    /// <summary>Frames that came to another worker and were handed over; those of the link to each worker.</summary>
    public long FramesPassed { get; init; }

    /// <summary>Frames that were dropped, since a worker had not taken those handed over before.</summary>
    public long PassFull { get; init; }

    /// <summary>How often the kernel took no more frames for the moment.</summary>
    public long TxFull { get; init; }

    /// <summary>Frames that were dropped since this end had not taken those before.</summary>
    public long RxFull { get; init; }

    /// <summary>The queue that dropped most of those; null: none did.</summary>
    public long? RxFullQueue { get; init; }

    /// <summary>Frames that the kernel dropped for another reason, such as their length.</summary>
    public long RxDropped { get; init; }

    /// <summary>TCP segments that came.</summary>
    public long SegmentsIn { get; init; }

    /// <summary>TCP segments that were sent.</summary>
    public long SegmentsOut { get; init; }

    /// <summary>Resets that came.</summary>
    public long ResetsIn { get; init; }

    /// <summary>Resets that were sent.</summary>
    public long ResetsOut { get; init; }

    /// <summary>Segments that came before one that was missing.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Segments out of order that found no room to be kept in, and had to come again.</summary>
    public long OutOfOrderDropped { get; init; }

    /// <summary>Segments that were dropped, to come again, since all buffers or control blocks were in use.</summary>
    public long ArrivalsDropped { get; init; }

    /// <summary>Most connections on which something could be under way at once: control blocks.</summary>
    public long Blocks { get; init; }

    /// <summary>Requests to open, send or close that waited since all control blocks were in use.</summary>
    public long BlocksFull { get; init; }

    /// <summary>Most pieces of 512 bytes that could be sent and not acknowledged.</summary>
    public long Chunks { get; init; }

    /// <summary>Segments that waited since all those pieces were in use.</summary>
    public long ChunksFull { get; init; }

    /// <summary>Connections whose TIME-WAIT was ended early to make room.</summary>
    public long TimeWaitsCut { get; init; }

    /// <summary>Segments whose headers or checksums were wrong.</summary>
    public long Malformed { get; init; }
}
