using System.Net;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `hold`: how many workers, on which ports, against whom; refuses what cannot fit with the sum.</summary>
public static class HoldRun
{
    /// <summary>Of a worker's own listeners each takes this share of the source ports, so that none runs dry.</summary>
    private const double PortsUsedMax = 0.9;

    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(HoldSpec hold, RunSpec run)
    {
        run = Setup.Seeded(run);
        Layout layout = Layout.Of(hold, run);
        layout.RefuseWhatDoesNotFit();
        Crew crew = Crew.Start(layout.Engine, layout.Capacity, run, hold.Socket, seat => Sit(seat, hold, run, layout));
        LiveRunSpec own = new(
            Role.Client, layout.Connections, hold.Targets, hold.Ping, layout.Refusal, (of, held) => Section(of, held, layout));
        return new LiveRun(crew, layout.Engine, run, own);
    }

    /// <summary>The plan and its sums as lines, without doing anything.</summary>
    public static IReadOnlyList<string> Plan(HoldSpec hold, RunSpec run)
    {
        Layout layout = Layout.Of(hold, run);
        string refusal = layout.Refusal(layout.Connections);
        return
        [
            $"hold {Units.Count(layout.Connections)} connections with {layout.Engine.Name}"
                + (layout.Engine.Reason.Length > 0 ? $" ({layout.Engine.Reason})" : ""),
            $"sockets: {Units.Count(layout.SocketsOf(layout.Connections))} needed, {Units.Count(layout.Capacity.Sockets)}"
                + $" possible: {layout.Capacity.Arithmetic}",
            $"addresses: {layout.AddressArithmetic}",
            $"memory: {Units.Count(layout.Connections)} × {Connection.Size} B ="
                + $" {Units.Bytes(layout.SocketsOf(layout.Connections) * (double)Connection.Size)} here",
            refusal.Length == 0 ? "it fits" : refusal,
        ];
    }

    private static (Shard, ILoop) Sit(Seat seat, HoldSpec hold, RunSpec run, Layout layout)
    {
        if (!layout.IsEmbedded)
        {
            SockAddr[] sources = Setup.Sources(hold.Targets, hold.Sources);
            AddressPlan plan = new([.. hold.Targets], sources, layout.Ports.Slice(seat.Worker, seat.Workers), SeedOf(run, seat));
            Shard shard = seat.Sit(plan);
            return (shard, new EventLoop<Hold>(shard, new Hold(hold, hold.Targets.Count, ownsTargets: false)));
        }

        ListenSpec listen = new(SockAddr.From(IPAddress.Loopback, 0), Setup.Backlog(0), SharesPort: false, DualStack: false);
        for (int i = 0; i < layout.ListenersPerWorker; i++)
        {
            _ = seat.Listen(listen);
        }

        SockAddr[] own = seat.Bound;
        AddressPlan ownPlan = new(own, Setup.Sources(own, hold.Sources), layout.Ports, SeedOf(run, seat));
        Shard both = seat.Sit(ownPlan);
        Both<Hold, Echo> workload = new(new Hold(hold, own.Length, ownsTargets: true), new Echo(ServeMode.Echo, own));
        return (both, new EventLoop<Both<Hold, Echo>>(both, workload));
    }

    private static ulong SeedOf(RunSpec run, Seat seat) => SplitMix64.At(run.Seed, (ulong)(seat.Worker + 1000));

    private static Section Section(Crew crew, Sample held, Layout layout)
    {
        long firstNs = long.MaxValue;
        long reachedNs = 0;
        long opened = 0;
        foreach (Worker worker in crew.Workers)
        {
            Counters counters = worker.Shard.Counters[(int)Role.Client];
            firstNs = counters.FirstAttemptNs == 0 ? firstNs : Math.Min(firstNs, counters.FirstAttemptNs);
            reachedNs = Math.Max(reachedNs, counters.RampUpEndNs);
            opened += counters.RampUpOpened;
        }

        long rampUpNs = Math.Max(0, reachedNs - firstNs);
        return new Section
        {
            ["targets"] = layout.IsEmbedded ? layout.ListenersPerWorker * crew.Count : layout.TargetCount,
            ["server"] = layout.IsEmbedded ? "embedded" : "remote",
            ["ramp_up_ns"] = opened > 0 ? rampUpNs : Node.Null,
            ["ramp_up_per_s"] = opened > 0 && rampUpNs > 0 ? opened * 1e9 / rampUpNs : Node.Null,
            ["port_collisions"] = held.PortCollisions,
        };
    }

    /// <summary>The sums of one plan.</summary>
    private sealed class Layout
    {
        private readonly HoldSpec _hold;
        private readonly int _sources;

        private Layout(HoldSpec hold, EngineSelection engine, PortSpan ports)
        {
            _hold = hold;
            _sources = Math.Max(1, hold.Sources.Count);
            Engine = engine;
            Ports = ports;
        }

        public EngineSelection Engine { get; }

        public PortSpan Ports { get; }

        public required Capacity Capacity { get; init; }

        public required long Connections { get; init; }

        public bool IsEmbedded => _hold.Targets.Count == 0;

        public int TargetCount => _hold.Targets.Count;

        public int ListenersPerWorker { get; private init; }

        public string AddressArithmetic => IsEmbedded
            ? $"{Capacity.Workers * ListenersPerWorker} loopback listeners × {_sources} sources × {Units.Count(Ports.Count)} ports"
                + $" = {Units.Count(AddressCapacity)}"
            : $"{_sources} sources × {Units.Count(Ports.Count)} ports × {Units.Count(TargetCount)} targets"
                + $" = {Units.Count(AddressCapacity)}";

        private long AddressCapacity =>
            (long)Ports.Count * _sources * (IsEmbedded ? Capacity.Workers * ListenersPerWorker : TargetCount);

        public static Layout Of(HoldSpec hold, RunSpec run)
        {
            EngineSelection engine = EngineSelection.Make(run.Engine);
            PortSpan ports = Setup.SourcePorts();
            int threads = Setup.Threads(run);
            bool isEmbedded = hold.Targets.Count == 0;
            long connections = hold.Connections ?? (isEmbedded ? threads : hold.Targets.Count);
            Capacity capacity = Capacity.Of(engine, threads, Setup.Nofile(run), connections * (isEmbedded ? 2 : 1));
            double perListener = Math.Max(1, ports.Count * PortsUsedMax * Math.Max(1, hold.Sources.Count));
            capacity = isEmbedded ? capacity with { ClientsPerWorker = capacity.SocketsPerWorker / 2 } : capacity;
            long mostPerWorker = capacity.SocketsPerWorker / 2;
            return new Layout(hold, engine, ports)
            {
                Capacity = capacity,
                Connections = connections,
                ListenersPerWorker = (int)Math.Ceiling(mostPerWorker / perListener),
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
}
