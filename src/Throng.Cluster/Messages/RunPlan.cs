namespace Throng.Cluster;

/// <summary>
/// All that a controller knows of a run before it begins and must not be lost with it: another one goes on from this.
/// </summary>
public sealed record RunPlan
{
    public required string Run { get; init; }

    public required string Controller { get; init; }

    /// <summary>The command and its options, as every part is given them.</summary>
    public required IReadOnlyList<string> Words { get; init => field = ClusterJson.Whole(value); }

    /// <summary>The parts of the plan, and the agent of each.</summary>
    public required IReadOnlyList<PlannedPart> Parts { get; init => field = ClusterJson.Whole(value); }

    /// <summary>Fence of the controller that wrote it.</summary>
    public ulong Fence { get; init; }

    public AgentLoss OnAgentLoss { get; init; }

    public ControllerLoss OnControllerLoss { get; init; }

    /// <summary>When it begins, by the controller's clock; null: not told yet.</summary>
    public DateTimeOffset? Begin { get; init; }
}

/// <summary>A part of a plan and who carries it out.</summary>
public sealed record PlannedPart(string Part, string Agent)
{
    /// <summary>The part of a lost agent of which it is a piece; null: it is there from the beginning.</summary>
    public string? TakesOver { get; init; }

    /// <summary>When it was taken over, by the controller's clock; null: not told yet.</summary>
    public DateTimeOffset? From { get; init; }
}

/// <summary>Fate of a run when an agent is not heard of any more.</summary>
public enum AgentLoss : byte
{
    /// <summary>The others go on, and the result says what is missing.</summary>
    Continue,

    /// <summary>All others end, and the run has failed.</summary>
    Fail,

    /// <summary>Its parts are taken over by the others.</summary>
    Rebalance,
}
