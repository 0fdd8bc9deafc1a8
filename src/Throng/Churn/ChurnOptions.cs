using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>What `throng churn` takes.</summary>
public static class ChurnOptions
{
    private const long RequestBytesMax = 16 * 1024 * 1024;

    public static RepeatableOption<double> Rate { get; } = new(Kinds.Rate, Units.Rate)
    {
        Name = "rate", Short = 'r', Argument = "RATE", Default = "100",
        Help = "connections begun per second, such as 50 or 20k; repeatable, each is a step then",
    };

    public static Option<string> Profile { get; } = new(QueryOptions.ReadProfile, "", SharedOptions.ShowText)
    {
        Name = "profile", Argument = "D@R[..R],…", Default = "none",
        Help = "rates over time instead: 10s@100,30s@100..5k,10s@5k",
    };

    public static Option<long> Step { get; } = new(
        Kinds.Duration(Ns.Millisecond, SharedOptions.DurationMaxNs, "1ms or longer"), 10 * Ns.Second,
        SharedOptions.ShowNs)
    {
        Name = "step", Argument = "DURATION", Default = "10s", Help = "how long each of several rates lasts",
    };

    public static Option<long> Cooldown { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "at most 100 years"), 0, SharedOptions.ShowNs)
    {
        Name = "cooldown", Argument = "DURATION", Default = "0", Help = "pause between two steps",
    };

    public static Option<string> Arrivals { get; } = new(
        Kinds.OneOf("constant", "poisson"), "constant", SharedOptions.ShowText)
    {
        Name = "arrivals", Argument = "HOW", Default = "constant",
        Help = "how connections are spread over time: constant or poisson",
    };

    public static Option<long> InFlightMax { get; } = new(
        Kinds.Count(1, 1L << 32), ChurnSpec.InFlightMaxDefault, (into, key, number) => into[key] = number)
    {
        Name = "in-flight-max", Argument = "N", Default = "10k",
        Help = "connections under way at most; what falls due beyond is not begun, and counted",
    };

    public static Option<string> Life { get; } = new(
        Kinds.OneOf("exchange", "requests"), "exchange", SharedOptions.ShowText)
    {
        Name = "life", Argument = "KIND", Default = "exchange",
        Help = "exchange: send, half-close, read to the end; requests: send, wait for the echo, again, close",
    };

    public static Option<string> Content { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "content", Argument = "FILE", Default = "nothing", Help = "what an exchange sends",
    };

    public static Option<string> ExpectReply { get; } = new(Kinds.Word, "any", SharedOptions.ShowText)
    {
        Name = "expect-reply", Argument = "any|BYTES|FILE", Default = "any: at least a byte",
        Help = "what has to come back: so many bytes, or what is in a file; 0: whatever comes",
    };

    public static Option<long> Requests { get; } = new(
        Kinds.Count(0, 1L << 30), 0, (into, key, number) => into[key] = number)
    {
        Name = "requests", Argument = "N", Default = "0: open and close only", Help = "of a life of requests: how many",
    };

    public static Option<long> Size { get; } = new(
        Kinds.Bytes(1, RequestBytesMax), 64, (into, key, bytes) => into[key + "_bytes"] = bytes)
    {
        Name = "size", Argument = "BYTES", Default = "64", Help = "bytes of each of them",
    };

    public static Option<long> Lifetime { get; } = new(
        Kinds.Duration(0, SharedOptions.DurationMaxNs, "at most 100 years"), 0, SharedOptions.ShowNs)
    {
        Name = "lifetime", Argument = "DURATION", Default = "0",
        Help = "how long a connection stays open at least before this side ends it",
    };

    public static Option<long> Timeout { get; } = new(
        Kinds.Duration(Ns.Millisecond, SharedOptions.DurationMaxNs, "1ms or longer"), 30 * Ns.Second,
        SharedOptions.ShowNs)
    {
        Name = "timeout", Argument = "DURATION", Default = "30s",
        Help = "a life that is not over so long after it began counts as timed out",
    };

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "churn",
        Summary = "open and close connections at a rate that nothing slows down, and time their lives",
        About =
        [
            "Connections fall due by a schedule; a slow one never delays the next. A life counts from when it was due. "
                + "Every attempt has one outcome: ok, refused, reset, timeout (each with where it was), empty, closed, "
                + "invalid, no_port, no_descriptor, cancelled or other. What fell due and could not be begun is not "
                + "sent, and counted.",
            "`set rate 500`, `status`, `failed` and more are taken from the prompt, from a pipe on stdin or over "
                + "--control while it runs.",
        ],
        Examples =
        [
            new("throng churn --rate 1k --for 10s", "1,000/s with a server of its own"),
            new("throng churn --rate 5k --for 1m --target 10.0.0.2:80 --content get.txt", "a page each"),
            new("throng churn --rate 500 --rate 1k --rate 2k --step 10s --target 10.0.0.2:80", "three steps"),
            new("throng churn --life requests --close rst --rate 20k --target 10.0.0.2:7000-7039", "bare handshakes"),
            new("throng churn --life requests --requests 10 --rate 200 --target 10.0.0.2:7000", "ten echoes each"),
        ],
        Groups =
        [
            new("What is offered", Rate, Profile, Step, Cooldown, Arrivals, InFlightMax, SharedOptions.Duration),
            new("What a connection does", Life, Content, ExpectReply, Requests, Size, Lifetime, LoadOptions.Close,
                Timeout),
            new("Where to", LoadOptions.Target, LoadOptions.Source, LoadOptions.SourcePorts, LoadOptions.IPv4,
                LoadOptions.IPv6, LoadOptions.Public),
            new("Encryption", TlsOptions.Tls, TlsOptions.TlsVerify, TlsOptions.TlsCa, TlsOptions.TlsName),
            new("How it runs", SharedOptions.Engine, SharedOptions.Threads, SharedOptions.Seed,
                SharedOptions.KeepLimits, SharedOptions.Control, SharedOptions.Force, SharedOptions.DryRun),
            SharedOptions.Prints,
        ],
    };
}
