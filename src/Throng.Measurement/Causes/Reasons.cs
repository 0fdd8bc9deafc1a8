namespace Throng.Measurement;

/// <summary>Texts of the rules about a reason: whose limit it is, and what to do.</summary>
internal static class Reasons
{
    /// <summary>The most frequent reason that is a failure at all; empty when there is none.</summary>
    public static string Main(ReasonCounts failed, bool onlyRemote = false)
    {
        foreach (KeyValuePair<string, long> count in failed.ByCount())
        {
            CloseReason reason = CloseReasons.Find(count.Key);
            if (reason != CloseReason.Cancelled && !(onlyRemote && CloseReasons.IsLocal(reason)))
            {
                return count.Key;
            }
        }

        return "";
    }

    /// <summary><c>1,000 refused, 12 timeout</c>.</summary>
    public static string List(ReasonCounts counts) => counts.ToString() is { Length: > 0 } list ? list : "none";

    /// <summary>Names the side that could not do more, by the reason.</summary>
    public static string Limit(string reason, RunDocument run) => CloseReasons.Find(reason) switch
    {
        CloseReason.Refused => $"refused by {Target(run)}, the server's limit",
        CloseReason.ConnectTimeout => $"no answer from {Target(run)}, the path's or the server's limit",
        CloseReason.Unreachable => $"no route to {Target(run)}, the path's limit",
        CloseReason.TlsFailed => $"no TLS with {Target(run)}",
        CloseReason.NoPort => "no source port left here, the generator's own limit",
        CloseReason.NoDescriptor => "no descriptor left here, the generator's own limit",
        CloseReason.NoMemory => "no memory left in the kernel here, the generator's own limit",
        CloseReason.None when reason.Length == 0 => "they were opened and did not last",
        _ => $"{reason} towards {Target(run)}",
    };

    public static string Remedy(CloseReason reason, RunDocument run) => Remedy(CloseReasons.Name(reason), run);

    /// <summary>Names what to do about a reason.</summary>
    public static string Remedy(string reason, RunDocument run) => CloseReasons.Find(reason) switch
    {
        CloseReason.Refused => $"check that a server listens on {Target(run)}, and its backlog and limits",
        CloseReason.ConnectTimeout => "look for dropped SYNs between here and there (firewall, conntrack, a full "
            + "backlog: net.core.somaxconn), or lower --connect-rate",
        CloseReason.Unreachable => "check the route and the address of the target",
        CloseReason.TlsFailed => "see tls_errors in the result; check that it speaks TLS there, and --tls-ca and "
            + "--tls-name against its certificate",
        CloseReason.NoPort => "add --target ports or --source addresses, or widen it: "
            + "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"",
        CloseReason.NoDescriptor => "raise the limit: ulimit -n (and sysctl fs.nr_open, fs.file-max); "
            + "see throng doctor",
        CloseReason.NoMemory => "give TCP or the host more memory (net.ipv4.tcp_mem, the cgroup's memory.max), or "
            + "hold fewer",
        CloseReason.None when reason.Length == 0 => "see the reasons under connections.closed",
        _ => "see the server's log; -v prints the first failures",
    };

    /// <summary>The target as the user named it: <c>10.0.0.2:7000</c>, or <c>the 3 targets</c>.</summary>
    public static string Target(RunDocument run) => run.Options.Find("target") switch
    {
        { Kind: NodeKind.Text } one => one.Text,
        { Kind: NodeKind.List, Items: [{ Kind: NodeKind.Text } only] } => only.Text,
        { Kind: NodeKind.List, Items.Count: > 1 and int count } => $"the {count} targets",
        _ => "the target",
    };
}
