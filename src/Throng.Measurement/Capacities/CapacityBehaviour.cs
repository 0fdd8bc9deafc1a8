namespace Throng.Measurement;

/// <summary>What happens at the limit.</summary>
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

/// <summary>Whose the limit is.</summary>
public enum CapacityOwner : byte
{
    /// <summary>No limit was met.</summary>
    None = 0,

    /// <summary>What lies between, or whoever tracks the connections there.</summary>
    Path,

    /// <summary>This host.</summary>
    Host,

    /// <summary>Whoever accepts the connections: a server, or a load balancer that answers for it.</summary>
    Server,

    /// <summary>What was seen does not say.</summary>
    Unknown,
}

/// <summary>Limit that a search has found: whose it is, what happens there, and what proves it.</summary>
/// <param name="Evidence">A sentence without a full stop, with the counters.</param>
public sealed record CapacityCause(CapacityOwner Owner, CapacityBehaviour Behaviour, string Evidence)
{
    private static readonly string[] Owners = EnumWords.Of<CapacityOwner>('-');
    private static readonly string[] Behaviours = EnumWords.Of<CapacityBehaviour>('-');

    public string OwnerName => Owners[(int)Owner];

    public string BehaviourName => Behaviours[(int)Behaviour];

    /// <summary>Whether new connections take the places of others.</summary>
    public bool IsEviction => Behaviour is CapacityBehaviour.EvictsOldest or CapacityBehaviour.EvictsIdlest
        or CapacityBehaviour.EvictsOldestOrIdlest or CapacityBehaviour.Evicts;

    /// <summary>The behaviour in words, to be read behind a number of sessions.</summary>
    public string Words => Behaviour switch
    {
        CapacityBehaviour.Dropped => "new ones are dropped without an answer, old ones live",
        CapacityBehaviour.Refused => "new ones are refused, old ones live",
        CapacityBehaviour.Reset => "new ones are reset after the handshake, old ones live",
        CapacityBehaviour.Closed => "new ones are closed at once, old ones live",
        CapacityBehaviour.Unserved => "new ones connect and are never answered, old ones live",
        CapacityBehaviour.EvictsOldest => "new ones take the places of the oldest",
        CapacityBehaviour.EvictsIdlest => "new ones take the places of those that were idle the longest",
        CapacityBehaviour.EvictsOldestOrIdlest => "new ones take the places of old ones, the oldest or the idlest",
        CapacityBehaviour.Evicts => "new ones take the places of others",
        CapacityBehaviour.AllSuffer => "new ones fail, and most of the old ones do not answer any more",
        CapacityBehaviour.EndsByTime => "old ones end after a time (an idle timeout), whether or not others come",
        CapacityBehaviour.OwnLimit => "this host cannot open more",
        CapacityBehaviour.Mixed => "new ones fail in several ways",
        _ when Owner == CapacityOwner.Unknown => "nothing was held",
        _ => "no limit was met",
    };

    /// <summary>The cause that a saved result names.</summary>
    public static CapacityCause Told(string owner, string behaviour, string evidence) => new(
        (CapacityOwner)Math.Max(0, Array.IndexOf(Owners, owner)),
        (CapacityBehaviour)Math.Max(0, Array.IndexOf(Behaviours, behaviour)), evidence);
}
