using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>What `throng saturate` takes.</summary>
public static class SaturateOptions
{
    public static Option<double> Start { get; } = new(
        Kinds.Rate, 50, (into, key, rate) => into[key + "_per_s"] = rate)
    {
        Name = "start", Short = 'r', Argument = "RATE", Default = "50", Help = "the first rate, which has to be good",
    };

    public static Option<double> Increment { get; } = new(
        Kinds.Number(1.001, 1000), 1.25, (into, key, factor) => into[key] = factor)
    {
        Name = "increment", Argument = "FACTOR", Default = "1.25", Help = "each rate is so much the one before it",
    };

    public static Option<double> RateMax { get; } = new(
        Kinds.Rate, 1_000_000, (into, key, rate) => into[key + "_per_s"] = rate)
    {
        Name = "rate-max", Argument = "RATE", Default = "1m", Help = "no rate beyond this is tried",
    };

    public static Option<double> Precision { get; } = new(
        Kinds.Ratio, 0.05, (into, key, ratio) => into[key] = ratio)
    {
        Name = "precision", Argument = "PERCENT", Default = "5%", Help = "how near the two boundaries are to be",
    };

    public static Option<long> Trials { get; } = new(Kinds.Count(1, 99), 3, (into, key, number) => into[key] = number)
    {
        Name = "trials", Argument = "N", Default = "3", Help = "how often each boundary is tried in all; odd",
    };

    public static Option<long> Step { get; } = new(
        Kinds.Duration(Ns.Millisecond, SharedOptions.DurationMaxNs, "1ms or longer"), 10 * Ns.Second,
        SharedOptions.ShowNs)
    {
        Name = "step", Argument = "DURATION", Default = "10s", Help = "how long each rate is offered",
    };

    public static Option<long> Cooldown { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "at most 100 years"), Ns.Second, SharedOptions.ShowNs)
    {
        Name = "cooldown", Argument = "DURATION", Default = "1s", Help = "pause after a step",
    };

    public static Option<double> SuccessMin { get; } = new(Kinds.Ratio, 0.999, (into, key, ratio) => into[key] = ratio)
    {
        Name = "success-min", Argument = "PERCENT", Default = "99.9%", Help = "so many of those due have to end well",
    };

    public static Option<double> AchievedMin { get; } = new(Kinds.Ratio, 0.99, (into, key, ratio) => into[key] = ratio)
    {
        Name = "achieved-min", Argument = "PERCENT", Default = "99%", Help = "so many of those due have to be begun",
    };

    public static Option<double> RetransmitMax { get; } = new(
        Kinds.Ratio, 0.001, (into, key, ratio) => into[key] = ratio)
    {
        Name = "retransmit-max", Argument = "PERCENT", Default = "0.1%", Help = "SYNs sent again, at most",
    };

    public static Option<double> Slowdown { get; } = new(
        Kinds.Number(1, 1_000_000), 2, (into, key, factor) => into[key] = factor)
    {
        Name = "slowdown", Argument = "FACTOR", Default = "2",
        Help = "median and p99 of the life at most so many times those of the first rate",
    };

    public static Option<long> LatencyMax { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "at most 100 years"), 0, SharedOptions.ShowNs)
    {
        Name = "latency-max", Argument = "DURATION", Default = "none", Help = "p99 of the life at most",
    };

    public static Option<long> LatencyFloor { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "at most 100 years"), 5 * Ns.Millisecond, SharedOptions.ShowNs)
    {
        Name = "latency-floor", Argument = "DURATION", Default = "5ms", Help = "a life this short is never too slow",
    };

    public static Option<bool> Once { get; } = SharedOptions.Flag(
        "once", '\0', "one upward pass: ends when a median is --slowdown times the one of the step before");

    public static Option<string> Chart { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "chart", Argument = "FILE", Default = "none", Help = "draw latency and success over rate, as SVG",
    };

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "saturate",
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
            new("throng saturate --target 10.0.0.2:80 --step 5s", "where does the firewall give in?"),
            new("throng saturate --start 500 --life requests --target 10.0.0.2:7000", "bare handshakes"),
            new("throng saturate --target 10.0.0.2:80 --latency-max 50ms --chart found.svg", "by latency, drawn"),
            new("throng saturate --once --start 50 --increment 1.25 --target 10.0.0.2:80", "one pass upwards"),
        ],
        Groups =
        [
            new("The search", Start, Increment, RateMax, Precision, Trials, Step, Cooldown, Once),
            new("What is good", SuccessMin, AchievedMin, RetransmitMax, Slowdown, LatencyMax, LatencyFloor),
            new("What a connection does", ChurnOptions.Life, ChurnOptions.Content, ChurnOptions.ExpectReply,
                ChurnOptions.Requests, ChurnOptions.Size, ChurnOptions.Lifetime, LoadOptions.Close,
                ChurnOptions.Timeout, ChurnOptions.InFlightMax, ChurnOptions.Arrivals),
            new("Where to", LoadOptions.Target, LoadOptions.Source, LoadOptions.SourcePorts, LoadOptions.IPv4,
                LoadOptions.IPv6, LoadOptions.Public),
            new("Encryption", TlsOptions.Tls, TlsOptions.TlsVerify, TlsOptions.TlsCa, TlsOptions.TlsName),
            new("How it runs", SharedOptions.Engine, SharedOptions.Threads, SharedOptions.Seed,
                SharedOptions.KeepLimits, SharedOptions.Control, SharedOptions.Force, SharedOptions.DryRun),
            new(SharedOptions.Prints.Heading, [.. SharedOptions.Prints.Options, Chart]),
        ],
    };
}
