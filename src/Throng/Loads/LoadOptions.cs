using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Options that every load takes, whatever it does on its connections: how many, from where to where.
/// </summary>
public static class LoadOptions
{
    // TCP_KEEPIDLE's own bound, and a day less than what TCP_USER_TIMEOUT's int of milliseconds holds.
    private const long KeepAliveMaxNs = 32_767 * Ns.Second;
    private const long UserTimeoutMaxNs = 23L * 24 * 3600 * Ns.Second;

    public static Option<long> Connections { get; } = Declare.Count(
        "connections", 0, 1L << 32, LoadSpec.OnePerTarget,
        "how many to keep open, such as 500, 10k or 1.5m; the same as N",
        shown: "one per target", letter: 'c');

    public static RepeatableOption<Endpoint> Target { get; } = new(Endpoint.TryReadTarget, target => target.ToString())
    {
        Name = "target", Argument = "HOST:PORT[-PORT]", Default = "a server of its own on loopback",
        Help = "where to connect, also without --target; repeatable, connections are spread evenly; tls:// before it "
            + "is --tls",
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

    public static Option<string> PortOrder { get; } = Declare.Choice(
        "port-order", "ORDER", ["sequential", "random"], "sequential",
        "take source ports one after another, or in a random order that the seed decides, and source addresses too");

    public static Option<bool> IPv4 { get; } = Declare.Flag("ipv4", "names of targets mean IPv4 addresses", '4');

    public static Option<bool> IPv6 { get; } = Declare.Flag("ipv6", "names of targets mean IPv6 addresses", '6');

    public static Option<bool> Public { get; } = Declare.Flag(
        "public", "allow targets with globally routable addresses");

    public static Option<double> ConnectRate { get; } = Declare.Rate(
        "connect-rate", 0, "connects per second over the whole run, such as 500 or 20k",
        shown: "0: as fast as outcomes allow");

    public static Option<long> ConnectTimeout { get; } = Declare.Duration(
        "connect-timeout", 5 * Ns.Second, "how long one connect may take");

    public static Option<long> KeepAlive { get; } = Declare.Duration(
        "keepalive", Ns.Second, KeepAliveMaxNs, "from 1s to 32767s", 0,
        "idle time after which the kernel probes the peer (whole seconds)", shown: "none");

    public static Option<long> UserTimeout { get; } = Declare.Duration(
        "user-timeout", Ns.Millisecond, UserTimeoutMaxNs, "from 1ms to 23d", 0,
        "how long sent bytes may stay unacknowledged", shown: "the kernel's own");

    public static Option<bool> QuickAck { get; } = Declare.Flag(
        "quickack", "acknowledge what comes at once: a server that waits for it (Nagle) then does not wait 40 ms");

    public static Option<string> Close { get; } = Declare.Choice(
        "close", "HOW", ["fin", "rst"], "fin", "how to close: fin (in order) or rst (reset)");

    public static Option<string> Failures { get; } = Declare.File(
        "failures", "write a line of JSON for every connection that ended badly, when and why; the document has the "
            + "first and the last 1,000");

    public static Option<string> Pcap { get; } = Declare.File(
        "pcap", "write the last packets of every connection that ended badly, as pcapng with a comment that says why "
            + "(needs CAP_NET_RAW)");

    public static Option<long> PcapMax { get; } = Declare.Bytes(
        "pcap-max", 64 << 10, 1L << 40, 100 << 20, "how large the file of --pcap may become");

    /// <summary>Output of every load.</summary>
    public static OptionGroup Prints { get; } = new(
        SharedOptions.Prints.Heading, [.. SharedOptions.Prints.Options, Failures, Pcap, PcapMax]);

    /// <summary>From where to where, as the help of most loads shows it.</summary>
    public static OptionGroup WhereTo { get; } = new(
        "Where to", Target, Source, SourcePorts, PortOrder, IPv4, IPv6, Public);

    private static void ShowPorts(Section into, string key, PortRange ports) =>
        into[key] = ports.Low == 0 ? Node.Null : $"{ports.Low}-{ports.High}";
}
