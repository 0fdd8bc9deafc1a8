namespace Throng.Measurement;

/// <summary>State of a run at one moment, as its search for a capacity sees it.</summary>
/// <param name="NowNs">By a clock that only goes forward.</param>
/// <param name="Done">The last order that all workers have carried out.</param>
public sealed record CapacityLook(long NowNs, CapacityCounts Counts, int Done)
{
    /// <summary>Counters of this network namespace: overflown accept queues, SYNs sent again, packets that connection
    /// tracking dropped.</summary>
    public long ListenOverflows { get; init; }
    public long SynRetransmits { get; init; }
    public long ConntrackDrops { get; init; }
}
