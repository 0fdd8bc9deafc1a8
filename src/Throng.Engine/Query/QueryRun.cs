using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `query`.</summary>
public static class QueryRun
{
    /// <summary>Keys of the query's section: why its log ended before the run did, and rows it lacks.</summary>
    public const string LogFailureKey = "log_failure";
    public const string LogDroppedKey = "log_dropped";

    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(QuerySpec query, RunSpec run)
    {
        run = Setup.Seeded(run) with { KeepsSchedule = true };
        if (query.Kind == QueryKind.Echo)
        {
            return Start(query, run, new EchoProtocol(query.MessageBytes));
        }

        ulong questionSeed = SplitMix64.At(run.Seed, 2);
        bool isStream = query.Socket.Transport == Transport.Stream;
        return Start(query, run, new DnsProtocol(query.Questions!, questionSeed, isStream));
    }

    private static ILiveRun Start<TProtocol>(QuerySpec query, RunSpec run, TProtocol protocol)
        where TProtocol : struct, IQueryProtocol
    {
        Setup.RefuseTooFast(query.Profile.RateMax);
        query = Setup.Resolved(query, run);
        Schedule schedule = new(
            query.Profile, query.Arrivals, query.Pick, run.Seed, query.Connections, new(query.Count, query.WarmUpNs));
        ActiveSchedule active = new(schedule, query.WarmUpNs, query.ConnectTimeoutNs)
        {
            StartNs = Setup.StartNs(run),
        };
        QueryLog? log = null;
        LoadRunSpec own = new((group, held, layout) => Section(query, active, protocol, group, held, layout, log))
        {
            Schedule = active,
            BeforeStart = workers => log = query.LogPath.Length > 0 ? QueryLog.Open(query.LogPath, workers) : null,
        };
        return LoadRun.Start(query, run, own, (targets, ownsTargets) => new Query<TProtocol>(
            query, protocol, schedule, active.Add(new QueryTally(protocol.CodeNames.Count)), targets, ownsTargets,
            log));
    }

    private static Section Section<TProtocol>(
        QuerySpec query, ActiveSchedule active, TProtocol protocol, WorkerGroup group, Sample held, LoadLayout layout,
        QueryLog? log)
        where TProtocol : struct, IQueryProtocol
    {
        IReadOnlyList<QueryTally> tallies = active.Tallies<QueryTally>();
        Section codes = [];
        for (int code = 0; code < protocol.CodeNames.Count; code++)
        {
            long answers = tallies.Sum(tally => tally.Codes[code]);
            if (answers > 0)
            {
                codes[protocol.CodeNames[code]] = answers;
            }
        }

        Histogram idle = group.Sum(shard => shard.Latencies.IdleBeforeClose);
        Section section = new()
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["protocol"] = query.Kind == QueryKind.Echo ? "echo" : "dns",
            ["transport"] = query.Socket.Transport == Transport.Datagram ? "udp" : query.Tls is null ? "tcp" : "tls",
            ["arrivals"] = query.Arrivals == Arrivals.Poisson ? "poisson" : "constant",
            ["profile"] = active.Current.Asked.ToString(),
            ["counted_ns"] = active.CountedNs(),
            ["answers"] = codes,
            ["names_skipped"] = query.Questions is { Skipped: > 0 } questions ? questions.Skipped : Node.Null,
            ["truncated"] = tallies.Sum(tally => tally.Truncated),
            ["malformed"] = tallies.Sum(tally => tally.Malformed),
            ["unsolicited"] = group.Workers.Sum(
                worker => worker.Shard.Counters[(int)Role.Client][Counter.MessagesUnsolicited]),
            ["held_back"] = tallies.Sum(tally => tally.HeldBack),
            ["held_back_ns"] = LatencySummary.From(active.Merged<QueryTally>(tally => tally.Held)),
            ["idle_before_close_min_ns"] = idle.Count > 0 ? idle.MinNs : Node.Null,
            ["idle_before_close_max_ns"] = idle.Count > 0 ? idle.MaxNs : Node.Null,
            ["port_collisions"] = held.PortCollisions,
        };
        if (log is not null)
        {
            if (group.HasEnded)
            {
                log.Dispose(); // everything is written, or counted as dropped
            }

            section["log_rows"] = log.Rows;
            section[LogDroppedKey] = log.Dropped;
            section[LogFailureKey] = log.Failure.Length > 0 ? log.Failure : Node.Null;
        }

        return section;
    }
}
