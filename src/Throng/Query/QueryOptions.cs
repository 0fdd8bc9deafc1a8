using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng query`.</summary>
public static class QueryOptions
{
    private const long MessageBytesMax = 16 * 1024 * 1024;
    private const double RateDefault = 1000;

    public static Option<double> Rate { get; } = Declare.Rate(
        "rate", RateDefault, "queries per second over all connections, such as 500 or 200k", letter: 'r');

    public static Option<string> Profile { get; } = Declare.Profile(
        "rates over time instead of one: 10s@1k,30s@1k..50k,10s@50k");

    public static Option<bool> Stdin { get; } = Declare.Flag(
        "stdin", "read rates from stdin: a number K, then K times `duration_ms rate`");

    public static Option<bool> StdinRateSlope { get; } = Declare.Flag(
        "stdin-rateslope", "read slopes from stdin: K, then K times `duration_ms change_per_s`; from --rate on");

    public static Option<long> Connections { get; } = Declare.Count(
        "connections", 1, 1L << 32, 100, "how many to spread the queries over", letter: 'c');

    public static RepeatableOption<Endpoint> Target { get; } = new(
        Endpoint.TryReadTargetOfProtocol, target => target.ToString())
    {
        Name = "target", Argument = "HOST[:PORT[-PORT]]", Default = "an echo server of its own on loopback",
        Help = "where to ask, also without --target; repeatable, connections are spread evenly; dns has port 53, with "
            + "--tls 853; udp:// or tls:// before it says the transport",
    };

    public static Option<string> Arrivals { get; } = Declare.Choice(
        "arrivals", "HOW", ["constant", "poisson"], "", "how queries are spread: constant or poisson",
        shown: "poisson for dns, else constant");

    public static Option<string> Pick { get; } = Declare.Choice(
        "pick", "HOW", ["random", "round-robin"], "random",
        "above 4,096 connections, which of a block a query goes to: random or round-robin");

    public static Option<long> WarmUp { get; } = Declare.DurationOrZero(
        "warmup", 0, "queries of this long beforehand are sent and not counted; --for comes on top");

    public static Option<long> Timeout { get; } = Declare.Duration(
        "timeout", 5 * Ns.Second, "a query not answered so long after it was sent counts as timed out");

    public static Option<long> OutstandingMax { get; } = Declare.Count(
        "outstanding-max", 1, 65_535, 32_768,
        "unanswered queries on one connection; further ones wait, and that is lag");

    public static Option<long> QueriesPerConnection { get; } = Declare.Count(
        "queries-per-connection", 1, 1L << 40, 0, "after so many a connection is closed and another opened",
        shown: "no end");

    public static Option<string> Protocol { get; } = Declare.Choice(
        "protocol", "NAME", ["dns", "echo"], "dns", "what is asked: dns, or echo (what is sent must come back)");

    public static Option<long> Size { get; } = Declare.Bytes(
        "size", 1, MessageBytesMax, 64, "bytes of a query with --protocol echo");

    public static Option<string> Transport { get; } = Declare.Choice(
        "transport", "KIND", ["tcp", "udp"], "tcp", "tcp, or udp: each query is one datagram");

    public static Option<string> PerQuery { get; } = Declare.File(
        "per-query", "write a line of CSV for each query and each answer; rows are dropped and counted, never the load",
        argument: "FILE|-");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "query",
        Operands = "[HOST[:PORT]...]",
        Address = Target,
        Summary = "send queries at a rate that nothing slows down, and time their answers",
        About =
        [
            "Queries fall due by a schedule; a late answer never delays the next query. Response time counts from when "
                + "a query was due, service time from when it was sent, and lag is what lies between: this side's own "
                + "delay. Every query is counted once: answered, timed out, lost, invalid or not sent.",
            "`set rate 50k`, `set connections 4000`, `status` and more are taken from the prompt, from a pipe on stdin "
                + "or over --control while it runs.",
        ],
        Examples =
        [
            new("throng query --rate 10k --for 10s", "10,000/s to an echo server of its own"),
            new("throng query ns1 --rate 200k -c 2000", "DNS over 2,000 TCP connections"),
            new("throng query ns1 --names queries.txt --rate 5k -n 100k", "100,000 of a file's names and types"),
            new("throng query ns1 --profile 10s@1k,60s@1k..100k -c 500", "a slope, to see where it breaks"),
            new("throng query 10.0.0.2:7000 --protocol echo --size 1KiB --rate 50k", "echo, verified"),
        ],
        Common =
        [
            Rate, SharedOptions.Count, SharedOptions.Duration, Connections, Target, Transport, TlsOptions.Tls, Protocol,
            DnsOptions.Name, DnsOptions.Names, Timeout, SharedOptions.FailOn, SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("What is offered", Rate, Profile, Stdin, StdinRateSlope, Arrivals, Pick, WarmUp,
                SharedOptions.Duration, SharedOptions.Count),
            new("What is asked", Protocol, DnsOptions.Name, DnsOptions.Type, DnsOptions.Names, DnsOptions.NamesSkipBad,
                DnsOptions.NoRd,
                DnsOptions.EdnsSize, DnsOptions.Dnssec, Size),
            new("Of whom", Connections, Target, Transport, LoadOptions.Source, LoadOptions.SourcePorts,
                LoadOptions.PortOrder, LoadOptions.IPv4, LoadOptions.IPv6, LoadOptions.Public),
            new("Answers and connections", Timeout, OutstandingMax, QueriesPerConnection, LoadOptions.ConnectRate,
                LoadOptions.ConnectTimeout, LoadOptions.Close, LoadOptions.KeepAlive, LoadOptions.UserTimeout,
                LoadOptions.QuickAck),
            TlsOptions.Group,
            new("How it runs", SharedOptions.Engine, SharedOptions.Threads, SharedOptions.LagTarget,
                SharedOptions.Nice, SharedOptions.Room, SharedOptions.Seed, SharedOptions.Share,
                SharedOptions.StartAt, SharedOptions.KeepLimits,
                SharedOptions.Control, SharedOptions.UntilEof, SharedOptions.Force, SharedOptions.DryRun),
            ClusterOptions.Group,
            PacketEngine.Group,
            new(SharedOptions.Prints.Heading, [.. LoadOptions.Prints.Options, PerQuery]),
        ],
    };
}
