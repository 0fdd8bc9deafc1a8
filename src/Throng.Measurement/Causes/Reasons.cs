using System.Globalization;

namespace Throng.Measurement;

/// <summary>The words for a reason, everywhere: what happened, whose limit it is, and what to do.</summary>
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

    /// <summary><c>1,000 refused, 12 timeout</c>, with the errnos behind other.</summary>
    public static string List(ReasonCounts counts, RunDocument run) =>
        counts.InWords(run.Connections.OtherErrnos) is { Length: > 0 } list ? list : "none";

    /// <summary>The same of connections that ended by something other than this end's wish; of all that ended where
    /// none did.</summary>
    public static string Losses(RunDocument run)
    {
        ReasonCounts losses = [];
        foreach (KeyValuePair<string, long> count in run.Connections.Closed.ByCount())
        {
            CloseReason reason = CloseReasons.Find(count.Key);
            if (reason != CloseReason.None && CloseReasons.IsLoss(reason))
            {
                losses.Add(count.Key, count.Value);
            }
        }

        return List(losses.Total > 0 ? losses : run.Connections.Closed, run);
    }

    /// <summary>Words behind the number of those that failed for a reason.</summary>
    public static string What(string reason, RunDocument run) => CloseReasons.Find(reason) switch
    {
        CloseReason.Refused => $"refused at {FailedTarget(run)}",
        CloseReason.ConnectTimeout => $"not answered in time by {FailedTarget(run)}",
        CloseReason.TlsTimeout => $"connected to {FailedTarget(run)} and did not end their TLS handshake in time",
        CloseReason.Unreachable => $"found no route to {FailedTarget(run)}",
        CloseReason.NoPort when Gone(run) is { } gone => $"were to come from {gone}, no address of this host any more",
        CloseReason.NoPort => "found no source port on this host",
        CloseReason.NoDescriptor => "found no descriptor on this host",
        CloseReason.NoMemory => "found no memory in this host's kernel",
        CloseReason.NotPermitted => $"not permitted towards {FailedTarget(run)}",
        CloseReason.TlsFailed => $"had no TLS with {FailedTarget(run)}{TlsError(run)}",
        _ => $"{Name(reason, run)} towards {FailedTarget(run)}",
    };

    /// <summary>Names the side that could not do more, by the reason.</summary>
    public static string Limit(string reason, RunDocument run) => CloseReasons.Find(reason) switch
    {
        CloseReason.Refused => $"{FailedTarget(run)} refused them, or a firewall before it that rejects",
        CloseReason.ConnectTimeout => $"no answer from {FailedTarget(run)}, the path's or the server's limit",
        CloseReason.TlsTimeout => $"{FailedTarget(run)} accepted them and did not end the TLS handshake",
        CloseReason.Unreachable => $"no route to {FailedTarget(run)}, or a firewall before it that rejects",
        CloseReason.TlsFailed => $"no TLS with {FailedTarget(run)}{TlsError(run)}",
        CloseReason.NoPort when Gone(run) is { } gone => $"{gone} is no address of this host any more",
        CloseReason.NoPort => "no source port left here, the generator's own limit",
        CloseReason.NoDescriptor => "no descriptor left here, the generator's own limit",
        CloseReason.NoMemory => "no memory left in the kernel here, the generator's own limit",
        CloseReason.NotPermitted => $"this host's own filter or route forbids {FailedTarget(run)}"
            + (MayBeIPv6(run) ? ", or a firewall before it that rejects" : ""),
        CloseReason.None when reason.Length == 0 && run.Connections.Lost == 0 => "their connects were still under way",
        CloseReason.None when reason.Length == 0 => "they were opened and did not last",
        _ => $"{Name(reason, run)} towards {FailedTarget(run)}",
    };

    public static string Remedy(CloseReason reason, RunDocument run) => Remedy(CloseReasons.Name(reason), run);

    /// <summary>Names what to do about a reason.</summary>
    public static string Remedy(string reason, RunDocument run) => CloseReasons.Find(reason) switch
    {
        CloseReason.Refused => $"check that a server listens on {EachTarget(run)}, its backlog and limits, and "
            + "firewalls on the way for rules that reject (nft reject, ct count; iptables REJECT, connlimit)",
        CloseReason.ConnectTimeout => "look for dropped SYNs between here and there (firewall, conntrack, a full "
            + $"backlog: net.core.somaxconn), or {OwnOptions.SlowerConnects(run)}",
        CloseReason.TlsTimeout => $"check that {EachTarget(run)} speaks TLS there, and whether its CPUs keep up "
            + $"with the handshakes; or {OwnOptions.LongerConnects(run)}",
        CloseReason.Unreachable => "check the route and the address of the target (ip route get ADDRESS), and "
            + "firewalls on the way for rules that reject as host-prohibited or admin-prohibited, which reads as no "
            + "route here (firewalld does so)",
        CloseReason.NotPermitted => "look for a prohibit route (ip route get ADDRESS), for rules of this host's "
            + "output that drop (nft list ruleset), and over IPv6 for a firewall on the way that rejects as "
            + "admin-prohibited",
        CloseReason.TlsFailed => "check that it speaks TLS there, --tls-ca and --tls-name against its certificate, "
            + "and whether it wants a client's; all reasons are in tls_errors of the result",
        CloseReason.NoPort when Gone(run) is { } gone => $"see who took it away (ip addr; keepalived, a DHCP client), "
            + $"or leave {gone} out of --source",
        CloseReason.NoPort when IsTimeWait(run) => "close with a reset (--close rst), wait 60 s for those of an "
            + "earlier run, or add --target ports or --source addresses",
        CloseReason.NoPort => "add --target ports or --source addresses, or widen it: "
            + "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"",
        CloseReason.NoDescriptor => "raise the limit: ulimit -n (and sysctl fs.nr_open, fs.file-max); "
            + "see throng doctor",
        CloseReason.NoMemory => "give TCP or the host more memory (net.ipv4.tcp_mem, the cgroup's memory.max), or "
            + "hold fewer",
        CloseReason.None when reason.Length == 0 && run.Connections.Closed.Total == 0 =>
            "let it run longer; if nothing answers then either, look for dropped SYNs on the way",
        CloseReason.None when reason.Length == 0 => "see the reasons under connections.closed",
        _ => "see the server's log; -v prints the first failures",
    };

    /// <summary>Whether a firewall far away may have said it: over TCP and IPv6 its ICMP is told as this host's own
    /// prohibition is.</summary>
    private static bool MayBeIPv6(RunDocument run) => !OwnOptions.IsDatagram(run)
        && run.Options.Find("target") is { Kind: NodeKind.List } targets
        && targets.Items.Any(target => target.Text.AsSpan().ContainsAnyInRange('[', 'z'));

    /// <summary>The most frequent reason for which there was no TLS, in brackets; nothing where none is told.</summary>
    private static string TlsError(RunDocument run)
    {
        string error = "";
        long most = 0;
        foreach (Node told in run.Own?.Find("tls_errors") is { Kind: NodeKind.List } errors ? errors.Items : [])
        {
            string[] parts = told.Text.Split(" \u00d7 ", 2);
            long times = parts.Length < 2 ? 0 : long.Parse(
                parts[0].Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            (most, error) = times > most ? (times, $" ({parts[1]})") : (most, error);
        }

        return error;
    }

    /// <summary>The source address that went away during the run; null when none did.</summary>
    public static string? Gone(RunDocument run) => run.Limits is { SourceGone: { Length: > 0 } gone } ? gone : null;

    /// <summary>Whether a fair part of the ports that were missing were in TIME_WAIT.</summary>
    public static bool IsTimeWait(RunDocument run) =>
        run.Limits is { TimeWait: > 0 and { } resting } limits && resting * 4 >= limits.PortsPerSource;

    /// <summary>The reason, or the errnos where it has no name of its own.</summary>
    private static string Name(string reason, RunDocument run) =>
        reason == CloseReasons.Name(CloseReason.Other) && run.Connections.OtherErrnos.Total > 0
            ? string.Join(", ", run.Connections.OtherErrnos.ByCount().Select(one => one.Key))
            : reason;

    /// <summary>
    /// The targets at which connects failed: as <see cref="Target"/>, but where some connects succeeded it may have
    /// been one of several.
    /// </summary>
    public static string FailedTarget(RunDocument run) =>
        HasWorked(run) && HasSeveral(run) ? $"one or more of {Target(run)}" : Target(run);

    /// <summary>Whether anybody answered: over UDP a socket is open without that.</summary>
    private static bool HasWorked(RunDocument run) => OwnOptions.IsDatagram(run)
        ? run.Messages is { Answered: > 0 }
        : run.Connections.Opened > 0;

    /// <summary>The target, or all of them one by one.</summary>
    private static string EachTarget(RunDocument run) => HasSeveral(run) ? $"each of {Target(run)}" : Target(run);

    public static bool HasSeveral(RunDocument run) =>
        run.Options.Find("target") is { Kind: NodeKind.List, Items.Count: > 1 };

    /// <summary>The target as the user named it: <c>10.0.0.2:7000</c>, or <c>the 3 targets</c>.</summary>
    public static string Target(RunDocument run) => run.Options.Find("target") switch
    {
        { Kind: NodeKind.Text } one => one.Text,
        { Kind: NodeKind.List, Items: [{ Kind: NodeKind.Text } only] } => only.Text,
        { Kind: NodeKind.List, Items.Count: > 1 and int count } => $"the {count} targets",
        _ => "the target",
    };
}
