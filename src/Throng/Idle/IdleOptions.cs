using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng idle`.</summary>
public static class IdleOptions
{
    private const long LanesMax = 10_000;

    // As far as a worker's timers reach, with room for the answer.
    private const long SilenceMaxNs = 20L * 24 * 3600 * Ns.Second;

    public static Option<long> From { get; } = Declare.Duration(
        "from", Ns.Millisecond, SilenceMaxNs, "from 1ms to 20d", 10 * Ns.Second,
        "the shortest silence tried, which has to be remembered", shown: null);

    public static Option<long> To { get; } = Declare.Duration(
        "to", Ns.Millisecond, SilenceMaxNs, "from 1ms to 20d", 7200 * Ns.Second, "the longest silence tried",
        shown: "2h");

    public static Option<long> Within { get; } = Declare.Duration(
        "within", Ns.Second, "how near what is remembered and what is forgotten are to be");

    public static Option<long> Lanes { get; } = Declare.Count(
        "lanes", IdlePlan.LanesMin, LanesMax, 40,
        "connections side by side, each silent for a time of its own; more need fewer rounds", letter: 'c');

    public static Option<long> Confirm { get; } = Declare.Count(
        "confirm", 1, 1000, 3, "lanes that try each end of what was found again");

    public static Option<bool> KeepaliveLanes { get; } = Declare.Flag(
        "keepalive-lanes",
        "then also find the longest interval of TCP keepalive that keeps a connection alive, in whole seconds");

    public static Option<bool> HalfClosedLanes { get; } = Declare.Flag(
        "half-closed-lanes",
        "then also find how long a connection is remembered after this side's FIN; needs throng serve --mode later");

    public static Option<string> Protocol { get; } = Declare.Choice(
        "protocol", "NAME", ["echo", "dns"], "echo",
        "what a lane asks before and after its silence: echo (what is sent must come back) or dns");

    public static Option<string> Content { get; } = Declare.File(
        "content", "send what is in FILE instead, such as a request of HTTP; whatever comes is the answer");

    public static Option<long> ReplyTimeout { get; } = Declare.Duration(
        "reply-timeout", 3 * Ns.Second, "a message not answered for so long is taken for lost");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "idle",
        Operands = "[HOST:PORT...]",
        Address = LoadOptions.Target,
        Summary = "find how long a silent connection is remembered on the path, and how it is forgotten",
        About =
        [
            "Each lane is a connection that exchanges one message, is silent for a time of its own, and sends one "
                + "more. Lanes are silent side by side, and a round ends soon after the first that are not answered, "
                + "so it takes hardly longer than what it looks for. Each round narrows down what the one before has "
                + "left; the last tries both ends again, with few lanes.",
            "Silence counts from the acknowledgement of the last answer to the message behind it. Nothing is sent "
                + "between: no ping, and no TCP keepalive. How a connection was forgotten is told as it was seen here: "
                + "no acknowledgement, a RST or FIN in answer, or one that came by itself; who sent it cannot be seen.",
        ],
        Examples =
        [
            new("throng idle 10.0.0.2:7000", "10 s to 2 h, to a second; throng serve at the other end"),
            new("throng idle 10.0.0.2:7000 --from 1s --to 10m --within 100ms", "other bounds"),
            new("throng idle 10.0.0.2:7000 --to 10m --keepalive-lanes", "and which keepalive helps"),
            new("throng idle 10.0.0.2:7001 --half-closed-lanes", "and after a FIN; throng serve --mode later"),
            new("throng idle ns1:53 --protocol dns --to 5m --lanes 4", "idle timeout of a DNS server"),
            new("throng idle lb:80 --content get.http --to 10m", "of an HTTP proxy"),
            new("throng idle 10.0.0.2:7000 --fail-on 'idle.forgotten < 5m'", "a test"),
        ],
        Common =
        [
            From, To, Within, Lanes, HalfClosedLanes, KeepaliveLanes, LoadOptions.Target, Protocol, Content,
            ReplyTimeout, SharedOptions.FailOn, SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("The search", From, To, Within, Lanes, Confirm, HalfClosedLanes, KeepaliveLanes),
            new("What is asked", Protocol, DnsOptions.Name, DnsOptions.Type, DnsOptions.NoRd, Content, ReplyTimeout),
            new("Where to", LoadOptions.Target, LoadOptions.Source, LoadOptions.SourcePorts, LoadOptions.IPv4,
                LoadOptions.IPv6, LoadOptions.Public, LoadOptions.ConnectTimeout, LoadOptions.Close),
            TlsOptions.Group,
            SharedOptions.RunsAlone,
            PacketEngine.Group,
            LoadOptions.Prints,
        ],
    };
}
