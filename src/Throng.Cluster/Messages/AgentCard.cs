namespace Throng.Cluster;

/// <summary>Facts that an agent tells of itself while it is there: who it is, what its host has, what it is doing.
/// </summary>
public sealed record AgentCard
{
    /// <summary>Unique in the cluster: letters, digits, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Words to choose agents by, such as <c>zone=inside</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    public required string Version { get; init; }

    /// <summary>Version of what agents and controllers say to each other: only the same one is understood.</summary>
    public int Protocol { get; init; } = ClusterProtocol.Version;

    public required int Cpus { get; init; }

    /// <summary>Descriptors that a process may have here.</summary>
    public required long Descriptors { get; init; }

    public required long MemoryBytes { get; init; }

    /// <summary>Addresses that this host can connect from, loopback left out.</summary>
    public IReadOnlyList<string> Addresses { get; init => field = ClusterJson.Whole(value); } = [];

    /// <summary>Source ports of one address.</summary>
    public required int Ports { get; init; }

    /// <summary>The engine that runs here: uring or epoll.</summary>
    public required string Engine { get; init; }

    /// <summary>Networks that its runs may connect to.</summary>
    public IReadOnlyList<string> Allowed { get; init => field = ClusterJson.Whole(value); } = [];

    /// <summary>Id of the run under way; null: it waits for one.</summary>
    public string? Run { get; init; }

    /// <summary>It leaves once its run is over, and takes no other.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether its labels are all of these; with none, it is.</summary>
    public bool Has(IReadOnlyDictionary<string, string> labels) =>
        labels.All(label => Labels.TryGetValue(label.Key, out string? value) && value == label.Value);
}
