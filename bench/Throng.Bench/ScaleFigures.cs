using System.Globalization;
using Throng.Linux;

namespace Throng.Bench;

/// <summary>Figures of one trial of <see cref="ScaleBench"/>.</summary>
internal sealed record ScaleFigures
{
    public required string Engine { get; init; }

    /// <summary>Client and server are one process.</summary>
    public required bool IsEmbedded { get; init; }

    public required int Connections { get; init; }

    /// <summary>From the start of the process to the moment all are held, on both ends.</summary>
    public required double UntilHeldSeconds { get; init; }

    /// <summary>Connects a second from the first to the last, as the program tells it.</summary>
    public required double PerSecond { get; init; }

    /// <summary>More than the process that holds nothing has used or occupies.</summary>
    public required ProcessState Hold { get; init; }

    public required ProcessState Server { get; init; }

    /// <summary>As it stands, the runtime included.</summary>
    public required long HoldBytes { get; init; }

    public required long ServerBytes { get; init; }

    public required long SlabBytes { get; init; }

    /// <summary>Less memory available than before, the two processes' own left out.</summary>
    public required long KernelBytes { get; init; }

    /// <summary>Shares of one CPU while nothing happens.</summary>
    public required double HoldIdle { get; init; }

    public required double ServerIdle { get; init; }

    /// <summary>From SIGTERM to hold to its end.</summary>
    public required double DrainSeconds { get; init; }

    /// <summary>It closed all connections and wrote its result, instead of giving up.</summary>
    public required bool HasReport { get; init; }

    /// <summary>On the plateau; two for each connection are right.</summary>
    public required SocketCounts Sockets { get; init; }

    public required int Listeners { get; init; }

    public bool SocketsAgree =>
        Sockets.TcpInUse - (2L * Connections) is var others && others >= 0 && others <= Listeners;

    /// <summary>CPU time of both ends, per connection.</summary>
    public double MicrosecondsEach => (Hold.CpuNs + Server.CpuNs) / 1e3 / Connections;

    public double MillisecondsEach => UntilHeldSeconds * 1e3 / Connections;

    public double ResidentEach => (double)(Hold.ResidentBytes + Server.ResidentBytes) / Connections;

    public double SlabEach => (double)SlabBytes / Connections;

    public double KernelEach => (double)KernelBytes / Connections;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Engine}{(IsEmbedded ? " embedded" : "")} {Connections:N0}: held after {UntilHeldSeconds:0.00} s, "
            + $"{PerSecond:N0}/s, {MicrosecondsEach:0.0} µs, {ResidentEach:0} B + {SlabEach:0} B slab "
            + $"({KernelEach:0} B) a connection, idle {HoldIdle:0.00 %} + {ServerIdle:0.00 %}, "
            + $"{(HasReport ? "drained in" : "gave up after")} {DrainSeconds:0.00} s, sockstat {Sockets.TcpInUse:N0}");
}
