using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>What every load takes, whatever it does on its connections: how many, from where to where.</summary>
public static class LoadOptions
{
    // TCP_KEEPIDLE's own bound, and a day less than what TCP_USER_TIMEOUT's int of milliseconds holds.
    private const long KeepAliveMaxNs = 32_767 * Ns.Second;
    private const long UserTimeoutMaxNs = 23L * 24 * 3600 * Ns.Second;

    public static Option<long> Connections { get; } = new(
        Kinds.Count(0, 1L << 32), LoadSpec.OnePerTarget,
        (into, key, number) => into[key] = number < 0 ? Node.Null : number)
    {
        Name = "connections", Short = 'c', Argument = "N", Default = "one per target",
        Help = "how many to keep open, such as 500, 10k or 1.5m; the same as N",
    };

    public static RepeatableOption<Endpoint> Target { get; } = new(Endpoint.TryReadTarget, target => target.ToString())
    {
        Name = "target", Argument = "HOST:PORT[-PORT]", Default = "a server of its own on loopback",
        Help = "where to connect; repeatable, connections are spread evenly",
    };

    public static RepeatableOption<SourceRange> Source { get; } = new(SourceRange.TryRead, source => source.Written)
    {
        Name = "source", Argument = "ADDR|CIDR|A-B|@FILE", Default = "as routed",
        Help = "local addresses to spread over, at most 65,536; repeatable",
    };

    public static Option<PortRange> SourcePorts { get; } = new(Kinds.Ports, default, ShowPorts)
    {
        Name = "source-ports", Argument = "A-B", Default = "the host's ephemeral ports",
        Help = "local ports to connect from, each once to every target",
    };

    public static Option<bool> IPv4 { get; } = SharedOptions.Flag("ipv4", '4', "names of targets mean IPv4 addresses");

    public static Option<bool> IPv6 { get; } = SharedOptions.Flag("ipv6", '6', "names of targets mean IPv6 addresses");

    public static Option<bool> Public { get; } = SharedOptions.Flag(
        "public", '\0', "allow targets with globally routable addresses");

    public static Option<double> ConnectRate { get; } = new(
        Kinds.Rate, 0, (into, key, rate) => into[key + "_per_s"] = rate)
    {
        Name = "connect-rate", Argument = "RATE", Default = "0: as fast as outcomes allow",
        Help = "connects per second over the whole run, such as 500 or 20k",
    };

    public static Option<long> ConnectTimeout { get; } = new(
        Kinds.Duration(Ns.Millisecond, SharedOptions.DurationMaxNs, "1ms or longer"), 5 * Ns.Second,
        SharedOptions.ShowNs)
    {
        Name = "connect-timeout", Argument = "DURATION", Default = "5s", Help = "how long one connect may take",
    };

    public static Option<long> KeepAlive { get; } = new(
        Kinds.Duration(Ns.Second, KeepAliveMaxNs, "from 1s to 32767s"), 0, SharedOptions.ShowNs)
    {
        Name = "keepalive", Argument = "DURATION", Default = "none",
        Help = "idle time after which the kernel probes the peer (whole seconds)",
    };

    public static Option<long> UserTimeout { get; } = new(
        Kinds.Duration(Ns.Millisecond, UserTimeoutMaxNs, "from 1ms to 23d"), 0, SharedOptions.ShowNs)
    {
        Name = "user-timeout", Argument = "DURATION", Default = "the kernel's own",
        Help = "how long sent bytes may stay unacknowledged",
    };

    public static Option<string> Close { get; } = new(Kinds.OneOf("fin", "rst"), "fin", SharedOptions.ShowText)
    {
        Name = "close", Argument = "HOW", Default = "fin", Help = "how to close: fin (in order) or rst (reset)",
    };

    private static void ShowPorts(Section into, string key, PortRange ports) =>
        into[key] = ports.Low == 0 ? Node.Null : $"{ports.Low}-{ports.High}";
}
