using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Makes the result document of a run from what its workers counted and its record noted: of one that has ended, or as
/// it would be if it ended now.
/// </summary>
internal static class RunDocuments
{
    /// <summary>With fewer connections than this the memory of one cannot be told from the rest.</summary>
    private const long ConnectionsToTellMemory = 1000;

    /// <summary>Turns that take longer on average were spent waiting.</summary>
    private const double TurnOfWorkMaxNs = 1_000_000;

    /// <summary>Intervals and events of a document of a run that goes on: the last ones.</summary>
    internal const int LastMax = 60;

    public static RunDocument Create(
        WorkerGroup group,
        LiveRunSpec own,
        RunSpec spec,
        EngineSelection engine,
        RunRecord record,
        KernelCounts kernel,
        DateTimeOffset started,
        Sample end,
        string endedBy)
    {
        Sample held = record.Held ?? end;
        bool isClient = own.Role == Role.Client;
        bool isRunning = endedBy == RunStates.Running;
        long countedNs = own.Schedule?.CountedNs() ?? 0; // at the moment of the counts
        RunDocument document = new()
        {
            Tool = Release.Tool,
            Command = spec.Command,
            RunId = spec.RunId.Length > 0 ? spec.RunId : null,
            Labels = spec.Labels.Count > 0 ? spec.Labels : null,
            Options = spec.Options,
            Host = HostOf(engine),
            Started = started,
            DurationNs = held.AtNs,
            EndedBy = endedBy,
            Connections = ConnectionsOf(group, own, record, held, end) with
            {
                PlateauNs = record.ReachedNs is { } seenNs
                    ? held.AtNs - Math.Min(seenNs, RampUpEndOf(group) ?? seenNs) : null,
                EndedByPeer = EndedByPeerOf(group),
                Connecting = isRunning && isClient ? end.Connecting : null,
            },
            Messages = end[Counter.MessagesOffered] == 0 ? null
                : isRunning ? Messages.SoFar(end.Counts)
                : Messages.Of(end.Counts) with
                {
                    AnsweredInDrain = end[Counter.MessagesAnswered] - held[Counter.MessagesAnswered],
                },
            Connect = isClient ? ConnectOf(group, end) : null,
            Response = end[Counter.MessagesSent] > 0 ? group.Summary(shard => shard.Latencies.Response) : null,
            Service = own.Schedule is null ? null : group.Summary(shard => shard.Latencies.Service),
            Lag = own.Schedule is null ? null : group.Summary(shard => shard.Latencies.Lag),
            Rate = own.Schedule is null ? null : RateOf(held, end, countedNs),
            Tcp = own.Transport == Transport.Stream ? kernel.Tcp() : null,
            Network = own.Packets is null ? kernel.Network() : null,
            Packets = own.Packets?.Figures,
            Limits = kernel.Limits(end, sysctls: own.Packets is null),
            Cpu = CpuOf(group, kernel, end),
            Memory = MemoryOf(record, held),
            Series = record.Series,
            Events = record.Events,
            Own = own.Section(group, held),
            Result = own.Guide?.Result,
            TakenOver = spec.OffersFrom is { } from ? new PartTakenOver(from, own.Schedule?.PassedBefore ?? 0) : null,
            Preflight = own.Preflight,
        };
        IReadOnlyList<string> broken = Identities.Broken(document);
        Check.That(broken.Count == 0, broken.Count == 0 ? "" : string.Join("; ", broken));
        document = document with { Verdict = Verdict.Judge(document) };
        return isRunning
            ? document with { Series = record.Last(LastMax), Events = record.LastEvents(LastMax) }
            : document;
    }

    /// <summary>A run under way, as far as the rules on limits look at it.</summary>
    public static RunDocument Partial(
        WorkerGroup group, LiveRunSpec own, RunSpec spec, EngineSelection engine, RunRecord record, KernelCounts kernel,
        Sample now) =>
        new()
        {
            Tool = Release.Tool,
            Command = spec.Command,
            Options = spec.Options,
            Host = HostOf(engine),
            Started = default,
            Connections = ConnectionsOf(group, own, record, now, now),
            Connect = own.Role == Role.Client ? ConnectOf(group, now) : null,
            Network = own.Packets is null ? kernel.Network() : null,
            Packets = own.Packets?.Figures,
            Limits = kernel.Limits(now, sysctls: false),
        };

    private static Measurement.Host HostOf(EngineSelection engine) => new()
    {
        Kernel = Linux.Host.KernelRelease,
        Cpus = Linux.Host.Cpus.Length,
        Nofile = Limits.GetDescriptors(out ulong soft, out _) >= 0 ? (long)Math.Min(soft, long.MaxValue) : 0,
        Engine = engine.Name,
        EngineReason = engine.Reason,
    };

