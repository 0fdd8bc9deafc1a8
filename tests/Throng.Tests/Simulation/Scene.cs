using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;

namespace Throng.Tests;

internal enum SceneKind : byte
{
    /// <summary>Hold clients against echo servers in processes of their own.</summary>
    HoldAndServe,

    /// <summary>Clients and servers on the same workers.</summary>
    Embedded,

    /// <summary>Clients that transfer much and walk away, against echo servers.</summary>
    Chatter,

    /// <summary>Queries by a schedule, against echo servers in processes of their own.</summary>
    Query,

    /// <summary>Connections by a schedule, against echo servers or exchange servers in processes of their own.
    /// </summary>
    Churn,

    /// <summary>Lasting connections with a message from time to time, and new ones beside them.</summary>
    Monitor,

    /// <summary>Queries by a schedule in datagrams.</summary>
    Datagrams,

    /// <summary>Rounds of connections that are silent for different times, and are then asked.</summary>
    Idle,
}

/// <summary>Everything a seed decides beforehand.</summary>
internal sealed record Scene
{
    private const uint ServerHost = 0x0A00_0001;
    private const uint ClientHost = 0x0A00_0101;

    public required ulong Seed { get; init; }
    public required SceneKind Kind { get; init; }
    public required FaultPlan Faults { get; init; }
    public required int Clients { get; init; }
    public required int Servers { get; init; }
    public required SockAddr[] Targets { get; init; }

    /// <summary>Connections wanted at first, and the most that are ever asked for.</summary>
    public required int Connections { get; init; }
    public required int ConnectionsMax { get; init; }
    public required int Ports { get; init; }
    public required int Sources { get; init; }
    public required int SlabSlots { get; init; }
    public required int Buffers { get; init; }
    public required bool Pings { get; init; }
    public required double ConnectRatePerSecond { get; init; }
    public required CloseKind Close { get; init; }
    public required int TransferBytesMax { get; init; }

    /// <summary>Queries, or connections begun, a second over all clients.</summary>
    public required int RatePerSecond { get; init; }

    /// <summary>How long faults and commands go on.</summary>
    public required long TroubleNs { get; init; }

    /// <summary>Ways in which every second connection may be treated by the server.</summary>
    public required Misdeeds Misdeeds { get; init; }

    public static Scene Draw(ulong seed)
    {
        Prng random = new(seed ^ 0x5CE7E);
        FaultPlan faults = FaultPlan.Draw(ref random);
        SceneKind kind = (SceneKind)random.NextInRange(0, (int)SceneKind.Idle);
        if (kind == SceneKind.Embedded)
        {
            faults = faults with { PeerVanishes = 0 }; // both ends are on one host, and its server waits for all peers
        }

        bool isBig = random.NextInRange(0, 7) == 0;
        int clients = isBig ? 1 : (int)random.NextInRange(1, 4); // one that reaches the limits of a worker
        int targets = kind == SceneKind.Embedded ? clients : (int)random.NextInRange(isBig ? 3 : 1, 4);
        int connections = isBig ? (int)random.NextInRange(200, 450) : (int)random.NextInRange(1, 60);
        int most = connections + (int)random.NextInRange(0, 30);
        int sources = (int)random.NextInRange(1, 2);

        // Sometimes there is not one port or slot more than the target needs. Server slots that a peer left without
        // a word stay taken, as they do in a kernel, so where peers vanish there have to be enough of them.
        int portsNeeded = (((most + targets - 1) / targets) + clients) * (kind == SceneKind.Embedded ? 1 : clients);
        bool isTight = random.NextInRange(0, 3) == 0 && faults.PeerVanishes == 0;
        return new Scene
        {
            Seed = seed,
            Kind = kind,
            Faults = faults,
            Clients = clients,
            Servers = kind == SceneKind.Embedded ? 0 : (int)random.NextInRange(1, 2),
            Targets = [.. Enumerable.Range(0, targets).Select(i => SockAddr.FromIPv4(ServerHost, (ushort)(7000 + i)))],
            Connections = connections,
            ConnectionsMax = most,
            Ports = isTight ? portsNeeded : 2000,
            Sources = sources,
            SlabSlots = isTight ? (2 * most) + 4 : 4096,
            Buffers = isTight ? (2 * most) + 2 : 4096,
            Pings = random.NextInRange(0, 1) == 0,
            ConnectRatePerSecond = random.NextInRange(0, 2) == 0 ? random.NextInRange(50, 5000) : 0,
            Close = (CloseKind)random.NextInRange(0, 1),
            TransferBytesMax = Math.Min(
                1 << (int)random.NextInRange(6, 16), faults.PeerIsSlow > 0 ? 4096 : faults.WindowBytes * 16),
            RatePerSecond = (int)random.NextInRange(1, 400),
            TroubleNs = random.NextInRange(50_000_000, 12_000_000_000),
            Misdeeds = isTight || kind is SceneKind.Embedded or SceneKind.Chatter
                ? Misdeeds.None
                : DrawMisdeeds(ref random),
        };
    }

