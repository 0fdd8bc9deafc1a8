using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng monitor`.</summary>
public static class MonitorOptions
{
    private const long MessageBytesMax = 1L << 30;
    private const long ConnectionsMax = 10_000_000;

    public static Option<long> Connections { get; } = Declare.Count(
        "connections", 1, ConnectionsMax, 1, "lasting connections, such as 200", letter: 'c');

    public static Option<double> Rate { get; } = new(
        Kinds.Rate, -1, (into, key, rate) => into[key + "_per_s"] = rate < 0 ? Node.Null : rate)
    {
        Name = "rate", Short = 'r', Argument = "RATE", Default = "1 a second for each connection",
        Help = "messages per second over all connections, such as 50 or 10k",
    };

    public static Option<long> Bandwidth { get; } = new(
        Kinds.Bandwidth(1, 1L << 40), 0,
        (into, key, bytes) => into[key + "_bytes_per_s"] = bytes > 0 ? bytes : Node.Null)
    {
        Name = "bandwidth", Argument = "BANDWIDTH", Default = "as --rate says",
        Help = "bits or bytes per second over all connections instead, such as 8mbit or 100KiB",
    };

    public static Option<long> WarmUp { get; } = Declare.DurationOrZero(
        "warmup", 0,
        "messages of this long beforehand are sent and not counted, failures apart; --for comes on top");

    public static Option<long> Size { get; } = Declare.Bytes(
        "size", MonitorPayload.BytesMin, MessageBytesMax, 1024, "of each message, 64 or more");

    public static Option<long> ReplyTimeout { get; } = Declare.Duration(
        "reply-timeout", Ns.Second,
        "a message not answered so long after it was due is given up, and its connection lost");

    public static Option<long> ConnectTimeout { get; } = Declare.Duration(
        "connect-timeout", 1500 * Ns.Millisecond, "how long one connect may take, and a new connection in all");

    public static Option<bool> Reconnect { get; } = Declare.Flag(
        "reconnect", "open lost connections again, which is what happens without it too", isHidden: true);

    public static Option<bool> NoReconnect { get; } = Declare.Flag("no-reconnect", "leave lost connections closed");

    public static Option<long> Retries { get; } = Declare.Count(
        "retries", 0, long.MaxValue, -1,
        "failed connects in a row after which one is given up; they wait 100 ms longer each time, at most 1 s",
        shown: "unlimited");

    public static Option<double> NewRate { get; } = Declare.Rate(
        "new-rate", 10,
        "new connections per second that try whether one works: a message, its answer, the close; 0: none");

    public static Option<long> Late { get; } = Declare.Duration(
        "late", 0, "a response time above it begins a disturbance", shown: "200ms and 4 times the connection's median");

    public static Option<long> EpisodeGap { get; } = Declare.DurationOrZero(
        "episode-gap", Ns.Second, "disturbances less than this apart are one episode");

    public static Option<bool> Udp { get; } = Declare.Flag("udp", "datagrams instead of connections");

    public static Option<bool> All { get; } = Declare.Flag(
        "all", "tell of every connection and every disturbance in the result");

    public static Option<bool> Monitor { get; } = Declare.Flag(
        "monitor", "a line of connections and packets every second");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "monitor",
        Operands = "[HOST:PORT...]",
        Address = LoadOptions.Target,
        Summary = "steady traffic on lasting connections; every disturbance, its cause and its length",
        About =
        [
            "Each connection has one message under way at most, by a schedule that nothing slows down: what falls due "
                + "while an answer is awaited is dropped, and counted. A message is late above --late; a disturbance "
                + "runs from when the first late or lost message was due to the next good answer, over a reconnect "
                + "too; disturbances close together are one episode. New connections are tried all the time and have "
                + "figures of their own.",
            "Any echo server will do. `throng serve --mode stamp` writes its name into the first answer, so that the "
                + "result says which server each connection was on.",
            "A peer that vanishes is noticed without a message too: after 15 s of silence the kernel asks for it, "
                + "unless --keepalive says otherwise.",
        ],
        Examples =
        [
            new("throng monitor -c 200 --rate 500 --for 10s", "against a server of its own"),
            new("throng monitor vip:5003 -c 200 --bandwidth 8mbit --for 1m", "through a load balancer"),
            new("throng monitor vip:5003 -c 40 --rate 400 --fail-on 'monitor.lost>0'", "a verdict for CI"),
            new("throng monitor vip:5003 -c 50 --rate 500 --reply-timeout 10s", "sit a fail-over out"),
            new("throng monitor udp://vip:5003 -c 20 --rate 200 --for 1m", "datagrams"),
        ],
        Common =
        [
            Connections, Rate, Bandwidth, Size, NewRate, Udp, SharedOptions.Duration, LoadOptions.Target, Late,
            ReplyTimeout, TlsOptions.Tls, SharedOptions.FailOn, SharedOptions.Json, SharedOptions.Out,
        ],
        Groups =
        [
            new("What is sent", Connections, Rate, Bandwidth, Size, NewRate, WarmUp, Udp,
                SharedOptions.Duration, SharedOptions.Count),
            new("What counts as a disturbance", Late, EpisodeGap, ReplyTimeout, All, Monitor),
            new("Connections", ConnectTimeout, LoadOptions.ConnectRate, Reconnect, NoReconnect, Retries,
                LoadOptions.KeepAlive, LoadOptions.UserTimeout, LoadOptions.QuickAck, LoadOptions.Close),
            LoadOptions.WhereTo,
            TlsOptions.Group,
            SharedOptions.RunsBySchedule,
            ClusterOptions.Group,
            PacketEngine.Group,
            LoadOptions.Prints,
        ],
    };
}