    private static Connections ConnectionsOf(
        WorkerGroup group, LiveRunSpec own, RunRecord record, Sample held, Sample end) => new()
    {
        Target = own.Requested is null ? null : held.Requested,
        Open = end.Open,
        Held = held.Open,
        Peak = Math.Max(
            Math.Max(record.Peak, held.Open),
            group.Workers.Sum(worker => Volatile.Read(ref worker.Shard.Counters[(int)own.Role].OpenMax))),
        Opened = end[Counter.Opened],
        Lost = held.Lost,
        Reconnected = end[Counter.Reconnected],
        ServedPeak = end[Counter.Served] + end[Counter.Unserved] > 0 ? Math.Max(record.ServedPeak, held.Served) : null,
        Unserved = end[Counter.Unserved],
        Pauses = end[Counter.Pauses],
        PausedNs = end[Counter.PausedNs],
        Closed = end.Closed,
        ConnectFailed = end.ConnectFailed,
        OtherErrnos = end.OtherErrnos,
    };

    /// <summary>
    /// When the last worker had all it was asked for, since the run's start; null where one had not. The sampler sees
    /// that up to one look later, which in a short run is all of the plateau.
    /// </summary>
    private static long? RampUpEndOf(WorkerGroup group)
    {
        long endNs = 0;
        foreach (Worker worker in group.Workers)
        {
            Counters counters = worker.Shard.Counters[(int)Role.Client];
            if (counters[Counter.Attempts] > 0 && counters.RampUpEndNs == 0)
            {
                return null;
            }

            endNs = Math.Max(endNs, counters.RampUpEndNs);
        }

        return endNs > group.OriginNs ? endNs - group.OriginNs : null;
    }

    private static PeerEnds EndedByPeerOf(WorkerGroup group)
    {
        PeerEndTimes[] all =
            [.. group.Workers.Select(worker => worker.Shard.Latencies.EndedByPeer).OfType<PeerEndTimes>()];
        if (all.Length == 0)
        {
            return PeerEnds.None;
        }

        LatencySummary Merge(Func<PeerEndTimes, Histogram> of)
        {
            Histogram sum = new();
            foreach (PeerEndTimes one in all)
            {
                sum.Add(of(one));
            }

            return LatencySummary.From(sum);
        }

        return new PeerEnds
        {
            FirstNs = all.Min(ends => ends.FirstNs) - group.OriginNs,
            LastNs = all.Max(ends => ends.LastNs) - group.OriginNs,
            Age = Merge(ends => ends.Age), Idle = Merge(ends => ends.Idle), Answers = Merge(ends => ends.Answers),
        };
    }

    private static ConnectPhase ConnectOf(WorkerGroup group, Sample end)
    {
        bool hasTls = group.Workers[0].Shard.Backend is TlsBackend;
        return new ConnectPhase(end[Counter.Attempts], group.Summary(shard => shard.Latencies.Connect))
        {
            Handshake = hasTls ? group.Summary(shard => ((TlsBackend)shard.Backend).Handshakes) : null,
        };
    }

    /// <summary>
    /// The rates without the answers of the drain: a server that is let go may answer at once all that it has not come
    /// to before.
    /// </summary>
    private static Rate RateOf(Sample held, Sample end, long countedNs)
    {
        double PerSecond(long count) => countedNs > 0 ? count * 1e9 / countedNs : 0;
        return new Rate(PerSecond(end[Counter.MessagesOffered]), PerSecond(held[Counter.MessagesAnswered]));
    }

    private static CpuUse CpuOf(WorkerGroup group, KernelCounts kernel, Sample end)
    {
        long wakeUps = group.Workers.Sum(worker => Volatile.Read(ref worker.Shard.Loop.WakeUps));
        return new CpuUse
        {
            Pressure = kernel.Pressure(end.AtNs),
            Steal = kernel.Steal(end.AtNs),
            UserNs = ThreadTimes.TryReadProcess(out ThreadTimes process) ? process.UserNs : 0,
            SystemNs = process.SystemNs,
            TurnNs = TurnOf(group, end),
            Wakeups = wakeUps,
            IdleWakeups = group.Workers.Sum(worker => Volatile.Read(ref worker.Shard.Loop.IdleWakeUps)),
            BetweenWakeupsNs = wakeUps > 0 ? Math.Round((double)end.AtNs * group.Count / wakeUps) : null,
            Workers = [.. group.Workers.Select(worker => CpuOf(worker, end.AtNs))],
        };
    }

    private static WorkerCpu CpuOf(Worker worker, long wholeNs) => new(
        worker.Times.UserNs,
        worker.Times.SystemNs,
        ShareOf(worker.Times.UserNs + worker.Times.SystemNs, wholeNs))
    {
        Waited = worker.WaitedNs is { } waitedNs ? ShareOf(waitedNs, wholeNs) : null,
    };

    private static double ShareOf(long partNs, long wholeNs) => Math.Min(1, partNs / (double)Math.Max(1, wholeNs));

    private static double? TurnOf(WorkerGroup group, Sample end)
    {
        long turns = group.Workers.Sum(worker => Volatile.Read(ref worker.Shard.Loop.Turns));
        double turnNs = turns == 0 ? double.PositiveInfinity : (double)end.AtNs * group.Count / turns;
        return turnNs > TurnOfWorkMaxNs ? null : Math.Round(turnNs);
    }

    private static MemoryUse MemoryOf(RunRecord record, Sample held) => new(
        record.RssPeakBytes,
        held.Open >= ConnectionsToTellMemory
            ? (double)Math.Max(0, record.RssHeldOrNowBytes - record.RssBeforeBytes) / held.Open
            : null);
}
