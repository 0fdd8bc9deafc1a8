using System.Globalization;

namespace Throng.Bench;

/// <summary>The cost of a connect with one share of the ports in use.</summary>
internal sealed record PortsState
{
    /// <summary>CPU of a connect: both processes, and hold alone.</summary>
    public required double Microseconds { get; init; }

    public required double HoldMicroseconds { get; init; }

    public required double P50Us { get; init; }

    public required double P99Us { get; init; }

    public required double MaxUs { get; init; }

    public required double PerSecond { get; init; }

    public required double Collisions { get; init; }

    /// <summary>CPU of a connect whose port the kernel looks for.</summary>
    public required double KernelMicroseconds { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Microseconds:0.0} µs, p50 {P50Us:0} p99 {P99Us:0} max {MaxUs:0} µs at {PerSecond:N0}/s, "
            + $"{Collisions:0} collisions, kernel's choice {KernelMicroseconds:N0} µs");
}

/// <summary>One round: 5 % and 95 %.</summary>
internal sealed record PortsFigures(PortsState Few, PortsState Many)
{
    public override string ToString() => $"5 %: {Few}; 95 %: {Many}";
}
