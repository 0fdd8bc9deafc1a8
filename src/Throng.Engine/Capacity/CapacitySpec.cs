using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Task of `capacity`: to find how many connections the path holds, and what happens at the limit.
/// <see cref="LoadSpec.Connections"/> is the number that is never exceeded.
/// </summary>
public sealed record CapacitySpec : LoadSpec
{
    public required CapacityPlan Plan { get; init; }

    /// <summary>How long the answer to a check is awaited.</summary>
    public long CheckTimeoutNs { get; init; } = 5 * Ns.Second;

    /// <summary>Checks of random old connections a second, over the whole run, while others are opened.</summary>
    public double ChecksPerSecond { get; init; } = 100;
}
