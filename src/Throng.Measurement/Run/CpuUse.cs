using System.ComponentModel.DataAnnotations;

namespace Throng.Measurement;

/// <summary>CPU time of the process, and of each worker.</summary>
public sealed record CpuUse
{
    public long UserNs { get; init; }

    public long SystemNs { get; init; }

    /// <summary>The busiest worker's share; null without workers.</summary>
    [Range(0, 1)]
    public double? BusyMax => Workers.Count == 0 ? null : Workers.Max(worker => worker.Busy);

    /// <summary>The largest share of the run in which a worker was ready and had no CPU; null where that is not known.
    /// </summary>
    [Range(0, 1)]
    public double? WaitedMax => Workers.Max(worker => worker.Waited);

    /// <summary>Share of the run in which something on this host was ready and had no CPU, this program included.
    /// </summary>
    [Range(0, 1)]
    public double? Pressure { get; init; }

    /// <summary>Share of the host's CPU time that its hypervisor gave to others.</summary>
    [Range(0, 1)]
    public double? Steal { get; init; }

    /// <summary>
    /// How long a turn of the loop took on average, waiting included; null when the workers mostly waited, since that
    /// says how much there was to do and not how fast they are.
    /// </summary>
    public double? TurnNs { get; init; }

    /// <summary>How often workers slept and woke, all of them together; null without workers.</summary>
    public long? Wakeups { get; init; }

    /// <summary>Wake-ups that found nothing to do.</summary>
    public long? IdleWakeups { get; init; }

    /// <summary>From one wake-up of a worker to the next on average; null where none woke.</summary>
    public double? BetweenWakeupsNs { get; init; }

    public IReadOnlyList<WorkerCpu> Workers { get; init; } = [];
}
