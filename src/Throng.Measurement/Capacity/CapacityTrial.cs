namespace Throng.Measurement;

/// <summary>
/// One approach to the limit: connections are opened until new ones fail or old ones vanish, a few more are tried while
/// it is quiet, and the old ones are checked.
/// </summary>
public sealed record CapacityTrial
{
    /// <summary>Connects a second that were asked for at first.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>Counts from its beginning to its end.</summary>
    public required CapacityCounts Counts { get; init; }

    /// <summary>Connections held when it began.</summary>
    public long HeldBefore { get; init; }

    /// <summary>Its result: connections that worked when it ended.</summary>
    public long Sessions { get; init; }

    /// <summary>Connections checked in the survey at its end, and those that answered.</summary>
    public long Surveyed { get; init; }
    public long Alive { get; init; }

    /// <summary>New connections tried while it was quiet, and those of them that worked.</summary>
    public long Tried { get; init; }
    public long TriedServed { get; init; }

    /// <summary>Outcomes of those that were tried in quiet: they say how new ones fail.</summary>
    public CapacityCounts AtLimit { get; init; } = new();

    /// <summary>Held connections that ended while none were opened.</summary>
    public long EvictedInPause { get; init; }

    /// <summary>How often it went on at half the rate: new ones had failed, and worked again at a slower pace.
    /// </summary>
    public int Slowed { get; init; }

    /// <summary>A limit was met; else all that were asked for are held.</summary>
    public bool IsFull { get; init; }

    /// <summary>Places that were given back before were not free again within the patience of the search.</summary>
    public bool LacksPlaces { get; init; }

    /// <summary>Order in which connections went.</summary>
    public EvictionOrder Order { get; init; }

    /// <summary>Handshakes that overflowed an accept queue of this network namespace.</summary>
    public long ListenOverflows { get; init; }

    /// <summary>SYNs sent again in this network namespace.</summary>
    public long SynRetransmits { get; init; }

    /// <summary>Packets that connection tracking of this network namespace dropped for want of room.</summary>
    public long ConntrackDrops { get; init; }
}

/// <summary>How soon closed connections could be opened again.</summary>
/// <param name="Close">How they were closed: <c>fin</c> or <c>rst</c>.</param>
/// <param name="Connections">How many were closed, and were to be opened again.</param>
/// <param name="Reached">How many worked again in the end.</param>
/// <param name="BackNs">From the last close until all worked again, filling included; null: not in time.</param>
/// <param name="FillNs">Time that opening so many takes at the rate asked for.</param>
public sealed record CapacityRecovery(string Close, long Connections, long Reached, long? BackNs, long FillNs);
