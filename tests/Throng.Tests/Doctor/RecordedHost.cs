using Throng.Engine;
using Throng.Linux;

namespace Throng.Tests;

/// <summary>Hosts as their kernels describe them, to be examined anywhere.</summary>
internal static class RecordedHost
{
    private const long GiB = 1L << 30;

    /// <summary>A virtual machine with 1 GB and everything as it came.</summary>
    public static HostFacts Small { get; } = new()
    {
        Kernel = "6.12.9",
        Cpus = 1,
        NofileSoft = 1024,
        NofileHard = 1_048_576,
        NrOpen = 1_048_576,
        Files = new FileCounts(1_216, 95_632),
        MemoryTotalBytes = 1_012_000_000,
        MemoryAvailableBytes = 700_000_000,
        TcpMemory = new TcpPages(10_545, 14_062, 21_090),
        TcpMemoryUsedPages = 4,
        OrphansMax = 4_096,
        TimeWaitMax = 4_096,
        TimeWaitReuse = 2,
        AcceptQueueMax = 4_096,
        SynQueueMax = 128,
        SynCookies = 1,
        TakesPortRange = true,
        UringWorks = true,
        UringReason = "io_uring: every feature in use was tried and works",
        UringDisabled = 0,
        OwnTables = true,
        ThreadsMax = 7_572,
        ThreadsUsed = 140,
    };

    /// <summary>A server with 256 GB that somebody set up for many connections.</summary>
    public static HostFacts Big { get; } = Small with
    {
        Cpus = 64,
        NofileSoft = 1_048_576,
        Files = new FileCounts(9_000, 26_000_000),
        MemoryTotalBytes = 256 * GiB,
        MemoryAvailableBytes = 250 * GiB,
        TcpMemory = new TcpPages(3_093_516, 4_124_690, 6_187_032),
        OrphansMax = 262_144,
        TimeWaitMax = 262_144,
        LocalPorts = new PortRange(1024, 65535),
        ReservedPorts = [new PortRange(8080, 8080), new PortRange(9000, 9009), new PortRange(80, 80)],
        ThreadsMax = 2_061_000,
    };

    /// <summary>A pod with 512 MiB and half a CPU on a node with 64, under a container's seccomp profile.</summary>
    public static HostFacts Pod { get; } = Big with
    {
        NofileHard = 1_048_576,
        LocalPorts = new PortRange(32768, 60999),
        ReservedPorts = [],
        Cgroup = new CgroupLimits
        {
            Version = 2, MemoryMaxBytes = 512L << 20, MemoryUsedBytes = 24L << 20, MemoryFolder = "/sys/fs/cgroup",
            Cpus = 0.5, PidsMax = 200, PidsUsed = 6,
        },
        UringWorks = false,
        UringReason = "io_uring_setup: EPERM (blocked by seccomp or kernel.io_uring_disabled)",
    };

    /// <summary>A host whose hard limit nobody may raise, and whose threads get no table of their own.</summary>
    public static HostFacts Narrow { get; } = Small with
    {
        NofileSoft = 1024,
        NofileHard = 1024,
        MemoryAvailableBytes = 8 * GiB,
        Files = new FileCounts(1_216, 800_000),
        UringWorks = false,
        UringReason = "io_uring_setup: EPERM (blocked by seccomp or kernel.io_uring_disabled)",
        UringDisabled = 2,
        OwnTables = false,
    };

    /// <summary>A container of version 1: 2 GiB, one and a half CPUs.</summary>
    public static HostFacts VersionOne { get; } = Big with
    {
        Cpus = 8,
        Cgroup = new CgroupLimits
        {
            Version = 1, MemoryMaxBytes = 2 * GiB, MemoryUsedBytes = GiB / 2,
            MemoryFolder = "/sys/fs/cgroup/memory", Cpus = 1.5,
        },
    };

    /// <summary>A host behind its own firewall.</summary>
    public static HostFacts Tracking { get; } = Big with
    {
        LocalPorts = new PortRange(32768, 60999),
        ConntrackMax = 262_144,
        ConntrackUsed = 1_812,
    };

    public static IReadOnlyDictionary<string, HostFacts> All { get; } = new Dictionary<string, HostFacts>
    {
        ["small"] = Small, ["big"] = Big, ["pod"] = Pod, ["narrow"] = Narrow, ["version 1"] = VersionOne,
        ["tracking"] = Tracking,
    };
}
