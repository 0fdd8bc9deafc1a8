namespace Throng.Measurement;

/// <summary>CPU time of the process, and of each worker.</summary>
public sealed record CpuUse
{
    public long UserNs { get; init; }

    public long SystemNs { get; init; }

    public IReadOnlyList<WorkerCpu> Workers { get; init; } = [];

    /// <summary>The busiest worker's share; null without workers.</summary>
    public double? BusyMax => Workers.Count == 0 ? null : Workers.Max(worker => worker.Busy);
}
