using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Threads of the machine and of the control group: on epoll, each table of sockets is a worker's.</summary>
public static class ThreadsLimit
{
    /// <summary>Threads of the process that are no workers: the runtime's, the sampler, the prompt.</summary>
    private const int OtherThreads = 24;

    public static LimitRow? Judge(HostFacts host, LoadPlan plan) => host.ThreadsMax is not { } max
        ? null
        : Judged(Remaining.Row("threads", "kernel.threads-max", max), max, host.ThreadsUsed, plan) with
        {
            Command = $"sysctl -w kernel.threads-max={Remaining.Rounded(Math.Max(max, Needed(plan)) * 2.0)}",
        };

    public static LimitRow? OfGroup(HostFacts host, LoadPlan plan) => host.Cgroup.PidsMax is not { } max
        ? null
        : Judged(Remaining.Row("cgroup pids", "pids.max", max), max, host.Cgroup.PidsUsed, plan) with
        {
            Note = "threads count in it",
        };

    private static long Needed(LoadPlan plan) => plan.Capacity.Workers + OtherThreads;

    private static LimitRow Judged(LimitRow row, long max, long used, LoadPlan plan)
    {
        if (plan.Role == PlanRole.Any)
        {
            return row;
        }

        long needed = used + Needed(plan);
        LimitState state = LimitRow.StateOf(needed, max);
        bool bounds = plan.Capacity.OwnTables;
        return row with
        {
            Needs = Units.Count(needed),
            NeedsNumber = needed,
            State = state,
            Connections = bounds
                ? Remaining.Of(max, used + OtherThreads, 1) * plan.Capacity.SocketsPerTable / plan.SocketsPerConnection
                : null,
            Remedy = used + OtherThreads >= max
                ? $"raise {row.Setting} to {Units.Count(needed)} at least"
                : $"ask for fewer --threads, or raise {row.Setting}",
            Sentence = state == LimitState.Ok ? "" : $"{Units.Several(plan.Capacity.Workers, "workers")}, "
                + $"{OtherThreads} threads of the program itself and {Units.Count(used)} others make "
                + $"{Units.Count(needed)}, and {Units.Count(max)} are allowed ({row.Setting})",
        };
    }
}
