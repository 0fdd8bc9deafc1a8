using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>All there is to know of one connection of `monitor`. Times are the worker's.</summary>
internal struct MonitorRecord
{
    /// <summary>The number of its seat in the run.</summary>
    public int Seat;

    public long BeginNs;
    public long OpenedNs;
    public long EndedNs;
    public CloseReason Reason;

    /// <summary>Error that the kernel gave up with; 0: none.</summary>
    public int Errno;
    public SockAddr Local;
    public SockAddr Remote;

    /// <summary>The number of its server's name.</summary>
    public ushort Name;
    public long Sent;
    public long Received;
    public long Dropped;

    // As TCP last told.
    public uint Retransmits;
    public uint WindowSegments;
    public long RoundTripNs;
}
