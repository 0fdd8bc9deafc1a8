using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng hold`.</summary>
public static class HoldOptions
{
    public static Option<bool> Ping { get; } = Declare.Flag(
        "ping", "send PING on every connection and check that it comes back");

    public static Option<DurationRange> PingInterval { get; } = new(
        Kinds.Interval, new DurationRange(30 * Ns.Second, 60 * Ns.Second), ShowRange)
    {
        Name = "ping-interval", Argument = "DURATION[-DURATION]", Default = "30s-60s",
        Help = "time between the pings of one connection, which draws it once from this range",
    };

    public static Option<long> PingTimeout { get; } = Declare.Duration(
        "ping-timeout", 5 * Ns.Second, "a connection that does not answer in time is closed as lost");

    public static Option<bool> UntilHeld { get; } = Declare.Flag(
        "until-held", "end as soon as all are held; exit 1 when --for comes first");

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "hold",
        Operands = "[N] [HOST:PORT...]",
        Address = LoadOptions.Target,
        Operand = LoadOptions.Connections,
        Summary = "keep N connections open, and count and replace each one lost",
        About =
        [
            "Keeps N connections open. Each loss has a reason and is replaced; `set`, `ping`, `status` and more are "
                + "taken from the prompt, from a pipe on stdin or over --control while it runs.",
        ],
        Examples =
        [
            new("throng hold 10k --for 10s", "10,000 to an echo server of its own"),
            new("throng hold 1m 10.0.0.2:7000-7039", "a million over 40 ports of one host"),
            new("throng hold 50k vip:443 --ping --connect-rate 2k", "notice the lost ones by pings"),
            new("throng hold 60k '[fd00::2]:7000' --until-held --json", "can it hold 60,000?"),
            new("throng hold 1m 10.0.0.2:7000-7039 --dry-run", "what it would take"),
        ],
        Common =
        [
            LoadOptions.Connections, LoadOptions.Target, LoadOptions.Source, LoadOptions.ConnectRate, Ping,
            PingInterval, TlsOptions.Tls, SharedOptions.Duration, UntilHeld, SharedOptions.FailOn, SharedOptions.Json,
            SharedOptions.Out, SharedOptions.DryRun,
        ],
        Groups =
        [
            new("What to hold", LoadOptions.Connections, LoadOptions.Target, LoadOptions.Source,
                LoadOptions.SourcePorts, LoadOptions.PortOrder, LoadOptions.IPv4, LoadOptions.IPv6, LoadOptions.Public),
            new("Connecting and closing", LoadOptions.ConnectRate, LoadOptions.ConnectTimeout, LoadOptions.Close),
            TlsOptions.Group,
            new("Noticing a lost peer", Ping, PingInterval, PingTimeout, LoadOptions.KeepAlive,
                LoadOptions.UserTimeout),
            new("How it runs", SharedOptions.Duration, UntilHeld, SharedOptions.Engine, SharedOptions.Threads,
                SharedOptions.Nice,
                SharedOptions.Room, SharedOptions.Seed, SharedOptions.Share, SharedOptions.StartAt,
                SharedOptions.KeepLimits, SharedOptions.Control,
                SharedOptions.UntilEof, SharedOptions.Force, SharedOptions.DryRun),
            ClusterOptions.Group,
            PacketEngine.Group,
            LoadOptions.Prints,
        ],
    };

    private static void ShowRange(Section into, string key, DurationRange range)
    {
        into[key + "_min_ns"] = range.MinNs;
        into[key + "_max_ns"] = range.MaxNs;
    }
}
