using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The sums of one `hold`: sockets against tables, connections against address pairs. A function of what was asked for
/// and of the host.
/// </summary>
internal sealed class HoldLayout
{
    /// <summary>Of a worker's own listeners each takes this share of the source ports, so that none runs dry.</summary>
    private const double PortsUsedMax = 0.9;

    /// <summary>Below it ports are for root.</summary>
    private const int ListenPortFirst = 1024;

    private readonly HoldSpec _hold;
    private readonly int _sources;
    private readonly bool _keepsLimits;

    private HoldLayout(HoldSpec hold, EngineSelection engine, PortSpan ports, bool keepsLimits)
    {
        _hold = hold;
        _keepsLimits = keepsLimits;
        _sources = Math.Max(1, hold.Sources.Count);
        Engine = engine;
        Ports = ports;
    }

    public EngineSelection Engine { get; }

    public PortSpan Ports { get; }

    public required Capacity Capacity { get; init; }

    public SourceBinding Binding { get; private init; }

    /// <summary>
    /// Where an embedded server may listen: on ports no connection comes from, which after a large run are all in
    /// TIME_WAIT, so that the kernel finds none to choose. None where the ephemeral ports are all there are.
    /// </summary>
    public required PortSpan ListenPorts { get; init; }

    public required long Connections { get; init; }

    public bool IsEmbedded => _hold.Targets.Count == 0;

    public int TargetCount => _hold.Targets.Count;

    public int ListenersPerWorker { get; private init; }

    /// <summary>What all of this needs of the host.</summary>
    public LoadPlan Plan => new()
    {
        Subject = $"hold {Units.Count(Connections)} connections with {Engine.Described}",
        Role = IsEmbedded ? PlanRole.Both : PlanRole.Client,
        Connections = Connections,
        Engine = Engine,
        Capacity = Capacity,
        Sources = _sources,
        PortsPerSource = Ports.Count,
        OwnPorts = _hold.SourcePorts is not null,
        Targets = IsEmbedded ? Capacity.Workers * ListenersPerWorker : TargetCount,
        Listeners = IsEmbedded ? Capacity.Workers * ListenersPerWorker : 0,
        KeepLimits = _keepsLimits,
    };

    public static HoldLayout Of(HoldSpec hold, RunSpec run, HostFacts host)
    {
        EngineSelection engine = EngineSelection.Of(run.Engine, host);
        PortSpan ports = Setup.SourcePorts(host, hold.SourcePorts);
        int threads = Setup.Threads(run, host);
        bool isEmbedded = hold.Targets.Count == 0;
        long connections = hold.Connections ?? (isEmbedded ? threads : hold.Targets.Count);
        long room = Math.Max(connections, run.Room);
        int ends = isEmbedded ? 2 : 1;
        Capacity capacity = Capacity.Of(engine, threads, host.Nofile(run.KeepLimits), room, ends);
        double perListener = Math.Max(1, ports.Count * PortsUsedMax * Math.Max(1, hold.Sources.Count));
        return new HoldLayout(hold, engine, ports, run.KeepLimits)
        {
            Capacity = capacity,
            ListenPorts = PortSpan.Of(
                ListenPortFirst,
                ushort.MaxValue,
                port => host.LocalPorts.Contains(port) || ports.IndexOf((ushort)port) >= 0),
            Binding = Setup.Binding(host, hold.Sources, hold.SourcePorts),
            Connections = connections,
            ListenersPerWorker = (int)Math.Ceiling(capacity.SocketsPerWorker / ends / perListener),
        };
    }

    /// <summary>Why so many connections cannot be held, with the sum; the empty text when they can.</summary>
    public string Refusal(long connections) =>
        Plan.SocketsMissing(connections) is { Length: > 0 } missing ? missing : Plan.AddressesMissing(connections);

    /// <summary>The same once the workers have started, which is when their number is decided.</summary>
    public string RefusalOfSet(long connections) =>
        Plan.SocketsMissing(connections) is { Length: > 0 } missing
            ? $"{missing}; start with --room {connections} to be able to"
            : Refusal(connections);
}
