using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The sums of one `hold`: sockets against tables, connections against address pairs.</summary>
internal sealed class HoldLayout
{
    /// <summary>Of a worker's own listeners each takes this share of the source ports, so that none runs dry.</summary>
    private const double PortsUsedMax = 0.9;

    private readonly HoldSpec _hold;
    private readonly int _sources;

    private HoldLayout(HoldSpec hold, EngineSelection engine, PortSpan ports)
    {
        _hold = hold;
        _sources = Math.Max(1, hold.Sources.Count);
        Engine = engine;
        Ports = ports;
    }

    public EngineSelection Engine { get; }

    public PortSpan Ports { get; }

    public required Capacity Capacity { get; init; }

    public SourceBinding Binding { get; private init; }

    public required long Connections { get; init; }

    public bool IsEmbedded => _hold.Targets.Count == 0;

    public int TargetCount => _hold.Targets.Count;

    public int ListenersPerWorker { get; private init; }

    public string AddressArithmetic => IsEmbedded
        ? $"{Capacity.Workers * ListenersPerWorker} loopback listeners × {_sources} sources"
            + $" × {Units.Count(Ports.Count)} ports = {Units.Count(AddressCapacity)}"
        : $"{_sources} sources × {Units.Count(Ports.Count)} ports × {Units.Count(TargetCount)} targets"
            + $" = {Units.Count(AddressCapacity)}";

    private long AddressCapacity =>
        (long)Ports.Count * _sources * (IsEmbedded ? Capacity.Workers * ListenersPerWorker : TargetCount);

    public static HoldLayout Of(HoldSpec hold, RunSpec run)
    {
        EngineSelection engine = EngineSelection.Make(run.Engine);
        PortSpan ports = Setup.SourcePorts(hold.SourcePorts);
        int threads = Setup.Threads(run);
        bool isEmbedded = hold.Targets.Count == 0;
        long connections = hold.Connections ?? (isEmbedded ? threads : hold.Targets.Count);
        long room = Math.Max(connections, run.Room);
        int ends = isEmbedded ? 2 : 1;
        Capacity capacity = Capacity.Of(engine, threads, Setup.Nofile(run), room, ends);
        double perListener = Math.Max(1, ports.Count * PortsUsedMax * Math.Max(1, hold.Sources.Count));
        return new HoldLayout(hold, engine, ports)
        {
            Capacity = capacity,
            Binding = Setup.Binding(hold.Sources, hold.SourcePorts),
            Connections = connections,
            ListenersPerWorker = (int)Math.Ceiling(capacity.SocketsPerWorker / ends / perListener),
        };
    }

    public long SocketsOf(long connections) => connections * (IsEmbedded ? 2 : 1);

    /// <summary>Why so many connections cannot be held, with the sum; the empty text when they can.</summary>
    public string Refusal(long connections)
    {
        if (SocketsOf(connections) > Capacity.Sockets)
        {
            string both = IsEmbedded ? $" ({Units.Count(connections)} × 2: both ends are here)" : "";
            return $"{Units.Count(connections)} connections need {Units.Count(SocketsOf(connections))} sockets{both},"
                + $" but {Units.Count(Capacity.Sockets)} are possible: {Capacity.Arithmetic}";
        }

        return connections > AddressCapacity
            ? $"{Units.Count(connections)} connections need as many address pairs, but there are {AddressArithmetic}"
            : "";
    }

    /// <summary>The same once the workers have started, which is when their number is decided.</summary>
    public string RefusalOfSet(long connections)
    {
        string refusal = Refusal(connections);
        return refusal.Length > 0 && SocketsOf(connections) > Capacity.Sockets
            ? $"{refusal}; start with --room {connections} to be able to"
            : refusal;
    }

    /// <exception cref="SetupException">It does not fit.</exception>
    public void RefuseWhatDoesNotFit()
    {
        string refusal = Refusal(Connections);
        if (refusal.Length > 0)
        {
            string remedy = SocketsOf(Connections) > Capacity.Sockets
                ? "ask for fewer, or raise the descriptor limit: ulimit -n"
                : "add --target ports or --source addresses, or widen the range: "
                    + "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"";
            throw new SetupException(refusal, remedy);
        }
    }
}
