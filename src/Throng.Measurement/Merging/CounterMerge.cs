namespace Throng.Measurement;

/// <summary>Adds up the counts and uses of the runs. A part that no run has is null.</summary>
internal static class CounterMerge
{
    public static ReasonCounts ReasonsOf(IEnumerable<ReasonCounts> all)
    {
        ReasonCounts merged = [];
        foreach (KeyValuePair<string, long> count in all.SelectMany(counts => counts))
        {
            merged.Add(count.Key, count.Value);
        }

        return merged;
    }

    /// <summary>One of the parts that runs have; null when none has any.</summary>
    public static T? Part<T>(RunDocument[] runs, Func<RunDocument, T?> of, Func<T[], T> merge)
        where T : class
    {
        T[] all = [.. runs.Select(of).OfType<T>()];
        return all.Length == 0 ? null : merge(all);
    }

    public static Messages? MessagesOf(RunDocument[] runs) => Part(runs, run => run.Messages, Messages.Sum);

    /// <summary>
    /// CPUs add up, as generators mostly have hosts of their own; descriptors are those of the least one. Further facts
    /// stay where all hosts agree. Each source has its own host.
    /// </summary>
    public static Host Hosts(RunDocument[] runs) => new()
    {
        Kernel = Joined(runs, run => run.Host.Kernel),
        Cpus = runs.Sum(run => run.Host.Cpus),
        Nofile = runs.Min(run => run.Host.Nofile),
        Engine = Joined(runs, run => run.Host.Engine),
        EngineReason = Joined(runs, run => run.Host.EngineReason),
        More = Common([.. runs.Select(run => run.Host.More)]),
    };

    public static TcpCounters? TcpOf(RunDocument[] runs, LatencyMerge latencies) => Part(
        runs, run => run.Tcp, all => new TcpCounters
        {
            Retransmits = Sum(all, one => one.Retransmits),
            SynRetransmits = Sum(all, one => one.SynRetransmits),
            Sampled = all.Sum(one => one.Sampled),
            SampledOf = all.Sum(one => one.SampledOf),
            SampledRetransmits = all.Sum(one => one.SampledRetransmits),
            SampledUnacked = all.Sum(one => one.SampledUnacked),
            SampledProbing = all.Sum(one => one.SampledProbing),
            NoRoutes = Sum(all, one => one.NoRoutes),
            Rtt = latencies.Merge("tcp.rtt", runs, run => run.Tcp?.Rtt) ?? LatencySummary.Empty,
            SamplingRefused = all.Select(one => one.SamplingRefused).FirstOrDefault(reason => reason is not null),
            More = Common([.. all.Select(one => one.More)]),
        });

    public static CaptureFigures? CaptureOf(RunDocument[] runs) => Part(
        runs, run => run.Pcap, all => new CaptureFigures
        {
            Connections = all.Sum(one => one.Connections),
            Packets = all.Sum(one => one.Packets),
            NotKept = all.Sum(one => one.NotKept),
            Dropped = all.Sum(one => one.Dropped),
        });

    /// <summary>Sum over the interfaces of all hosts; which queue was full says nothing then.</summary>
    public static PacketFigures? PacketsOf(RunDocument[] runs) => Part(
        runs, run => run.Packets, all => new PacketFigures
        {
            Interface = Joined(all, one => one.Interface),
            Queues = all.Sum(one => one.Queues),
            Mode = Joined(all, one => one.Mode),
            XdpMode = Joined(all, one => one.XdpMode),
            FramesIn = all.Sum(one => one.FramesIn),
            FramesOut = all.Sum(one => one.FramesOut),
            FramesPassed = all.Sum(one => one.FramesPassed),
            PassFull = all.Sum(one => one.PassFull),
            TxFull = all.Sum(one => one.TxFull),
            RxFull = all.Sum(one => one.RxFull),
            RxDropped = all.Sum(one => one.RxDropped),
            SegmentsIn = all.Sum(one => one.SegmentsIn),
            SegmentsOut = all.Sum(one => one.SegmentsOut),
            ResetsIn = all.Sum(one => one.ResetsIn),
            ResetsOut = all.Sum(one => one.ResetsOut),
            OutOfOrder = all.Sum(one => one.OutOfOrder),
            OutOfOrderDropped = all.Sum(one => one.OutOfOrderDropped),
            ArrivalsDropped = all.Sum(one => one.ArrivalsDropped),
            Blocks = all.Sum(one => one.Blocks),
            BlocksFull = all.Sum(one => one.BlocksFull),
            Chunks = all.Sum(one => one.Chunks),
            ChunksFull = all.Sum(one => one.ChunksFull),
            TimeWaitsCut = all.Sum(one => one.TimeWaitsCut),
            Malformed = all.Sum(one => one.Malformed),
        });

