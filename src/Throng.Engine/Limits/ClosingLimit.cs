using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Limits that the end of a load meets: connections that are closed and not gone yet.</summary>
public static class ClosingLimit
{
    public static LimitRow? Orphans(HostFacts host, LoadPlan plan) => host.OrphansMax is not { } max
        ? Remaining.Unread("orphans", "net.ipv4.tcp_max_orphans")
        : Remaining.Row("orphans", "net.ipv4.tcp_max_orphans", max) with
        {
            Note = "closed and not acknowledged yet; beyond it they are reset",
        };

    public static LimitRow? TimeWait(HostFacts host, LoadPlan plan) => host.TimeWaitMax is not { } max
        ? null
        : Remaining.Row("time wait", "net.ipv4.tcp_max_tw_buckets", max) with
        {
            Note = "60 s at the end that closes first; beyond it they just end",
        };

    public static LimitRow? Reuse(HostFacts host, LoadPlan plan) => !plan.IsClient || host.TimeWaitReuse is not { } mode
        ? null
        : new LimitRow("reuse", "net.ipv4.tcp_tw_reuse", mode switch
        {
            0 => "0 (never)",
            1 => "1 (always)",
            2 => "2 (loopback)",
            _ => Units.Count(mode),
        })
        {
            HasNumber = mode,
            Note = !host.HasTimestamps ? "does not count: net.ipv4.tcp_timestamps is 0"
                : plan.BindsPorts && plan.Turnover is not null ? "does not count: the source ports are bound here"
                : mode == 0 || host.TimeWaitReuseDelayMs == 1_000 ? ""
                : $"after {Units.Count(host.TimeWaitReuseDelayMs)} ms (net.ipv4.tcp_tw_reuse_delay)",
        };
}
