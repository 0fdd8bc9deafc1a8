namespace Throng.Measurement;

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
