namespace Throng.Measurement;

/// <summary>Settings of a search for a capacity.</summary>
public sealed record CapacityPlan
{
    /// <summary>Connections that are never exceeded; reaching them is a result.</summary>
    public required long Limit { get; init; }

    /// <summary>Why this host can hold no more than the limit; empty where somebody named the limit.</summary>
    public string OwnLimit { get; init; } = "";

    public required double RatePerSecond { get; init; }

    /// <summary>Approaches to the limit.</summary>
    public int Trials { get; init; } = 3;

    /// <summary>Connections are checked with an echo; else one counts as held as soon as it is open.</summary>
    public bool Checks { get; init; } = true;

    /// <summary>Connections are closed with a reset between the trials, which a firewall forgets the soonest.</summary>
    public bool Resets { get; init; } = true;

    /// <summary>At the end it is measured how soon closed connections can be opened again.</summary>
    public bool Recovers { get; init; }

    /// <summary>How long is waited for that each time.</summary>
    public long RecoverMaxNs { get; init; } = 180 * Ns.Second;

    /// <summary>How long places that were given back are waited for in the second and the third trial.</summary>
    public long PatienceNs { get; init; } = 30 * Ns.Second;
}