    public static NetworkCounters? NetworkOf(RunDocument[] runs) => Part(
        runs, run => run.Network, all => new NetworkCounters
        {
            ListenOverflows = Sum(all, one => one.ListenOverflows),
            ListenDrops = Sum(all, one => one.ListenDrops),
            SynQueueDrops = Sum(all, one => one.SynQueueDrops),
            SynQueueCookies = Sum(all, one => one.SynQueueCookies),
            SynBacklogDrops = Sum(all, one => one.SynBacklogDrops),
            TimeWaitOverflows = Sum(all, one => one.TimeWaitOverflows),
            MemoryPressures = Sum(all, one => one.MemoryPressures),
            MemoryAborts = Sum(all, one => one.MemoryAborts),
            DelayedAcks = Sum(all, one => one.DelayedAcks),
            UdpNoPorts = Sum(all, one => one.UdpNoPorts),
            ConntrackDrops = Sum(all, one => one.ConntrackDrops),
            ConntrackInsertFailed = Sum(all, one => one.ConntrackInsertFailed),
            ConntrackEarlyDrops = Sum(all, one => one.ConntrackEarlyDrops),
        });

    public static RunLimits? LimitsOf(RunDocument[] runs)
    {
        RunLimits[] all = [.. runs.Select(run => run.Limits).OfType<RunLimits>()];
        RunLimits? exhausted = all.FirstOrDefault(one => one.PortsTarget.Length > 0) ?? all.FirstOrDefault();
        return exhausted is null ? null : new RunLimits
        {
            Sockets = all.Sum(one => one.Sockets),
            Arithmetic = string.Join("; ", all.Select(one => one.Arithmetic).Distinct()),
            AcceptFailures = all.Sum(one => one.AcceptFailures),
            AcceptErrno = all.Select(one => one.AcceptErrno).FirstOrDefault(errno => errno.Length > 0) ?? "",
            PortsSource = exhausted.PortsSource,
            PortsTarget = exhausted.PortsTarget,
            PortsPerSource = exhausted.PortsPerSource,
            SourceGone = all.Select(one => one.SourceGone).FirstOrDefault(gone => gone.Length > 0) ?? "",
            TimeWait = Sum(all, one => one.TimeWait),
            Backlog = all.Max(one => one.Backlog),
            Sysctls = Common([.. all.Select(one => one.Sysctls)]),
        };
    }

    public static CpuUse? CpuOf(RunDocument[] runs) => Part(
        runs, run => run.Cpu, all => new CpuUse
        {
            UserNs = all.Sum(one => one.UserNs),
            SystemNs = all.Sum(one => one.SystemNs),
            TurnNs = all.Max(one => one.TurnNs),
            Wakeups = Sum(all, one => one.Wakeups),
            IdleWakeups = Sum(all, one => one.IdleWakeups),
            BetweenWakeupsNs = all.Max(one => one.BetweenWakeupsNs),
            Pressure = all.Max(one => one.Pressure),
            Steal = all.Max(one => one.Steal),
            Workers = [.. all.SelectMany(one => one.Workers)],
        });

    /// <summary>The memory of one connection is the mean over all that were held.</summary>
    public static MemoryUse? MemoryOf(RunDocument[] runs)
    {
        RunDocument[] all = [.. runs.Where(run => run.Memory is not null)];
        RunDocument[] told = [.. all.Where(run => run.Memory!.BytesPerConnection is not null)];
        long held = told.Sum(run => run.Connections.Held);
        double bytes = told.Sum(run => run.Memory!.BytesPerConnection!.Value * run.Connections.Held);
        return all.Length == 0
            ? null
            : new MemoryUse(all.Sum(run => run.Memory!.RssBytes), held > 0 ? bytes / held : null);
    }

    private static string Joined<T>(T[] all, Func<T, string> of) =>
        string.Join("; ", all.Select(of).Where(text => text.Length > 0).Distinct());

    /// <summary>Null when no part has it.</summary>
    internal static long? Sum<T>(T[] all, Func<T, long?> of) =>
        all.Any(one => of(one) is not null) ? all.Sum(one => of(one) ?? 0) : null;

    /// <summary>Keeps the entries that all sections have alike.</summary>
    private static Section Common(Section[] all)
    {
        Section common = [];
        foreach (KeyValuePair<string, Node> entry in all[0])
        {
            if (all.All(one => one.Find(entry.Key) is { } found && NodeEquality.AreEqual(found, entry.Value)))
            {
                common[entry.Key] = entry.Value;
            }
        }

        return common;
    }
}
