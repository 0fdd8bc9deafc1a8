using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>How the parts of a plan are handed out.</summary>
public enum PlanSplit : byte
{
    /// <summary>As many parts as agents, one each.</summary>
    Even,

    /// <summary>More parts to agents on which more connections are possible.</summary>
    Capacity,
}

/// <summary>The task of a controller.</summary>
public sealed record ControllerSpec
{
    /// <summary>Id of the run, which no other has.</summary>
    public required string Run { get; init; }

    /// <summary>Name of the controller, for those who read an agent's log.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>The command and its options; the seed is among them, the share is not.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Agents wanted; null: all that are there.</summary>
    public int? Agents { get; init; }

    /// <summary>Labels that they must have.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>();

    /// <summary>How long they are waited for.</summary>
    public long WaitNs { get; init; } = 60 * Ns.Second;

    public PlanSplit Split { get; init; }

    public AgentLoss OnAgentLoss { get; init; }

    public ControllerLoss OnControllerLoss { get; init; }

    /// <summary>A plan that does not fit is carried out all the same.</summary>
    public bool Force { get; init; }

    /// <summary>Connections of the plan; null: none that stay.</summary>
    public long? Connections { get; init; }

    /// <summary>When all are to begin, by this host's clock; null: as soon as all are ready.</summary>
    public DateTimeOffset? StartAt { get; init; }
}
