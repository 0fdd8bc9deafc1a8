using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Source ports: each source address reaches each target once from each of them.</summary>
public static class PortsLimit
{
    private const string Widest = "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"";
    private const int WidestPorts = 65_535 - 1024 + 1;

    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (!plan.IsClient)
        {
            return null;
        }

        string setting = plan.OwnPorts ? "--source-ports" : Sysctl.LocalPorts;
        bool isWidest = plan.OwnPorts || host.LocalPorts.Count >= WidestPorts;
        LimitRow row = Remaining.Row("ports", setting, plan.PortsPerSource) with
        {
            Connections = plan.AddressPairs,
            Command = isWidest ? "" : Widest,
            Note = (plan.OwnPorts ? "" : $"{host.LocalPorts.Low}-{host.LocalPorts.High}"
                + (plan.EverySecondPort ? ", every second one" : "") + "; ")
                + "each source address reaches each target once from each port",
        };
        if (plan.Role == PlanRole.Both)
        {
            return row with { Connections = null, Note = "the run listens on as many ports as it needs" };
        }

        if (plan.Connections is not { } connections)
        {
            return row;
        }

        long pairs = (long)plan.Sources * plan.Targets;
        long needed = (connections + pairs - 1) / Math.Max(1, pairs);
        bool helpsToWiden = !isWidest && needed <= WidestPorts;
        long more = (connections + plan.PortsPerSource - 1) / Math.Max(1, plan.PortsPerSource);
        bool isUneven = connections > plan.AddressPairs && connections <= pairs * plan.PortsPerSource;
        string ways = isUneven
            ? $"use {(plan.Engine.IsPacket ? "--queues" : "--threads")} 1, which has all ports"
            : $"use {Units.Count(more)} pairs of --source address and --target port (now {Units.Count(pairs)})";
        row = row with
        {
            Needs = Units.Count(needed),
            NeedsNumber = needed,
            State = LimitRow.StateOf(connections, plan.AddressPairs),
            Remedy = helpsToWiden ? $"{ways}, or widen the range: {Widest}" : ways,
            Command = helpsToWiden || isWidest ? row.Command : "",
        };
        return row with
        {
            Sentence = row.State switch
            {
                LimitState.TooSmall => plan.AddressesMissing(connections),
                LimitState.Near => $"{Units.Count(connections)} connections use nearly every address pair: "
                    + plan.AddressArithmetic,
                _ => "",
            },
            Note = row.State == LimitState.TooSmall ? ways : row.Note,
        };
    }

    /// <summary>Ports of the range that are kept out of it.</summary>
    public static LimitRow? Reserved(HostFacts host, LoadPlan plan)
    {
        if (!plan.IsClient || plan.OwnPorts)
        {
            return null;
        }

        long inRange = 0;
        for (int port = host.LocalPorts.Low; port <= host.LocalPorts.High; port++)
        {
            inRange += host.ReservedPorts.Any(range => range.Contains(port)) ? 1 : 0;
        }

        string has = host.ReservedPorts.Count == 0 ? "none" : $"{Units.Count(inRange)} of the range";
        return new LimitRow("reserved", Sysctl.ReservedPorts, has) { HasNumber = inRange };
    }
}
