using System.ComponentModel.DataAnnotations;

namespace Throng.Measurement;

/// <summary>CPU time of one worker.</summary>
/// <param name="Busy">Share of the run in 0..1 that it did not wait.</param>
public sealed record WorkerCpu(long UserNs, long SystemNs, [property: Range(0, 1)] double Busy)
{
    /// <summary>Share of the run in which it was ready and had no CPU; null where the kernel does not tell.</summary>
    [Range(0, 1)]
    public double? Waited { get; init; }
}
