using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Everything that decides what a host can hold, as numbers: plans and limits are functions of this, so that a host
/// that was recorded once can be asked again. Null: the kernel does not say, or has no such thing.
/// </summary>
public sealed record HostFacts
{
    /// <summary>As uname -r gives it.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>CPUs this process may run on.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Limits of the control groups above this process.</summary>
    public CgroupLimits Cgroup { get; init; } = CgroupLimits.None;

    /// <summary>RLIMIT_NOFILE.</summary>
    public long NofileSoft { get; init; } = 1024;
    public long NofileHard { get; init; } = 1024;

    /// <summary>fs.nr_open: as far as RLIMIT_NOFILE can be raised.</summary>
    public long? NrOpen { get; init; }

    /// <summary>fs.file-nr.</summary>
    public FileCounts? Files { get; init; }

    /// <summary>fs.file-max does not hold for this process (CAP_SYS_ADMIN).</summary>
    public bool IsAdmin { get; init; }

    public long? MemoryTotalBytes { get; init; }

    public long? MemoryAvailableBytes { get; init; }

    /// <summary>RLIMIT_AS, and how much of it is in use.</summary>
    public long? AddressSpaceBytes { get; init; }
    public long AddressSpaceUsedBytes { get; init; }

    /// <summary>net.ipv4.tcp_mem, and how much of it is in use.</summary>
    public TcpPages? TcpMemory { get; init; }
    public long TcpMemoryUsedPages { get; init; }

    /// <summary>net.ipv4.tcp_max_orphans.</summary>
    public long? OrphansMax { get; init; }

    /// <summary>net.ipv4.tcp_max_tw_buckets.</summary>
    public long? TimeWaitMax { get; init; }

    /// <summary>net.ipv4.tcp_tw_reuse: 0 never, 1 always, 2 on loopback.</summary>
    public long? TimeWaitReuse { get; init; }

    /// <summary>net.ipv4.tcp_tw_reuse_delay in ms, which kernels before 6.13 have fixed.</summary>
    public long TimeWaitReuseDelayMs { get; init; } = 1_000;

    /// <summary>net.ipv4.tcp_timestamps: without them no pair in TIME_WAIT is used again.</summary>
    public bool HasTimestamps { get; init; } = true;

    /// <summary>net.netfilter.nf_conntrack_max, null where nothing can be tracked, and the entries now.</summary>
    public long? ConntrackMax { get; init; }
    public long ConntrackUsed { get; init; }

    /// <summary>net.core.somaxconn.</summary>
    public long? AcceptQueueMax { get; init; }

    /// <summary>net.ipv4.tcp_max_syn_backlog.</summary>
    public long? SynQueueMax { get; init; }

    /// <summary>net.ipv4.tcp_syncookies: 0 never, 1 when a queue is full, 2 always.</summary>
    public long? SynCookies { get; init; }

    /// <summary>net.ipv4.ip_local_port_range.</summary>
    public PortRange LocalPorts { get; init; } = new(32768, 60999);

    /// <summary>net.ipv4.ip_local_reserved_ports.</summary>
    public IReadOnlyList<PortRange> ReservedPorts { get; init; } = [];

    /// <summary>Whether a socket can be given its source port as a range of one (IP_LOCAL_PORT_RANGE).</summary>
    public bool TakesPortRange { get; init; }

    /// <summary>Whether io_uring does here what the engine needs, and in one line what was tried or what failed.
    /// </summary>
    public bool UringWorks { get; init; }
    public string UringReason { get; init; } = "";

    /// <summary>kernel.io_uring_disabled: 0 for nobody, 1 for those without CAP_SYS_ADMIN, 2 for all.</summary>
    public long? UringDisabled { get; init; }

    /// <summary>Whether a thread can have a descriptor table of its own (unshare is not refused).</summary>
    public bool OwnTables { get; init; }

    /// <summary>kernel.threads-max, and the threads there are.</summary>
    public long? ThreadsMax { get; init; }
    public long ThreadsUsed { get; init; }

    /// <summary>The descriptors one table can have: the hard limit, unless the soft one is to be left.</summary>
    public long Nofile(bool keepLimits) => Math.Min(keepLimits ? NofileSoft : NofileHard, int.MaxValue);
}
