using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng saturate`.</summary>
public static class SaturateOptions
{
    public static Option<double> Start { get; } = Declare.Rate(
        "start", 50, "the first rate, which has to be good", letter: 'r');

    public static Option<double> Increment { get; } = Declare.Factor(
        "increment", 1.001, 1000, 1.25, "each rate is so much the one before it");

    public static Option<double> RateMax { get; } = Declare.Rate("rate-max", 1_000_000, "no rate beyond this is tried");

    public static Option<double> Precision { get; } = Declare.Share(
        "precision", 0.05, "how near the two boundaries are to be");

    public static Option<long> Trials { get; } = Declare.Count(
        "trials", 1, 99, 3, "how often each boundary is tried in all; odd");

    public static Option<long> Step { get; } = Declare.Duration(
        "step", 10 * Ns.Second, "how long each rate is offered");

    public static Option<long> Cooldown { get; } = Declare.DurationOrZero("cooldown", Ns.Second, "pause after a step");

    public static Option<double> SuccessMin { get; } = Declare.Share(
        "success-min", 0.999, "so many of those due have to end well");

    public static Option<double> AchievedMin { get; } = Declare.Share(
        "achieved-min", 0.99, "so many of those due have to be begun");

    public static Option<double> RetransmitMax { get; } = Declare.Share(
        "retransmit-max", 0.001, "SYNs sent again, at most");

    public static Option<double> Slowdown { get; } = Declare.Factor(
        "slowdown", 1, 1_000_000, 2, "median and p99 of the life at most so many times those of the first rate");

    public static Option<long> LatencyMax { get; } = Declare.DurationOrZero(
        "latency-max", 0, "p99 of the life at most", shown: "none");

    public static Option<long> LatencyFloor { get; } = Declare.DurationOrZero(
        "latency-floor", 5 * Ns.Millisecond, "a life this short is never too slow");

    public static Option<bool> Once { get; } = Declare.Flag(
        "once", "one upward pass: ends at the first step that is bad against the one before");

    public static Option<bool> Led { get; } = Declare.Flag(
        "led", "its steps are told by another process that leads the search: `step` at the prompt or the control "
            + "socket; throng saturate --on does it, and --share makes it a part");

    public static Option<string> Svg { get; } = Declare.Drawing(
        "write a drawing: latency and success over rate", oldName: "chart");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "saturate",
        Operands = "[HOST:PORT...]",
        Address = LoadOptions.Target,
        Summary = "find the connection rate at which the path gives in, and what gives in",
        About =
        [
            "Connections are begun as `throng churn` does it, at a rate that grows step by step until a step is bad; "
                + "then the rates between are tried until the last good and the first bad one are near enough, and "
                + "both are tried again. The cause is named with the counter that proves it; when it is this generator "
                + "itself, that is said instead of a number for the path.",
        ],
        Examples =
        [
            new("throng saturate 10.0.0.2:80 --step 5s", "where does the firewall give in?"),
            new("throng saturate 10.0.0.2:7000 --start 500 --life requests", "bare handshakes"),
            new("throng saturate 10.0.0.2:7000 --held 100k --life requests --close rst", "tear-down by RST, 100k held"),
            new("throng saturate 10.0.0.2:80 --latency-max 50ms --svg found.svg", "by latency, drawn"),
            new("throng saturate 10.0.0.2:80 --once --start 50 --increment 1.25", "one pass upwards"),
        ],
        Common =
        [
            Start, Increment, RateMax, Step, Once, LatencyMax, LoadOptions.Target, ChurnOptions.Life,
            ChurnOptions.Content, TlsOptions.Tls, Svg, SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("The search", Start, Increment, RateMax, Precision, Trials, Step, Cooldown, Once, Led),
            new("What is good", SuccessMin, AchievedMin, RetransmitMax, Slowdown, LatencyMax, LatencyFloor),
            new("What a connection does", ChurnOptions.Life, ChurnOptions.Content, ChurnOptions.ExpectReply,
                ChurnOptions.Requests, ChurnOptions.Size, ChurnOptions.Lifetime, LoadOptions.Close,
                ChurnOptions.Timeout, ChurnOptions.InFlightMax, ChurnOptions.Held,
                ChurnOptions.Arrivals),
            LoadOptions.WhereTo,
            TlsOptions.Group,
            SharedOptions.RunsBySchedule,
            ClusterOptions.Group,
            PacketEngine.Group,
            new(SharedOptions.Prints.Heading, [.. LoadOptions.Prints.Options, Svg]),
        ],
    };
}