    /// <summary>None in half of the scenes; in the others a third of them all.</summary>
    private static Misdeeds DrawMisdeeds(ref Prng random)
    {
        Misdeeds drawn = Misdeeds.None;
        for (int bit = 1; bit < (int)Misdeeds.All; bit <<= 1)
        {
            drawn |= random.NextInRange(0, 2) == 0 ? (Misdeeds)bit : Misdeeds.None;
        }

        return random.NextInRange(0, 1) == 0 ? Misdeeds.None : drawn;
    }

    public bool IsDatagram => Kind == SceneKind.Datagrams;

    public HoldSpec HoldSpec => new()
    {
        Connections = Connections,
        Ping = Pings,
        PingIntervalMinNs = 100_000_000,
        PingIntervalMaxNs = 700_000_000,
        PingTimeoutNs = 2_000_000_000,
        ConnectTimeoutNs = 3_000_000_000,
        ConnectRatePerSecond = ConnectRatePerSecond,
        Close = Close,
    };

    public QuerySpec QuerySpec => new()
    {
        Connections = Connections,
        Profile = RateProfile.Constant(RatePerSecond),
        Arrivals = (Arrivals)(Seed % 2),
        Kind = QueryKind.Echo,
        MessageBytes = (IsDatagram ? 2 : 1) + (int)(Seed % 700),
        TimeoutNs = 1_500_000_000,
        Socket = Options,
        OutstandingMax = 1 + (int)(Seed / 3 % 40),
        QueriesPerConnection = Seed % 5 == 0 ? 1 + (int)(Seed % 17) : 0,
        ConnectTimeoutNs = 3_000_000_000,
        ConnectRatePerSecond = ConnectRatePerSecond,
        Close = Close,
    };

    /// <summary>Servers answer exchanges and are no echo.</summary>
    public bool Exchanges => Kind == SceneKind.Churn && Seed % 2 == 0;

    public ChurnSpec ChurnSpec => new()
    {
        Connections = Connections,
        Profile = RateProfile.Constant(RatePerSecond),
        Arrivals = (Arrivals)(Seed / 2 % 2),
        Life = Exchanges ? ChurnLife.Exchange : ChurnLife.Requests,
        Requests = (long)(Seed / 3 % 4),
        RequestBytes = 1 + (int)(Seed % 900),
        Content = new byte[Seed / 5 % 3000],
        Expects = ReplyExpectation.Exactly(ExchangeSpec.Content),
        LifetimeNs = Seed % 3 == 0 ? 200_000_000 : 0,
        TimeoutNs = 3_000_000_000,
        Close = Close,
    };

    public MonitorSpec MonitorSpec => new()
    {
        Connections = Connections,
        Targets = Targets,
        Profile = RateProfile.Constant(RatePerSecond),
        Socket = Options,
        MessageBytes = MonitorPayload.BytesMin + (int)(Seed % 900),
        ReplyTimeoutNs = 1_500_000_000,
        ConnectTimeoutNs = 2_000_000_000,
        NewRatePerSecond = Seed % 3 == 0 ? 0 : 1 + (Seed % 40),
        Close = Close,
    };

    public IdleSpec IdleSpec => new()
    {
        Targets = Targets, ReplyTimeoutNs = 1_500_000_000, ConnectTimeoutNs = 2_000_000_000, Close = Close,
    };

    /// <summary>An idle timeout too, for peers that vanish.</summary>
    public ExchangeSpec ExchangeSpec => new()
    {
        DelayNs = (long)(Seed / 7 % 2) * 50_000_000,
        IdleTimeoutNs = 5_000_000_000,
    };

    private SocketOptions Options => new(
        0, 0, IsDatagram ? Transport.Datagram : Transport.Stream, TellsEnd: Kind == SceneKind.Monitor);

    public WorkerPlan Client(int worker)
    {
        bool isEmbedded = Kind == SceneKind.Embedded;
        SockAddr[] targets = isEmbedded ? [Targets[worker]] : Targets;
        PortSpan span = PortSpan.From(20_000, 20_000 + Ports - 1);
        return new WorkerPlan
        {
            Connections = SlabSlots,
            Buffers = Buffers,
            Targets = targets,
            Sources = [.. targets.SelectMany(
                _ => Enumerable.Range(0, Sources).Select(i => SockAddr.FromIPv4(ClientHost + (uint)i, 0)))],
            Ports = isEmbedded ? span : span.Slice(worker, Clients),
            Listen = isEmbedded ? targets : [],
            Shard = new ShardSpec(worker, Clients, Seed + (ulong)worker, Options, KeepsFailures: true),
        };
    }

    public WorkerPlan Server(int worker) => new()
    {
        Connections = SlabSlots,
        Buffers = Buffers,
        Listen = Targets,
        Transport = IsDatagram ? Transport.Datagram : Transport.Stream,
        Shard = new ShardSpec(worker, Servers, Seed + 100 + (ulong)worker, default),
    };
}
