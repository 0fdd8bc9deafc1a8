using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The sums of one load: sockets against tables, connections against address pairs. A function of what was asked for
/// and of the host.
/// </summary>
internal sealed class LoadLayout
{
    /// <summary>Share of the source ports that each of a worker's own listeners takes, so that none runs dry.</summary>
    private const double PortsUsedMax = 0.9;

    /// <summary>More connections a second than a worker begins and serves itself.</summary>
    private const double SearchMaxPerWorkerPerSecond = 50_000;

    /// <summary>Below it ports are for root.</summary>
    private const int ListenPortFirst = 1024;

    private readonly string _command;
    private readonly LoadSpec _load;
    private readonly SourceChoice _source;
    private readonly int _sources;
    private readonly bool _keepsLimits;

    private LoadLayout(string command, LoadSpec load, EngineSelection engine, SourceChoice source, bool keepsLimits)
    {
        _command = command;
        _load = load;
        _keepsLimits = keepsLimits;
        _sources = Math.Max(1, load.Sources.Count);
        Engine = engine;
        _source = source;
    }

    public EngineSelection Engine { get; }

    public PortSpan Ports => _source.Ports;

    /// <summary>Interface of a load with packets of its own, as it is; null for any other.</summary>
    private InterfaceFacts? Packets { get; init; }

    public required Capacity Capacity { get; init; }

    /// <summary>Somebody chose how many workers there are.</summary>
    private bool WorkersStand { get; init; }

    public SourceBinding Binding { get; private init; }

    /// <summary>
    /// Where an embedded server may listen: on ports no connection comes from, which after a large run are all in
    /// TIME_WAIT, so that the kernel finds none to choose. None where the ephemeral ports are all there are.
    /// </summary>
    public required PortSpan ListenPorts { get; init; }

    public long Connections => _load.Connections;

    public bool IsEmbedded => _load.Targets.Count == 0;

    /// <summary>Server that is connected to, as a document has it.</summary>
    public string Server => IsEmbedded ? "embedded" : "remote";

    /// <summary>Addresses connected to, an embedded server's own included.</summary>
    public int Targets => IsEmbedded ? Capacity.Workers * ListenersPerWorker : _load.Targets.Count;

    public int ListenersPerWorker { get; private init; }

    /// <summary>Everything that the load needs of the host.</summary>
    public LoadPlan Plan => new()
    {
        Subject = $"{_command} {Units.Several(Connections, "connections")} with {Engine.Described}",
        Role = IsEmbedded ? PlanRole.Both : PlanRole.Client,
        Connections = Connections,
        Engine = Engine,
        Capacity = Capacity,
        Sources = _sources,
        PortsPerSource = Ports.Count,
        WorkersStand = WorkersStand,
        OwnPorts = _load.SourcePorts is not null || Engine.IsPacket,
        EverySecondPort = _source.IsEverySecond,
        Targets = Targets,
        Listeners = IsEmbedded ? Targets : 0,
        HasTls = _load.Tls is not null,
        Turnover = _load.OwnTurnover,
        IsLoopback = _load.IsLoopback,
        BindsPorts = _source.BindsPorts,
        KeepLimits = _keepsLimits,
        KeepsAlive = _load.Socket.KeepAliveSeconds > 0,
        Packets = Packets,
    };

    /// <param name="load">Resolved (<see cref="Setup.Resolved"/>).</param>
    public static LoadLayout Create(LoadSpec load, RunSpec run, HostFacts host)
    {
        Check.That(load.Connections >= 0, "how many connections there are is decided before where they go");
        load = load.PartOf(run.Share);
        EngineSelection engine = EngineSelection.Select(run.Engine, host);
        SourceChoice source = engine.IsPacket ? SourceChoice.OfPackets(load) : SourceChoice.Decide(load, host);
        PortSpan ports = source.Ports;
        bool isEmbedded = load.Targets.Count == 0;
        long room = Math.Max(load.Connections, run.Room);
        int ends = isEmbedded ? 2 : 1;
        int workers = Setup.Threads(run, load, host.Cpus);
        bool workersStand = run.Threads > 0 || engine.IsPacket;
        workers = workersStand || isEmbedded ? workers : WorkersSharing(ports.Count, load, room, workers);
        Capacity capacity = Capacity.Compute(engine, workers, host.Nofile(run.KeepLimits), room, ends);
        double perListener = Math.Max(1, ports.Count * PortsUsedMax * Math.Max(1, load.Sources.Count));
        double holdSeconds = TurnoverLimit.HoldSeconds(host, load.IsLoopback, source.BindsPorts);
        double resting = Resting(load, capacity.Workers, holdSeconds);
        double pairsPerWorker = (capacity.SocketsPerWorker / ends) + (resting / capacity.Workers);
        int listeners = (int)Math.Ceiling(pairsPerWorker / perListener);
        return new LoadLayout(run.Command, load, engine, source, run.KeepLimits)
        {
            Capacity = capacity,
            WorkersStand = workersStand,
            Packets = run.Packets is { } packets ? InterfaceFacts.Read(packets.Interface) : null,
            ListenPorts = PortSpan.From(
                ListenPortFirst,
                ushort.MaxValue,
                port => host.LocalPorts.Contains(port) || ports.IndexOf((ushort)port) >= 0),
            Binding = load.Socket.Transport == Transport.Datagram
                ? Setup.DatagramBinding(isEmbedded ? capacity.Workers * listeners : load.Targets.Count)
                : source.Binding,
            ListenersPerWorker = listeners,
        };
    }

    /// <summary>How many workers can share the ports with none left over that the connections need.</summary>
    private static int WorkersSharing(int ports, LoadSpec load, long connections, int most)
    {
        long pairsPerPort = (long)Math.Max(1, load.Sources.Count) * load.Targets.Count;
        int workers = most;
        if (connections <= ports * pairsPerPort)
        {
            while (connections > (ports - (ports % workers)) * pairsPerPort)
            {
                workers--;
            }
        }

        return workers;
    }

    /// <summary>Address pairs out of use at most; of a search at the highest rate that it can come to here.</summary>
    private static double Resting(LoadSpec load, int workers, double holdSeconds)
    {
        if (load.OwnTurnover is not { } turnover)
        {
            return 0;
        }

        double reachable = Math.Min(turnover.SearchMaxPerSecond, SearchMaxPerWorkerPerSecond * workers);
        return Math.Max(turnover.Pairs(holdSeconds), reachable * holdSeconds);
    }

    /// <summary>
    /// Why so many connections cannot be held, with the sum, once the workers have started; the empty text when they
    /// can.
    /// </summary>
    public string RefusalOfSet(long connections) =>
        Plan.SocketsMissing(connections) is { Length: > 0 } missing
            ? $"{missing}; start with --room {connections} to be able to"
            : (Plan with { WorkersStand = true }).AddressesMissing(connections);
}
