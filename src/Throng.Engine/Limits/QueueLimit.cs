using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Queues of connections that are not accepted yet. A client's are the server's matter.</summary>
public static class QueueLimit
{
    public static LimitRow? Accept(HostFacts host, LoadPlan plan)
    {
        if (plan.Role == PlanRole.Client || host.AcceptQueueMax is not { } max)
        {
            return null;
        }

        long needed = plan.Role == PlanRole.Both ? TargetQueue.InFlightPerTarget : plan.Backlog;
        LimitRow row = Remaining.Row("accept queue", Sysctl.ListenBacklogMax, max) with
        {
            Command = $"sysctl -w net.core.somaxconn={Remaining.Rounded(Math.Max(needed, max))}",
        };
        return needed == 0 ? row : row with
        {
            Needs = Units.Count(needed),
            NeedsNumber = needed,
            State = needed > max ? LimitState.Near : LimitState.Ok,
            Sentence = needed <= max ? "" : plan.Role == PlanRole.Both
                ? $"up to {Units.Count(needed)} connects wait at a listener, and its queue takes {Units.Count(max)}"
                : $"the kernel cuts --backlog {Units.Count(needed)} to {Units.Count(max)} (net.core.somaxconn)",
        };
    }

    public static LimitRow? Syn(HostFacts host, LoadPlan plan) =>
        plan.Role == PlanRole.Client || host.SynQueueMax is not { } max ? null
        : Remaining.Row("syn queue", "net.ipv4.tcp_max_syn_backlog", max) with
        {
            Note = host.SynCookies is 1 or 2
                ? "does not count while cookies are sent"
                : $"three quarters, {Units.Count(HalfOpenQueue.OfUnknown(max))}, for peers not known yet; a "
                    + "listener's own is its backlog and one",
        };

    /// <summary>A cookie instead of a queue: a connection the client has and the server never got.</summary>
    public static LimitRow? Cookies(HostFacts host, LoadPlan plan)
    {
        if (plan.Role == PlanRole.Client || host.SynCookies is not { } mode)
        {
            return null;
        }

        bool mayOverflow = plan.Role == PlanRole.Both && mode != 0
            && (mode == 2 || host.AcceptQueueMax < TargetQueue.InFlightPerTarget);
        return new LimitRow("syn cookies", "net.ipv4.tcp_syncookies", mode switch
        {
            0 => "0 (never)",
            1 => "1 (queue full)",
            2 => "2 (always)",
            _ => Units.Count(mode),
        })
        {
            HasNumber = mode,
            State = mayOverflow ? LimitState.Near : LimitState.Fact,
            Command = mode == 0 ? "" : "sysctl -w net.ipv4.tcp_syncookies=0",
            Sentence = mayOverflow
                ? "connections to a server of this run may be made by SYN cookies, which it can lose unnoticed"
                : "",
        };
    }
}
