namespace Throng.Measurement;

/// <summary>Events at the limit, in one word.</summary>
public enum CapacityBehaviour : byte
{
    /// <summary>No limit was met.</summary>
    None = 0,

    /// <summary>New ones get no answer to their SYN, and old ones live.</summary>
    Dropped,

    /// <summary>The SYN of new ones is answered by a reset or an ICMP message, and old ones live.</summary>
    Refused,

    /// <summary>New ones are reset after their handshake, and old ones live.</summary>
    Reset,

    /// <summary>New ones are closed in order after their handshake, without an answer, and old ones live.</summary>
    Closed,

    /// <summary>New ones are connected and never get an answer, and old ones live.</summary>
    Unserved,

    /// <summary>New ones take the places of the oldest.</summary>
    EvictsOldest,

    /// <summary>New ones take the places of those that were idle for the longest time.</summary>
    EvictsIdlest,

    /// <summary>New ones take the places of old ones; whether idle ones go first was not to be seen.</summary>
    EvictsOldestOrIdlest,

    /// <summary>New ones take the places of others, in an order that was not to be seen.</summary>
    Evicts,

    /// <summary>New ones fail, and most of the old ones do not answer any more.</summary>
    AllSuffer,

    /// <summary>Old ones end after a time, whether or not others come.</summary>
    EndsByTime,

    /// <summary>Connects find no port, descriptor, memory or permission on this host.</summary>
    OwnLimit,

    /// <summary>New ones fail, in no way that most of them share.</summary>
    Mixed,
}

/// <summary>Owner of a limit.</summary>
public enum CapacityOwner : byte
{
    /// <summary>No limit was met.</summary>
    None = 0,

    /// <summary>Anything that lies between, or whoever tracks the connections there.</summary>
    Path,

    /// <summary>This host.</summary>
    Host,

    /// <summary>Whoever accepts the connections: a server, or a load balancer that answers for it.</summary>
    Server,

    /// <summary>Nothing that was seen says.</summary>
    Unknown,
}
