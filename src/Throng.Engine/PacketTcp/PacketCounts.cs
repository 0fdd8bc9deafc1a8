namespace Throng.Engine;

/// <summary>Counts of one worker's TCP since its start; written by the worker, read by anybody.</summary>
internal sealed class PacketCounts
{
    public long SegmentsIn;
    public long SegmentsOut;

    /// <summary>Segments that were sent again.</summary>
    public long Retransmits;
    public long DuplicateAcks;

    /// <summary>Segments that told a window of 0.</summary>
    public long ZeroWindows;
    public long ResetsIn;
    public long ResetsOut;
    public long Malformed;
    public long BadChecksums;

    /// <summary>Segments that came before one that was missing.</summary>
    public long OutOfOrder;

    /// <summary>Segments out of order that found no room, and have to come again.</summary>
    public long OutOfOrderDropped;

    /// <summary>Packets for no connection of ours, or no TCP.</summary>
    public long NotOurs;

    /// <summary>Segments that were answered only to see whether the peer meant them (RFC 5961).</summary>
    public long ChallengeAcks;
    public long IcmpErrors;

    /// <summary>Requests that waited since all blocks were in use.</summary>
    public long WaitedForBlock;

    /// <summary>Segments that waited since all chunks for bytes on the way were in use.</summary>
    public long WaitedForChunk;

    /// <summary>Segments that waited since no frame was free.</summary>
    public long WaitedForFrame;

    /// <summary>Segments that were dropped, to come again, since all buffers or blocks were in use.</summary>
    public long NoRoomForArrival;

    /// <summary>Connections whose TIME-WAIT was ended early to make room.</summary>
    public long TimeWaitsCut;
}
