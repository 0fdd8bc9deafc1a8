using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The limits, in the order in which they are shown.</summary>
public static class AllLimits
{
    public static IReadOnlyList<Func<HostFacts, LoadPlan, LimitRow?>> InOrder { get; } =
    [
        PortsLimit.Judge,
        PortsLimit.Reserved,
        TurnoverLimit.Judge,
        DescriptorsLimit.Judge,
        DescriptorsLimit.Highest,
        FilesLimit.Judge,
        MemoryLimit.Judge,
        MemoryLimit.OfGroup,
        AddressSpaceLimit.Judge,
        TcpMemoryLimit.Judge,
        ConntrackLimit.Judge,
        QueueLimit.Accept,
        QueueLimit.Syn,
        QueueLimit.Cookies,
        ClosingLimit.Orphans,
        ClosingLimit.TimeWait,
        ClosingLimit.Reuse,
        UringLimit.Judge,
        ThreadsLimit.Judge,
        ThreadsLimit.OfGroup,
        CpuLimit.Judge,
        CpuLimit.OfGroup,
    ];

    /// <summary>
    /// Limits of connections that are no sockets: of what the kernel gives them, only memory, CPUs and an interface.
    /// </summary>
    public static IReadOnlyList<Func<HostFacts, LoadPlan, LimitRow?>> OfPackets { get; } =
    [
        PortsLimit.Judge,
        InterfaceLimit.Judge,
        ControlBlockLimit.Judge,
        MemoryLimit.Judge,
        MemoryLimit.OfGroup,
        AddressSpaceLimit.Judge,
        ThreadsLimit.Judge,
        ThreadsLimit.OfGroup,
        CpuLimit.Judge,
        CpuLimit.OfGroup,
    ];

    /// <summary>Every limit that says something of this host and this plan, with the sums first.</summary>
    public static Examination Examine(HostFacts host, LoadPlan plan)
    {
        IReadOnlyList<Func<HostFacts, LoadPlan, LimitRow?>> limits = plan.Engine.IsPacket ? OfPackets : InOrder;
        LimitRow[] rows = [.. limits.Select(limit => limit(host, plan)).OfType<LimitRow>()];
        return new Examination(plan.Subject, plan.Connections, [.. Arithmetic(host, plan)], rows)
        {
            Each = plan.Role == PlanRole.Any ? "from one source address to one target" : "",
        };
    }

    private static IEnumerable<ArithmeticLine> Arithmetic(HostFacts host, LoadPlan plan)
    {
        if (plan.IsClient)
        {
            yield return new ArithmeticLine("addresses", plan.AddressArithmetic);
        }

        if (plan.Packets is { } packets)
        {
            yield return new ArithmeticLine("interface", packets.Described);
            if (plan.Capacity.Workers is > 1 and var queues)
            {
                yield return new ArithmeticLine(
                    "queues",
                    $"{queues} × ({Units.Bytes(XskPort.MemoryBytes)} of frames + "
                        + $"{Units.Bytes(SharedPorts.InboundBytesFor(queues))} for those that others hand over)");
            }
        }
        else if (TurnoverLimit.Sum(host, plan) is { } turnover)
        {
            yield return new ArithmeticLine("turnover", turnover);
        }

        if (plan.Connections is { } connections)
        {
            yield return new ArithmeticLine(
                plan.Engine.IsPacket ? "room" : "sockets",
                $"{Units.Count(plan.Sockets)} needed, {Units.Count(plan.Capacity.Sockets)} possible: "
                    + plan.Capacity.Arithmetic);
        }

        long counted = plan.Connections ?? 1_000_000;
        long sockets = plan.SocketsOf(counted);
        yield return new ArithmeticLine(
            "memory",
            $"{Units.Count(sockets)} × {plan.OwnBytes} B = {Units.Bytes(sockets * (double)plan.OwnBytes)} here, "
                + (plan.Engine.IsPacket
                    ? "none in the kernel"
                    : $"about {Units.Bytes(sockets * (double)plan.KernelBytes)} in the kernel"));
    }
}
