using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Notes of one worker on its lasting connections. Times are the worker's. Written by the worker, readable by any
/// thread.
/// </summary>
internal sealed class MonitorTally : ScheduleTally
{
    // Enough for a day in which a thousand connections are disturbed every minute.
    private const int LogMax = 2_000_000;

    public BoundedLog<Disturbance> Disturbances { get; } = new(LogMax);

    /// <summary>Connections that have ended.</summary>
    public BoundedLog<MonitorRecord> Records { get; } = new(LogMax);

    public PeerNames Names { get; } = new();

    /// <summary>Connections that are disturbed now.</summary>
    public long DisturbedNow;

    /// <summary>Arrivals while their seat had no connection.</summary>
    public long Unconnected;

    /// <summary>Arrivals that were dropped and do not count as that: more than the spec wants of one message.</summary>
    public long Uncounted;

    /// <summary>Messages of the warm-up that timed out, were lost or came back wrong.</summary>
    public long WarmUpFailed;

    /// <summary>Datagrams that were answered more than once.</summary>
    public long Duplicates;

    /// <summary>Segments that were sent again, as each connection last told.</summary>
    public long Retransmits;
}
