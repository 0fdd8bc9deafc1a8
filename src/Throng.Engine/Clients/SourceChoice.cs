using Throng.Linux;

namespace Throng.Engine;

/// <summary>The source ports of a load, and how its connections get them.</summary>
/// <param name="Ports">Ports of all workers.</param>
/// <param name="IsEverySecond">They are every second one of the host's ephemeral ports.</param>
internal sealed record SourceChoice(PortSpan Ports, SourceBinding Binding, bool IsEverySecond = false)
{
    /// <summary>Each socket is bound to its port, which the kernel is not left to look up.</summary>
    public bool BindsPorts => Binding is SourceBinding.AddressAndPort or SourceBinding.Exclusive;

    /// <summary>
    /// Ports of addresses that are not the kernel's: all but those of well-known services, and none is reserved.
    /// Those of the targets are left out unless they were named: an echo without sockets would take such a packet for
    /// another echo's.
    /// </summary>
    public static SourceChoice OfPackets(LoadSpec load)
    {
        HashSet<int> left = [];
        for (int target = 0; target < load.Targets.Count && load.SourcePorts is null; target++)
        {
            _ = left.Add(load.Targets[target].Port);
        }

        PortRange range = load.SourcePorts ?? new PortRange(PacketSpec.FirstPort, ushort.MaxValue);
        return new SourceChoice(PortSpan.From(range.Low, range.High, left.Contains), SourceBinding.AddressAndPort);
    }

    /// <summary>
    /// Binds the ports where TIME_WAIT would otherwise keep them out of use for long, or leave too few of them: one
    /// that is bound is used again at once, which TCP timestamps make safe. While it is bound, and in TIME_WAIT, the
    /// kernel gives it to no connect of another program, whoever the target is. So of the host's own range these are
    /// every second one; a load that wants more connections than fit there binds none, unless its ports were named.
    /// </summary>
    public static SourceChoice Decide(LoadSpec load, HostFacts host)
    {
        PortSpan ports = Setup.SourcePorts(host, load.SourcePorts);
        if (load.Socket.Transport == Transport.Datagram)
        {
            return new SourceChoice(ports, SourceBinding.Exclusive);
        }

        SourceChoice usual = new(ports, Setup.Binding(host, load.Sources, load.SourcePorts));
        if (usual.BindsPorts || !host.HasTimestamps || !IsLimited(load, host, ports))
        {
            return usual;
        }

        bool isEverySecond = load.SourcePorts is null;
        PortSpan bound = isEverySecond && ports.Count > 0 ? ports.EverySecond(host.LocalPorts.Low) : ports;
        return load.Connections <= Pairs(load, bound)
            ? new SourceChoice(bound, SourceBinding.AddressAndPort, isEverySecond)
            : usual;
    }

    /// <summary>
    /// Whether TIME_WAIT is a limit. A server of the run's own listens on as many ports as are needed instead.
    /// </summary>
    private static bool IsLimited(LoadSpec load, HostFacts host, PortSpan ports)
    {
        if (load.OwnTurnover is not { } turnover || load.Targets.Count == 0)
        {
            return false;
        }

        double holdSeconds = TurnoverLimit.HoldSeconds(host, load.IsLoopback, bindsPorts: false);
        double most = Math.Max(turnover.Pairs(holdSeconds), turnover.SearchMaxPerSecond * holdSeconds);
        return holdSeconds >= TurnoverLimit.TimeWaitSeconds || most > Pairs(load, ports);
    }

    private static long Pairs(LoadSpec load, PortSpan ports) =>
        (long)ports.Count * Math.Max(1, load.Sources.Count) * load.Targets.Count;
}
