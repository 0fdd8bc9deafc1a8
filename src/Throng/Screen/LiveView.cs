using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>Everything a live view shows, read at one moment: the layout is a function of this and a size.</summary>
public sealed record LiveView
{
    /// <summary>Intervals of history that are kept for it: more columns than that no history has.</summary>
    public const int IntervalsMax = 60;

    public required RunSpec Spec { get; init; }

    public required LiveSnapshot Snapshot { get; init; }

    public required string Engine { get; init; }

    /// <summary>Whom it connects to, or where it listens: <c>to 10.0.0.2:53</c>.</summary>
    public required string Where { get; init; }

    public bool IsServer { get; init; }

    public bool HasRate { get; init; }

    public bool HasDatagrams { get; init; }

    public bool KnowsConnections { get; init; } = true;

    public long SocketsUsed { get; init; }
    public long SocketsMax { get; init; }

    public required DescriptorUse Descriptors { get; init; }

    /// <summary>Memory of this host in use, and all of it; 0 where it is not known.</summary>
    public long MemoryUsedBytes { get; init; }
    public long MemoryMaxBytes { get; init; }

    /// <summary>Status that only the engine of the run can report.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> EngineStatus { get; init; } = [];

    public string Command => Spec.Command;

    public Sample Now => Snapshot.Now;

    public static LiveView Read(ILiveRun run, DescriptorUse descriptors)
    {
        bool isServer = PromptCommands.IsServer(run);
        long memoryMax = Host.MemoryTotalBytes;
        return new LiveView
        {
            Spec = run.Spec,
            Snapshot = run.Snapshot(IntervalsMax),
            Engine = run.Engine,
            Where = isServer ? "on " + Several(run.Listening)
                : run.Listening.Count > 0 ? "with its own server"
                : "to " + Several(run.Targets),
            IsServer = isServer,
            HasRate = run.HasRate,
            HasDatagrams = run.HasDatagrams || (isServer && run.Transport == Transport.Datagram),
            KnowsConnections = run.KnowsConnections && !(isServer && run.Transport == Transport.Datagram),
            SocketsUsed = run.SocketsUsed,
            SocketsMax = run.SocketsMax,
            Descriptors = descriptors,
            MemoryUsedBytes = memoryMax - Host.MemoryAvailableBytes,
            MemoryMaxBytes = memoryMax,
            EngineStatus = run.EngineStatus,
        };
    }

    private static string Several(IReadOnlyList<SockAddr> addresses) => addresses.Count switch
    {
        0 => "",
        1 => addresses[0].ToString(),
        _ => $"{addresses[0]} and {addresses.Count - 1} more",
    };
}
