namespace Throng.Linux;

/// <summary>
/// Limits that the control groups of this process set it, the tightest of all groups above it; null: no limit.
/// </summary>
public sealed record CgroupLimits
{
    /// <summary>No group limits anything.</summary>
    public static CgroupLimits None { get; } = new();

    /// <summary>1 or 2: which hierarchy the limits were found in, 0 for none.</summary>
    public int Version { get; init; }

    /// <summary>memory.max, or memory.limit_in_bytes.</summary>
    public long? MemoryMaxBytes { get; init; }

    /// <summary>Folder of the group that limits memory the most.</summary>
    public string MemoryFolder { get; init; } = "";

    /// <summary>
    /// Memory that the group in <see cref="MemoryFolder"/> uses and could not give back: without the file pages nobody
    /// has used lately.
    /// </summary>
    public long MemoryUsedBytes { get; init; }

    /// <summary>CPUs' worth of time: cpu.max, or cpu.cfs_quota_us by its period.</summary>
    public double? Cpus { get; init; }

    /// <summary>pids.max: processes and threads.</summary>
    public long? PidsMax { get; init; }

    public long PidsUsed { get; init; }

    /// <summary>The file that sets the memory limit, as a person looks for it.</summary>
    public string MemorySetting => Version == 1 ? "memory.limit_in_bytes" : "memory.max";

    /// <summary>The file that sets the CPU limit.</summary>
    public string CpuSetting => Version == 1 ? "cpu.cfs_quota_us" : "cpu.max";
}
