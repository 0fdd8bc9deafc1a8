using Throng.Linux;

namespace Throng.Engine;

/// <summary>Fills <see cref="HostFacts"/> from the kernel this runs on. Changes nothing; some milliseconds.</summary>
public static class HostReader
{
    /// <param name="triesUring">Whether io_uring is tried; without, it counts as not working.</param>
    /// <exception cref="SetupException">The limit on descriptors, without which there is no sum, is not told.
    /// </exception>
    public static HostFacts Read(bool triesUring = true)
    {
        _ = SetupException.Need(
            Limits.GetDescriptors(out ulong soft, out ulong hard), "read the limit on descriptors (RLIMIT_NOFILE)",
            "allow the system call prlimit64, as in a seccomp profile");
        RingSupport? rings = triesUring ? RingSupport.Probe() : null;
        _ = ProcessMemory.TryRead(out ProcessMemory memory);
        _ = SocketCounts.TryRead(out SocketCounts sockets);
        return new HostFacts
        {
            Kernel = Host.KernelRelease,
            Cpus = Math.Max(1, Host.Cpus.Length),
            Cgroup = Cgroup.Read(),
            NofileSoft = (long)Math.Min(soft, long.MaxValue),
            NofileHard = (long)Math.Min(hard, long.MaxValue),
            NrOpen = Sysctl.TryReadNumber("fs.nr_open"),
            Files = FileCounts.TryRead(out FileCounts files) ? files : null,
            IsAdmin = Capabilities.Read().IsAdmin,
            MemoryTotalBytes = Known(Host.MemoryTotalBytes),
            MemoryAvailableBytes = Known(Host.MemoryAvailableBytes),
            AddressSpaceBytes = Limits.GetAddressSpace(),
            AddressSpaceUsedBytes = memory.VirtualBytes,
            TcpMemory = TcpPages.TryParse(Sysctl.TryRead("net.ipv4.tcp_mem"), out TcpPages pages) ? pages : null,
            TcpMemoryUsedPages = sockets.TcpMemoryPages,
            OrphansMax = Sysctl.TryReadNumber("net.ipv4.tcp_max_orphans"),
            TimeWaitMax = Sysctl.TryReadNumber("net.ipv4.tcp_max_tw_buckets"),
            TimeWaitReuse = Sysctl.TryReadNumber("net.ipv4.tcp_tw_reuse"),
            TimeWaitReuseDelayMs = Sysctl.TryReadNumber("net.ipv4.tcp_tw_reuse_delay") ?? 1_000,
            HasTimestamps = Sysctl.TryReadNumber("net.ipv4.tcp_timestamps") != 0,
            ConntrackMax = Sysctl.TryReadNumber("net.netfilter.nf_conntrack_max"),
            ConntrackUsed = Sysctl.TryReadNumber("net.netfilter.nf_conntrack_count") ?? 0,
            AcceptQueueMax = Sysctl.TryReadNumber(Sysctl.ListenBacklogMax),
            SynQueueMax = Sysctl.TryReadNumber("net.ipv4.tcp_max_syn_backlog"),
            SynCookies = Sysctl.TryReadNumber("net.ipv4.tcp_syncookies"),
            LocalPorts = Sysctl.ReadLocalPorts(),
            ReservedPorts = Sysctl.ReadReservedPorts(),
            TakesPortRange = SocketSetup.TakesPortRange(),
            UringWorks = rings is { Works: true },
            UringReason = rings?.Reason ?? "not tried",
            UringDisabled = Sysctl.TryReadNumber("kernel.io_uring_disabled"),
            OwnTables = CanUnshare(),
            ThreadsMax = Sysctl.TryReadNumber("kernel.threads-max"),
            ThreadsUsed = Host.Threads ?? 0,
        };
    }

    private static long? Known(long bytes) => bytes > 0 ? bytes : null;

    private static bool CanUnshare()
    {
        bool can = false;
        Thread probe = new(() => can = Descriptors.Unshare() >= 0, 64 * 1024);
        probe.Start();
        probe.Join();
        return can;
    }
}
