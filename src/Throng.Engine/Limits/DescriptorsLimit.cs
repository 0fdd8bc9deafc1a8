using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// RLIMIT_NOFILE. It counts for each table: one ring's direct descriptors, or the descriptors of a worker with a table
/// of its own. The process's own table needs room for the rings themselves.
/// </summary>
public static class DescriptorsLimit
{
    /// <summary>More connections than anybody asks for: what capacity there is for them is all there can be.</summary>
    private const long All = 1L << 40;

    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        long nofile = host.Nofile(plan.KeepLimits);
        LimitRow row = Remaining.Row("descriptors", "RLIMIT_NOFILE", nofile) with
        {
            Note = string.Join("; ", Notes(host, plan).Where(note => note.Length > 0)),
        };
        long sockets = Capacity.Compute(
            plan.Engine, plan.Capacity.Workers, nofile, All, plan.SocketsPerConnection).Sockets;
        if (plan.Engine.Kind == EngineChoice.Uring)
        {
            int workers = plan.Capacity.Workers;
            long ringsPerWorker = Math.Max(0, nofile - OwnDescriptors(plan)) / workers;
            sockets = Math.Min(sockets, workers * ringsPerWorker * plan.Capacity.SocketsPerTable);
        }
        else if (plan.Role == PlanRole.Server)
        {
            sockets = plan.Capacity.Sockets; // its workers are started once, and no more of them later
        }

        row = row with { Connections = sockets / plan.SocketsPerConnection };
        return plan.Connections is { } connections ? Judged(row, host, plan, sockets, connections) : row;
    }

    /// <summary>As far as the limit can be raised.</summary>
    public static LimitRow? Highest(HostFacts host, LoadPlan plan) => host.NrOpen is not { } most
        ? null
        : Remaining.Row("highest", "fs.nr_open", most) with
        {
            Note = "as far as RLIMIT_NOFILE can be raised",
        };

    private static LimitRow Judged(LimitRow row, HostFacts host, LoadPlan plan, long sockets, long connections)
    {
        long nofile = host.Nofile(plan.KeepLimits);
        bool isUring = plan.Engine.Kind == EngineChoice.Uring;
        bool isShared = !isUring && !plan.Capacity.OwnTables;
        long tables = Math.Max(1, plan.Capacity.Sockets / Math.Max(1, plan.Capacity.SocketsPerTable));
        long needed = isUring ? OwnDescriptors(plan) + tables
            : Capacity.ReservedDescriptors + (isShared ? plan.Sockets : (plan.Sockets + tables - 1) / tables);

        // One table becomes several where threads may have their own: it is not near its end then.
        bool isTight = isUring || (isShared && !host.OwnTables);
        LimitState ofTable = isTight ? LimitRow.StateOf(needed, nofile) : LimitState.Ok;
        LimitState ofAll = LimitRow.StateOf(plan.Sockets, sockets);
        LimitState state = ofTable > ofAll ? ofTable : ofAll;
        string missing = plan.SocketsMissing(connections);
        string command = Command(host, plan, isShared ? needed : nofile * 4.0);
        return row with
        {
            Needs = Units.Count(needed),
            NeedsNumber = needed,
            State = state,
            Command = command,
            Remedy = $"ask for fewer, or raise the descriptor limit: {command}",
            Sentence = state == LimitState.Ok ? "" : missing.Length > 0 ? missing
                : isUring
                    ? $"{Units.Count(connections)} connections need {Units.Count(tables)} rings, each one of"
                        + $" {Units.Count(nofile)} descriptors (RLIMIT_NOFILE)"
                    : $"{Units.Count(plan.Sockets)} sockets need most of {Units.Count(sockets)}: "
                        + plan.Capacity.Arithmetic,
        };
    }

    private static IEnumerable<string> Notes(HostFacts host, LoadPlan plan)
    {
        yield return plan.Engine.Kind == EngineChoice.Uring ? "counts for each ring, not for the process"
            : plan.Capacity.OwnTables ? "counts for each worker, not for the process"
            : host.OwnTables ? ""
            : "one table for all workers: unshare(CLONE_FILES) is refused";
        yield return host.NofileSoft >= host.NofileHard ? ""
            : plan.KeepLimits ? $"the soft limit; {Units.Count(host.NofileHard)} without --keep-limits"
            : $"the soft limit of {Units.Count(host.NofileSoft)} is raised to it";
    }

    /// <summary>Descriptors of the process beside its rings: files, an eventfd for each worker, listeners.</summary>
    private static long OwnDescriptors(LoadPlan plan) =>
        Capacity.ReservedDescriptors + plan.Listeners + plan.Capacity.Workers;

    /// <summary>The soft limit is raised without being asked; beyond the hard one it takes root of the host.</summary>
    private static string Command(HostFacts host, LoadPlan plan, double needed)
    {
        if (plan.KeepLimits && needed <= host.NofileHard)
        {
            return "leave out --keep-limits";
        }

        long wanted = Remaining.Rounded(needed);
        return host.NrOpen is { } most && wanted > most
            ? $"sysctl -w fs.nr_open={wanted} && ulimit -n {wanted}"
            : $"ulimit -n {wanted}";
    }
}
