using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The table of tracked connections, where the kernel has one. Both ends of a connection on one host are one entry. A
/// full table drops the SYNs of new connections.
/// </summary>
public static class ConntrackLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (host.ConntrackMax is not { } max)
        {
            return null;
        }

        // The table is there whether or not a firewall rule uses it: an empty one most likely counts for nothing.
        bool isUsed = host.ConntrackUsed > 0;
        LimitRow row = Remaining.Row("conntrack", "net.netfilter.nf_conntrack_max", max) with
        {
            Connections = isUsed ? Remaining.Of(max, host.ConntrackUsed, 1) : null,
            Note = isUsed ? $"{Units.Count(host.ConntrackUsed)} tracked now" : "nothing is tracked now",
        };
        if (plan.Connections is not { } connections)
        {
            return row with { Command = Command(max * 4.0) };
        }

        long needed = host.ConntrackUsed + connections;
        LimitState state = LimitRow.StateOf(needed, max);
        string unless = isUsed ? "" : "; nothing is tracked now, so it matters only if a firewall rule asks for it";
        return row with
        {
            Needs = Units.Count(needed),
            NeedsNumber = needed,
            IsDoubtful = !isUsed,
            State = isUsed || state == LimitState.Ok ? state : LimitState.Near,
            Command = Command(Math.Max(needed, max)),
            Sentence = state == LimitState.Ok ? "" : $"{Units.Count(connections)} connections need as many entries of "
                + $"the connection tracking table beside {Units.Count(host.ConntrackUsed)}, and it has "
                + $"{Units.Count(max)}{unless}",
        };
    }

    private static string Command(double needed) =>
        $"sysctl -w net.netfilter.nf_conntrack_max={Remaining.Rounded(needed)}";
}
