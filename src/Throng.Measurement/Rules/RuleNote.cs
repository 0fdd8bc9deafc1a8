namespace Throng.Measurement;

/// <summary>What a finding's rule looks at, for who asks what its name means.</summary>
/// <param name="Name">As findings carry it.</param>
/// <param name="Severity">The severities it can have, the worst first.</param>
/// <param name="LooksAt">When it says something, one line.</param>
/// <param name="Remedy">What mostly helps; the finding itself has it with figures.</param>
public sealed record RuleNote(string Name, string Severity, string LooksAt, string Remedy)
{
    /// <summary>All there are, in the order of <see cref="AllRules"/>; those of one engine last.</summary>
    public static IReadOnlyList<RuleNote> All { get; } =
    [
        new("nothing-connected", "error", "Connects were attempted, and not one became a connection.",
            "see connections.connect_failed for the reason: nobody listens, or the path swallows packets"),
        new("target-missed", "error, info",
            "Fewer connections were held than asked for; info when a signal ended the ramp-up.",
            "see connections.connect_failed for whose limit it was; throng doctor for this host's"),
        new("ports-exhausted", "error", "A connect found no free source port: this host's own limit.",
            "more --source addresses, more --target ports, or a wider net.ipv4.ip_local_port_range"),
        new("descriptors-exhausted", "error, warning",
            "A connect found no descriptor, or accepting had to wait for one.",
            "raise the hard limit (ulimit -Hn), or fs.file-max where the host's table is full"),
        new("memory-exhausted", "error, warning",
            "The kernel had no memory for a connection, or TCP came under memory pressure.",
            "fewer connections, more memory, or a larger net.ipv4.tcp_mem"),
        new("listen-queue-overflowed", "warning",
            "A listener of this network namespace refused handshakes because one of its queues was full.",
            "a larger --backlog and net.core.somaxconn at the server, or accept faster"),
        new("conntrack-dropped", "warning",
            "Connection tracking in this network namespace dropped packets or threw entries out.",
            "a larger net.netfilter.nf_conntrack_max, or throng doctor --apply, which bypasses it"),
        new("time-wait-overflowed", "info", "Connections found no room in TIME_WAIT and ended at once.",
            "a larger net.ipv4.tcp_max_tw_buckets, or --close rst"),
        new("orphans-aborted", "warning",
            "The kernel reset connections that were being closed: too many, or no memory.",
            "larger net.ipv4.tcp_max_orphans and net.ipv4.tcp_mem"),
        new("server-not-answering", "error",
            "Messages were sent and none was answered, or more than half of them timed out.",
            "check that the server speaks this protocol on that port, its log and its CPUs; then a lower rate"),
        new("connections-lost", "warning",
            "Connections ended before the drain by something other than this end's intention.",
            "compare when they ended with the idle timeouts of what lies between, and the server's log"),
        new("connects-failed", "warning, info", "Connects failed at the path or the server; info below 0.1 %.",
            "see connections.connect_failed for the reason"),
        new("connections-disturbed", "warning",
            "A lasting connection of monitor was disturbed: its answers came late or not at all.",
            "compare the episodes with what was done to servers and path then: throng report --analyze episodes"),
        new("new-connections-failed", "warning",
            "A new connection that monitor tried beside the lasting ones came to nothing.",
            "refused: nobody listened; timeout: the path swallowed packets"),
        new("messages-timed-out", "warning", "Messages had no answer in time.",
            "see the slowest answers (response.max), the server's CPUs, and the retransmits"),
        new("messages-lost", "warning", "Messages were under way on a connection that ended.",
            "see why connections ended (connections.closed), and the server's log"),
        new("messages-invalid", "warning", "Answers were not what was asked for.",
            "another protocol on that port, or something between that changes bytes"),
        new("rate-not-achieved", "warning", "Less than 99 % of the offered rate was achieved: answered in time.",
            "generator-limited: more --threads, CPUs or hosts; else it is the limit of the server or the path"),
        new("held-back", "warning", "1 % of the queries or more waited for their connection, full or not open.",
            "more connections, or a server that answers faster"),
        new("generator-busy", "warning",
            "A worker was busy for more than 95 % of the time in more than 5 % of the intervals.",
            "more --threads or CPUs, or a lower rate, and leave the server its own CPUs"),
        new("generator-late", "warning",
            "1 % of the messages left more than 1 ms, and more than ten turns of the loop, after their time.",
            "more --threads or CPUs, or a lower rate, and leave the server its own CPUs"),
        new("debug-build", "warning", "The program was built without optimisation: its figures mean nothing.",
            "build with -c Release"),
        new(LimitPrefix + "NAME", "warning, info",
            "Found before the run: a limit of this host is near, or too small and --force was given.",
            "throng doctor and the command line shows all limits, what sets them and what raises them"),
        new("sources-apart", "warning",
            "Runs that throng merge made one of were not all under way together: rates and peaks never were.",
            "start the generators together, or compare their runs instead"),
        new("xdp-native-veth", "warning", "serve --engine xdp in native mode on a veth needs two things of its peer.",
            "at the other end: ethtool -K PEER tx off, and any XDP program; or --xdp-mode generic"),
        new("xdp-source-ports", "warning",
            "Ports served by --engine xdp are among those that clients of this host connect from.",
            "serve others, or take them out of net.ipv4.ip_local_port_range"),
    ];

    private const string LimitPrefix = "limit-";

    /// <summary>By name; every limit of a plan has the same one.</summary>
    public static RuleNote? Find(string name) => name.StartsWith(LimitPrefix, StringComparison.Ordinal)
        ? All.First(note => note.Name.StartsWith(LimitPrefix, StringComparison.Ordinal))
        : All.FirstOrDefault(note => note.Name == name);
}
