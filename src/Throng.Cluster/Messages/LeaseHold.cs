namespace Throng.Cluster;

/// <summary>Value of the key that an agent holds its parts of a run by.</summary>
public sealed record LeaseHold
{
    public required string Agent { get; init; }

    /// <summary>Tells this life of the agent from others.</summary>
    public required DateTimeOffset AgentStarted { get; init; }

    /// <summary>When the agent wrote it, by its clock that never jumps.</summary>
    public required long AtNs { get; init; }

    /// <summary>A controller wrote it over the agent's own: its parts go to others.</summary>
    public bool IsGivenUp { get; init; }
}
