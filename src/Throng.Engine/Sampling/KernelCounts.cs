using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The kernel's side of a run: what its network namespace counted since the start, what TCP says of its connections,
/// and which limits are in force. The sampler reads it once a second; the last reading that worked stays.
/// </summary>
internal sealed class KernelCounts(WorkerGroup group, LiveRunSpec own, TcpSampling tcp)
{
    private static readonly string[] Numbers =
    [
        Sysctl.ListenBacklogMax, "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_max_tw_buckets",
        "net.ipv4.tcp_max_orphans", "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_count",
    ];

    private static readonly string[] Texts = [Sysctl.LocalPorts, "net.ipv4.tcp_mem", "fs.file-nr"];

    private readonly long? _pressureBeforeNs = CpuPressure.ReadHostNs();
    private readonly long? _stealBeforeNs = CpuPressure.ReadStealNs();
    private NetCounters _now = own.Before;
    private string _sourceGone = "";
    private long? _timeWait;

    /// <summary>Segments sent again in this network namespace since the start; 0 where that is not told.</summary>
    public long Retransmits => Tcp().Retransmits ?? 0;

    private NetCounters Since => _now.Since(own.Before);

    /// <summary>
    /// Reads the counters, 0.4 ms of CPU. With every descriptor in use the files cannot be opened;
    /// what was read last then stays.
    /// </summary>
    public void Read()
    {
        if (own.Packets is null)
        {
            NetCounters now = NetCounters.Read();
            _now = now.Retransmits is null ? _now : now;
        }

        if (LastWithoutPort() is { } last)
        {
            LookAtSources(last.Plan, last.Where);
        }
    }

    /// <summary>
    /// Why there is no port: the address may have gone, and may be back before the end; or TIME_WAIT has the ports.
    /// </summary>
    private void LookAtSources(AddressPlan plan, PortsSpent where)
    {
        if (SocketCounts.TryRead(out SocketCounts sockets))
        {
            _timeWait = Math.Max(_timeWait ?? 0, sockets.TcpTimeWait);
        }

        SockAddr[] sources = where.Path is { } path ? [plan.Local(path, 0)] : plan.SourcesOf(where.Target);
        foreach (SockAddr source in sources)
        {
            if (own.Packets is null && _sourceGone.Length == 0 && source.Family != 0 && Setup.IsForeign(source))
            {
                _sourceGone = $"{source.Address}";
            }
        }
    }

    /// <summary>Share of the time since the start in which something here had no CPU; null where it is not told.
    /// </summary>
    public double? Pressure(long passedNs) => Share(CpuPressure.ReadHostNs() - _pressureBeforeNs, passedNs);

    /// <summary>Share of the CPU time since the start that was another guest's; null where it is not told.</summary>
    public double? Steal(long passedNs) =>
        Share(CpuPressure.ReadStealNs() - _stealBeforeNs, passedNs * Environment.ProcessorCount);

    /// <summary>Counts of TCP: the kernel's, or of connections that it knows nothing of this process's own.</summary>
    public TcpCounters Tcp() => own.Packets is { } packets ? packets.Tcp : tcp.Counters(Since);

    public NetworkCounters Network()
    {
        NetCounters since = Since;
        return new NetworkCounters
        {
            ListenOverflows = since.ListenOverflows,
            ListenDrops = since.ListenDrops,
            SynQueueDrops = since.SynQueueDrops,
            SynQueueCookies = since.SynQueueCookies,
            SynBacklogDrops = since.ListenDrops is { } drops && since.ListenOverflows is { } overflows
                ? Math.Max(0, drops - overflows - (since.SynQueueDrops ?? 0))
                : null,
            TimeWaitOverflows = since.TimeWaitOverflows,
            MemoryPressures = since.MemoryPressures,
            MemoryAborts = since.MemoryAborts,
            DelayedAcks = since.DelayedAcks,
            UdpNoPorts = since.UdpNoPorts,
            ConntrackDrops = since.Conntrack?.Dropped,
            ConntrackInsertFailed = since.Conntrack?.InsertFailed,
            ConntrackEarlyDrops = since.Conntrack?.EarlyDropped,
        };
    }

    /// <param name="sysctls">Whether to read the settings too: nine small files.</param>
    public RunLimits Limits(Sample now, bool sysctls)
    {
        RunLimits limits = new()
        {
            Sockets = own.SocketsMax,
            Arithmetic = own.Arithmetic,
            AcceptFailures = now.AcceptFailures,
            AcceptErrno = now.AcceptFailures > 0 ? Errno.Name(now.AcceptErrno) : "",
            Backlog = own.Backlog,
            Sysctls = sysctls ? Settings() : [],
        };
        return LastWithoutPort() is { } last ? Ports(limits, last.Plan, last.Where) : limits;
    }

    private static double? Share(long? partNs, long wholeNs) =>
        partNs is { } part ? Math.Clamp((double)part / Math.Max(1, wholeNs), 0, 1) : null;

    private static Section Settings()
    {
        Section settings = [];
        foreach (string name in Numbers)
        {
            settings[name] = Sysctl.TryReadNumber(name) is { } number ? number : Node.Null;
        }

        foreach (string name in Texts)
        {
            settings[name] = Sysctl.TryRead(name)?.Replace('\t', ' ');
        }

        return settings;
    }

    private (AddressPlan Plan, PortsSpent Where)? LastWithoutPort()
    {
        foreach (Worker worker in group.Workers)
        {
            long spent = Volatile.Read(ref worker.Shard.Loop.PortsSpent);
            if (spent != 0)
            {
                return (worker.Shard.Plan, PortsSpent.From(spent));
            }
        }

        return null;
    }

    private RunLimits Ports(RunLimits limits, AddressPlan plan, PortsSpent where)
    {
        SockAddr target = plan.Target(where.Target);
        SockAddr[] sources = where.Path is { } path ? [plan.Local(path, 0)] : plan.SourcesOf(where.Target);
        string first = sources[0].Family == 0 ? "the source address that the route gives" : $"{sources[0].Address}";
        long ports = group.Workers.Select(worker => worker.Shard.Plan)
            .Where(other => Enumerable.Range(0, other.Targets).Any(at => other.Target(at) == target))
            .Sum(other => (long)other.PortsPerPath);
        return limits with
        {
            PortsSource = sources.Length > 1 ? $"each of {Units.Count(sources.Length)} sources from {first} on" : first,
            PortsTarget = target.ToString(),
            PortsPerSource = ports,
            SourceGone = _sourceGone,
            TimeWait = _timeWait,
        };
    }
}
