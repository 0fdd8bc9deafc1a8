using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Source ports over time: who closes a connection first keeps its address pair in TIME_WAIT, and until the kernel
/// gives it up, or may use it again, no connection comes from that port to that target.
/// </summary>
public static class TurnoverLimit
{
    /// <summary>How long the kernel keeps a connection in TIME_WAIT.</summary>
    public const double TimeWaitSeconds = 60;

    private const long UsualDelayMs = 1_000;

    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (plan.Turnover is not { } turnover)
        {
            return null;
        }

        double holdSeconds = HoldSeconds(host, plan.IsLoopback, plan.BindsPorts);
        if (holdSeconds == 0)
        {
            return new LimitRow("turnover", "TIME_WAIT", "no limit")
            {
                State = LimitState.Ok,
                Note = $"{Bound(plan)}; each is used again at once (TCP timestamps)",
            };
        }

        string sooner = Sooner(host, plan.IsLoopback);
        long inFlight = plan.Connections ?? 0;
        long needed = turnover.Pairs(holdSeconds);
        double possible = plan.AddressPairs / holdSeconds;
        string rate = Units.Rate(Math.Floor(possible));
        LimitState state = LimitRow.StateOf(needed, plan.AddressPairs, nearRatio: 1);
        long pairs = (long)Math.Ceiling(needed / (double)Math.Max(1, plan.PortsPerSource));
        string ways = $"use {Units.Count(pairs)} pairs of --source address and --target port"
            + BindInstead(host, plan)
            + ", or close with a reset: --life requests --close rst";
        bool isSearch = turnover.SearchMaxPerSecond > 0;
        return new LimitRow("turnover", "TIME_WAIT", $"{rate} closes")
        {
            HasNumber = Math.Floor(possible),
            Needs = isSearch ? $"from {Units.Rate(turnover.PerSecond)}" : Units.Rate(turnover.PerSecond),
            NeedsNumber = turnover.PerSecond,
            State = state,
            Command = state == LimitState.Ok ? "" : sooner,
            Note = $"each address pair rests {Rest(host, plan)} after its connection; in flight at most "
                + Units.Count(inFlight),
            Sentence = state == LimitState.Ok ? ""
                : $"{Units.Rate(turnover.PerSecond)} closes leave {Units.Count(needed)} address pairs in TIME_WAIT "
                    + $"({holdSeconds:0.###} s each), but there are {plan.AddressArithmetic}: {rate} can go on "
                    + "for long",
            Remedy = sooner.Length == 0 ? ways : $"{ways}, or let them be used again sooner: {sooner}",
        };
    }

    /// <summary>How fast connections can come and go for long, as a sum; null where nothing rests.</summary>
    public static string? Sum(HostFacts host, LoadPlan plan)
    {
        if (plan.Turnover is not { } turnover)
        {
            return null;
        }

        double holdSeconds = HoldSeconds(host, plan.IsLoopback, plan.BindsPorts);
        if (holdSeconds == 0)
        {
            return $"no limit: {Units.Count(plan.AddressPairs)} address pairs, each used again at once (TCP "
                + $"timestamps): {Bound(plan)}";
        }

        double possible = Math.Floor(plan.AddressPairs / holdSeconds);
        bool isBounded = turnover.SearchMaxPerSecond > 0 && turnover.SearchMaxPerSecond < possible;
        string most = isBounded ? $"; none beyond {Units.Rate(turnover.SearchMaxPerSecond)} is tried" : "";
        return $"{Units.Rate(possible)} can go on for long: {Units.Count(plan.AddressPairs)} address pairs, each out "
            + $"of use for {Rest(host, plan)}{most}";
    }

    /// <summary>
    /// How long an address pair stays out of use: 60 s, or tcp_tw_reuse_delay where the kernel picks the port and
    /// tcp_tw_reuse allows it, or no time at all for a port that is bound here, whatever tcp_tw_reuse says. Only TCP
    /// timestamps tell old segments from new ones: without them it is 60 s.
    /// </summary>
    public static double HoldSeconds(HostFacts host, bool isLoopback, bool bindsPorts) =>
        !host.HasTimestamps ? TimeWaitSeconds
        : bindsPorts ? 0
        : MayReuse(host, isLoopback) ? Math.Min(TimeWaitSeconds, host.TimeWaitReuseDelayMs / 1e3)
        : TimeWaitSeconds;

    private static string Bound(LoadPlan plan) => plan.EverySecondPort
        ? "every second ephemeral port is bound here, the others are left to other programs"
        : "the source ports are bound here";

    /// <summary>The range to name so that its ports are bound, where that alone lets pairs be used again.</summary>
    private static string BindInstead(HostFacts host, LoadPlan plan) =>
        host.HasTimestamps && !plan.OwnPorts && plan.Role == PlanRole.Client
            ? $", or have all ports bound, for no other program to connect from: --source-ports {host.LocalPorts.Low}-"
                + host.LocalPorts.High
            : "";

    private static bool MayReuse(HostFacts host, bool isLoopback) =>
        host.TimeWaitReuse == 1 || (host.TimeWaitReuse == 2 && isLoopback);

    /// <summary>How long a pair rests, and which setting says so where it is not the usual one.</summary>
    private static string Rest(HostFacts host, LoadPlan plan)
    {
        string why = !host.HasTimestamps ? " (net.ipv4.tcp_timestamps is 0)"
            : MayReuse(host, plan.IsLoopback) && host.TimeWaitReuseDelayMs != UsualDelayMs
                ? " (net.ipv4.tcp_tw_reuse_delay)"
            : "";
        return $"{HoldSeconds(host, plan.IsLoopback, plan.BindsPorts):0.###} s{why}";
    }

    /// <summary>The command that lets pairs be used again sooner; empty when there is none.</summary>
    private static string Sooner(HostFacts host, bool isLoopback) =>
        !host.HasTimestamps ? "sysctl -w net.ipv4.tcp_timestamps=1"
        : !MayReuse(host, isLoopback) ? "sysctl -w net.ipv4.tcp_tw_reuse=1"
        : host.TimeWaitReuseDelayMs > UsualDelayMs ? $"sysctl -w net.ipv4.tcp_tw_reuse_delay={UsualDelayMs}"
        : "";
}
