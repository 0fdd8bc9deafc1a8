using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>States of a connection that has a block, as bits.</summary>
[Flags]
internal enum BlockFlags : ushort
{
    None = 0,

    /// <summary>Our SYN is not answered yet.</summary>
    Connecting = 0x0001,

    /// <summary>A FIN follows the last byte that waits.</summary>
    FinWanted = 0x0002,
    FinSent = 0x0004,
    FinAcknowledged = 0x0008,

    /// <summary>The peer's FIN came.</summary>
    PeerFinished = 0x0010,

    /// <summary>It came before ours was sent.</summary>
    PeerFinishedFirst = 0x0020,

    /// <summary>PeerFinished was told.</summary>
    PeerFinishedTold = 0x0040,

    /// <summary>Recovering from a loss that duplicate acknowledgements told of.</summary>
    Recovering = 0x0080,

    /// <summary>The first segment that is not acknowledged is to be sent again.</summary>
    ResendFirst = 0x0100,

    /// <summary>Less than a whole segment is sent, though more waits: the window has stayed small.</summary>
    SendAnyway = 0x0200,

    /// <summary>Stands in the list of blocks with something to send.</summary>
    HasOutput = 0x0400,

    /// <summary>A round trip is being measured.</summary>
    Timing = 0x0800,

    /// <summary>The peer's FIN came, behind a gap.</summary>
    FinIsEarly = 0x1000,

    /// <summary>The peer takes selective acknowledgements.</summary>
    PeerTakesSacks = 0x2000,
}

/// <summary>Reason for which a block's timer runs; only one of them can be there at a time.</summary>
internal enum BlockTimer : byte
{
    None,

    /// <summary>An acknowledgement is overdue.</summary>
    Retransmit,

    /// <summary>The peer's window is too small for what waits.</summary>
    Persist,
    KeepAlive,

    /// <summary>Ours is finished and acknowledged, nobody here waits for the peer's end.</summary>
    FinWait,
}

/// <summary>
/// State of a connection while something is under way on it, or of one that this end has closed and whose end the peer
/// has not acknowledged yet. An idle connection has none: its record has the two sequence numbers.
/// Names in capitals in the texts are those of RFC 9293.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TcpBlock
{
    /// <summary>Slot of the connection; -1: this end has closed it.</summary>
    public int Slot;

    public ushort Path;
    public ushort LocalPort;

    /// <summary>SND.UNA, SND.NXT, and the latest SND.NXT there was before a timeout set it back.</summary>
    public uint Unacknowledged;
    public uint Next;
    public uint NextMax;

    /// <summary>RCV.NXT.</summary>
    public uint Expected;

    /// <summary>RCV.NXT + RCV.WND, as the peer was told.</summary>
    public uint WindowEnd;

    /// <summary>SND.WND in bytes, the largest there was, and SND.WL1 and SND.WL2.</summary>
    public uint PeerWindow;
    public uint PeerWindowMax;
    public uint PeerWindowSeq;
    public uint PeerWindowAck;

    /// <summary>Congestion window and slow start threshold in bytes (RFC 5681).</summary>
    public uint CongestionWindow;
    public uint SlowStartThreshold;

    /// <summary>Where recovery is over (RFC 6582).</summary>
    public uint RecoveryEnd;

    /// <summary>While recovering: gaps were sent again as far as this (HighRxt of RFC 6675).</summary>
    public uint ResentEnd;

    /// <summary>Bytes behind a gap that the peer has.</summary>
    public Scoreboard Sacked;

    public BlockFlags Flags;
    public ushort Mss;
    public byte WindowScale;
    public byte DuplicateAcks;

    /// <summary>How often in a row an answer was waited for in vain.</summary>
    public byte Backoff;

    public RoundTrip Trip;
    public uint TimedEnd;
    public long TimedAtNs;

    /// <summary>When the oldest byte that waits for the peer began to, or the peer last took some.</summary>
    public long StalledSinceNs;

    public uint Retransmits;

    /// <summary>Errno of an ICMP error, which is the reason if no acknowledgement comes either.</summary>
    public int SoftErrno;

    /// <summary>Bytes that were sent and are not acknowledged.</summary>
    public ByteQueue Sent;

    /// <summary>Bytes announced by Send and not sent yet, and the stream offset of the first of them.</summary>
    public int AnnouncedBytes;
    public long StreamOffset;

    /// <summary>Received buffers to be sent on: a chain.</summary>
    public int ForwardHead;
    public int ForwardTail;
    public int Forwards;
    public int ForwardBytes;

    /// <summary>Bytes that came and are not told yet: a chain of buffers.</summary>
    public int ArrivedHead;
    public int ArrivedTail;
    public int ArrivedBytes;

    /// <summary>Bytes that came behind a gap, in <see cref="EarlyBytes"/>, and the number of a FIN that did.</summary>
    public int EarlyHead;
    public uint EarlyFin;

    public ushort KeepAliveSeconds;
    public byte KeepAliveProbes;
    public long HeardNs;

    /// <summary>Neighbours among blocks with something to send; 0: none.</summary>
    public int OutputNext;
    public int OutputPrevious;

    /// <summary>In the wheel; of a free block, <see cref="TimerLink.Next"/> is the next that is free.</summary>
    public TimerLink TimerLink;
    public byte TimerTag;

    /// <summary>The timer that runs.</summary>
    public readonly BlockTimer Timer => (BlockTimer)TimerTag;

    public readonly bool Has(BlockFlags flag) => (Flags & flag) != 0;

    /// <summary>Bytes that wait to be sent for the first time.</summary>
    public readonly int UnsentBytes => AnnouncedBytes + ForwardBytes;

    /// <summary>The sequence number behind the last byte that was sent: that of the FIN, if there is one.</summary>
    public readonly uint SentEnd => Unacknowledged + (uint)Sent.Bytes;

    public readonly bool IsClosedHere => Slot < 0;
}
