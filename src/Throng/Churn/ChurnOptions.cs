using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng churn`.</summary>
public static class ChurnOptions
{
    private const long RequestBytesMax = 16 * 1024 * 1024;

    public static RepeatableOption<double> Rate { get; } = new(Kinds.Rate, Units.Rate)
    {
        Name = "rate", Short = 'r', Argument = "RATE", Default = "100",
        Help = "connections begun per second, such as 50 or 20k; repeatable, each is a step then",
    };

    public static Option<string> Profile { get; } = Declare.Profile(
        "rates over time instead: 10s@100,30s@100..5k,10s@5k");

    public static Option<long> Step { get; } = Declare.Duration(
        "step", 10 * Ns.Second, "how long each of several rates lasts");

    public static Option<long> WarmUp { get; } = Declare.DurationOrZero(
        "warmup", 0,
        "connections of this long beforehand are opened and not counted; --for, or the first step, comes on top");

    public static Option<long> Cooldown { get; } = Declare.DurationOrZero("cooldown", 0, "pause between two steps");

    public static Option<string> Arrivals { get; } = Declare.Choice(
        "arrivals", "HOW", ["constant", "poisson"], "constant",
        "how connections are spread over time: constant or poisson");

    public static Option<long> InFlightMax { get; } = Declare.Count(
        "in-flight-max", 1, 1L << 32, 0,
        "connections under way at most; what falls due beyond is not begun, and counted",
        shown: "10,000, or what the rate can begin within --timeout");

    public static Option<long> Held { get; } = Declare.Count(
        "held", 0, 1L << 32, 0,
        "so many connections beside them, opened before and kept to the end: how a full table sets up and tears down",
        shown: "none");

    public static Option<string> Life { get; } = Declare.Choice(
        "life", "KIND", ["exchange", "requests"], "exchange",
        "exchange: send, half-close, read to the end; requests: send, wait for the echo, again, close");

    public static Option<string> Content { get; } = Declare.File("content", "what an exchange sends", shown: "nothing");

    public static Option<string> ExpectReply { get; } = Declare.Word(
        "expect-reply", "any|BYTES|FILE", "",
        "what has to come back: any (at least a byte), so many bytes, or what is in a file; 0: whatever comes",
        shown: "any with --content, else 0");

    public static Option<long> Requests { get; } = Declare.Count(
        "requests", 0, 1L << 30, 0, "of a life of requests: how many", shown: "0: open and close only");

    public static Option<long> Size { get; } = Declare.Bytes("size", 1, RequestBytesMax, 64, "bytes of each of them");

    public static Option<long> Lifetime { get; } = Declare.DurationOrZero(
        "lifetime", 0, "how long a connection stays open at least before this side ends it");

    public static Option<long> Timeout { get; } = Declare.Duration(
        "timeout", 30 * Ns.Second, "a life that is not over so long after it began counts as timed out");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "churn",
        Operands = "[HOST:PORT...]",
        Address = LoadOptions.Target,
        Summary = "open and close connections at a rate that nothing slows down, and time their lives",
        About =
        [
            "Connections fall due by a schedule; a slow one never delays the next. A life counts from when it was due. "
                + "Every attempt has one outcome: ok, refused, unreachable, reset, timeout (each with where it was), "
                + "empty, closed, invalid, tls_failed, no_port, no_descriptor, no_memory, not_permitted, cancelled or "
                + "other. Connections that could not be started in time are counted as not_sent.",
            "`set rate 500`, `status`, `failed` and more are taken from the prompt, from a pipe on stdin or over "
                + "--control while it runs.",
        ],
        Examples =
        [
            new("throng churn --rate 1k --for 10s", "1,000/s with a server of its own"),
            new("throng churn 10.0.0.2:80 --rate 5k --for 1m --content get.txt", "a page each"),
            new("throng churn 10.0.0.2:80 --rate 500 --rate 1k --rate 2k --step 10s", "three steps"),
            new("throng churn 10.0.0.2:7000-7039 --life requests --close rst --rate 20k", "bare handshakes"),
            new("throng churn 10.0.0.2:7000-7039 --held 1m --rate 5k", "set-up and tear-down beside a million held"),
            new("throng churn 10.0.0.2:7000 --life requests --requests 10 --rate 200", "ten echoes each"),
        ],
        Common =
        [
            Rate, SharedOptions.Count, SharedOptions.Duration, LoadOptions.Target, Life, Content, Requests, Timeout,
            InFlightMax, TlsOptions.Tls, SharedOptions.FailOn, SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("What is offered", Rate, Profile, Step, Cooldown, WarmUp, Arrivals, InFlightMax, Held,
                SharedOptions.Duration, SharedOptions.Count),
            new("What a connection does", Life, Content, ExpectReply, Requests, Size, Lifetime, LoadOptions.Close,
                Timeout),
            LoadOptions.WhereTo,
            TlsOptions.Group,
            SharedOptions.RunsBySchedule,
            ClusterOptions.Group,
            PacketEngine.Group,
            LoadOptions.Prints,
        ],
    };
}
