using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Source ports over time: who closes a connection first keeps its address pair in TIME_WAIT, and until the kernel
/// gives it up, or may use it again, no connection comes from that port to that target.
/// </summary>
public static class TurnoverLimit
{
    private const double TimeWaitSeconds = 60;

    /// <summary>After which a pair in TIME_WAIT may be used again where that is allowed: TCP timestamps are then
    /// greater.</summary>
    private const double ReuseSeconds = 1;

    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (plan.Turnover is not { } turnover)
        {
            return null;
        }

        bool mayReuse = MayReuse(host, plan.IsLoopback);
        double holdSeconds = HoldSeconds(host, plan.IsLoopback);
        long inFlight = plan.Connections ?? 0;
        long needed = turnover.Pairs(holdSeconds);
        double possible = plan.AddressPairs / holdSeconds;
        string rate = Units.Rate(Math.Floor(possible));
        LimitState state = LimitRow.StateOf(needed, plan.AddressPairs, nearRatio: 1);
        long pairs = (long)Math.Ceiling(needed / (double)Math.Max(1, plan.PortsPerSource));
        string ways = $"use {Units.Count(pairs)} pairs of --source address and --target port"
            + ", or close with a reset: --life requests --close rst";
        bool isSearch = turnover.SearchMaxPerSecond > 0;
        return new LimitRow("turnover", "TIME_WAIT", $"{rate} closes")
        {
            HasNumber = Math.Floor(possible),
            Needs = isSearch ? $"from {Units.Rate(turnover.PerSecond)}" : Units.Rate(turnover.PerSecond),
            NeedsNumber = turnover.PerSecond,
            State = state,
            Command = mayReuse || plan.IsLoopback || state == LimitState.Ok ? "" : "sysctl -w net.ipv4.tcp_tw_reuse=1",
            Note = $"each address pair rests {holdSeconds:0} s after its connection; in flight at most "
                + Units.Count(inFlight),
            Sentence = state == LimitState.Ok ? ""
                : $"{Units.Rate(turnover.PerSecond)} closes leave {Units.Count(needed)} address pairs in TIME_WAIT "
                    + $"({holdSeconds:0} s each), but there are {plan.AddressArithmetic}: {rate} can go on for long",
            Remedy = mayReuse ? ways : $"{ways}, or let them be used again: sysctl -w net.ipv4.tcp_tw_reuse=1",
        };
    }

    /// <summary>How fast connections can come and go for long, as a sum; null where nothing rests.</summary>
    public static string? Sum(HostFacts host, LoadPlan plan)
    {
        if (plan.Turnover is not { } turnover)
        {
            return null;
        }

        double holdSeconds = HoldSeconds(host, plan.IsLoopback);
        double possible = Math.Floor(plan.AddressPairs / holdSeconds);
        bool isBounded = turnover.SearchMaxPerSecond > 0 && turnover.SearchMaxPerSecond < possible;
        string most = isBounded ? $"; none beyond {Units.Rate(turnover.SearchMaxPerSecond)} is tried" : "";
        return $"{Units.Rate(possible)} can go on for long: {Units.Count(plan.AddressPairs)} address pairs, each out "
            + $"of use for {holdSeconds:0} s{most}";
    }

    /// <summary>How long an address pair stays out of use.</summary>
    public static double HoldSeconds(HostFacts host, bool isLoopback) =>
        MayReuse(host, isLoopback) ? ReuseSeconds : TimeWaitSeconds;

    private static bool MayReuse(HostFacts host, bool isLoopback) =>
        host.TimeWaitReuse == 1 || (host.TimeWaitReuse == 2 && isLoopback);
}
