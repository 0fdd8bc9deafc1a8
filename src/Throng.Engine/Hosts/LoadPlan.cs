using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Needs of a load on its host, in numbers: made from what a person asked for by the same code that lays out the run,
/// and looked at by every limit.
/// </summary>
public sealed record LoadPlan
{
    /// <summary>Memory the process needs whatever it holds.</summary>
    public const long ProcessBytes = 64L << 20;

    /// <summary>The plan in one line, as the examination begins.</summary>
    public required string Subject { get; init; }

    public PlanRole Role { get; init; }

    /// <summary>Connections wanted; null when no number was named (a server takes what comes).</summary>
    public long? Connections { get; init; }

    public required EngineSelection Engine { get; init; }

    /// <summary>Workers, and the sockets they have room for.</summary>
    public required Capacity Capacity { get; init; }

    /// <summary>Source addresses, the ports of each, and the targets each of them reaches.</summary>
    public int Sources { get; init; } = 1;
    public int PortsPerSource { get; init; }
    public int Targets { get; init; } = 1;

    /// <summary>The ports came from the command line and not from the host's range.</summary>
    public bool OwnPorts { get; init; }

    /// <summary>Each socket is bound to its port here, which is not left to a range of one port.</summary>
    public bool BindsPorts { get; init; }

    /// <summary>The ports are every second one of the host's range; the others are left to other programs.</summary>
    public bool EverySecondPort { get; init; }

    /// <summary>How fast address pairs are used up; null when connections stay.</summary>
    public Turnover? Turnover { get; init; }

    /// <summary>Every target is on this host.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>Listening sockets of all workers.</summary>
    public int Listeners { get; init; }

    /// <summary>Length asked for each accept queue; 0: the most the system allows.</summary>
    public int Backlog { get; init; }

    /// <summary>Connections are encrypted.</summary>
    public bool HasTls { get; init; }

    /// <summary>Connections have keepalive.</summary>
    public bool KeepsAlive { get; init; }

    /// <summary>Interface that packets of this process go through; null where the kernel's sockets are used.</summary>
    internal InterfaceFacts? Packets { get; init; }

    /// <summary>The soft limit on descriptors is left as it is.</summary>
    public bool KeepLimits { get; init; }

    public bool IsClient => Role != PlanRole.Server;

    public bool IsServer => Role is PlanRole.Server or PlanRole.Both;

    /// <summary>Sockets of one connection on this host.</summary>
    public int SocketsPerConnection => Role == PlanRole.Both ? 2 : 1;

    public long Sockets => SocketsOf(Connections ?? 0);

    /// <summary>The number of workers stands; else there are fewer where that lets all ports be used.</summary>
    public bool WorkersStand { get; init; }

    /// <summary>
    /// Ports of a source that are used: each worker has its own, and as many connections as any other, so that what one
    /// has more than another is left over. A run that serves itself gives all of them to each worker.
    /// </summary>
    public int PortsUsed => WorkersStand && Role != PlanRole.Both
        ? PortsPerSource - (PortsPerSource % Capacity.Workers)
        : PortsPerSource;

    /// <summary>Connections there are source addresses and ports for.</summary>
    public long AddressPairs => (long)PortsUsed * Sources * Targets;

    /// <summary>Memory that a connection costs, here and in the kernel.</summary>
    public long BytesPerConnection =>
        SocketsPerConnection * (OwnBytes + KernelBytes + (HasTls ? TlsBackend.MemoryBytes : 0L));

    /// <summary>Memory of one end of a connection in this process.</summary>
    public int OwnBytes => Engine.IsPacket ? Connection.Size + PacketSpec.ConnectionBytes : Slab.BytesEach;

    /// <summary>The same in the kernel.</summary>
    public int KernelBytes => Engine.IsPacket ? 0 : Connection.KernelBytes;

    /// <summary>Memory of so many connections, the process's own included.</summary>
    public long BytesOf(long connections) => ProcessBytes + (connections * BytesPerConnection);

    public long SocketsOf(long connections) => connections * SocketsPerConnection;

    public string AddressArithmetic => Role == PlanRole.Both
        ? $"{Units.Several(Targets, "loopback listeners")} × {Units.Several(Sources, "sources")}"
            + $" × {Units.Several(PortsPerSource, "ports")} = {Units.Count(AddressPairs)}"
        : $"{Units.Several(Sources, "sources")} × {Units.Several(PortsUsed, "ports")}{Shared}"
            + $" × {Units.Several(Targets, "targets")} = {Units.Count(AddressPairs)}";

    private string Shared => PortsUsed == PortsPerSource
        ? ""
        : $" ({Units.Count(PortsUsed / Capacity.Workers)} for each of {Units.Count(Capacity.Workers)} workers)";

    /// <summary>Why the sockets of so many connections do not fit, with the sum; the empty text when they do.</summary>
    public string SocketsMissing(long connections)
    {
        if (SocketsOf(connections) <= Capacity.Sockets)
        {
            return "";
        }

        string both = Role == PlanRole.Both ? $" ({Units.Count(connections)} × 2: both ends are here)" : "";
        return $"{Units.Count(connections)} connections need {Units.Count(SocketsOf(connections))} sockets{both},"
            + $" but {Units.Count(Capacity.Sockets)} are possible: {Capacity.Arithmetic}";
    }

    /// <summary>The same of source addresses and ports.</summary>
    public string AddressesMissing(long connections) => !IsClient || connections <= AddressPairs
        ? ""
        : $"{Units.Count(connections)} connections need as many address pairs, but there are {AddressArithmetic}";
}
