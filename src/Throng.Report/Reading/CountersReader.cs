using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// What the kernel counted, the limits met and the CPU time: <c>tcp</c>, <c>network</c>, <c>limits</c> and <c>cpu</c>.
/// </summary>
internal static class CountersReader
{
    public static TcpCounters TcpOf(JsonPart part) => new()
    {
        Retransmits = part.CountOrNull("retransmits"),
        SynRetransmits = part.CountOrNull("syn_retransmits"),
        Sampled = part.Count("sampled"),
        SampledOf = part.Count("sampled_of"),
        SampledRetransmits = part.Count("sampled_retransmits"),
        SampledUnacked = part.Count("sampled_unacked"),
        Rtt = part.Latency("rtt_ns") ?? LatencySummary.Empty,
        SamplingRefused = part.TextOrNull("sampling_refused"),
        More = JsonSectionReader.Of(
            part, "retransmits", "syn_retransmits", "sampled", "sampled_of", "sampled_retransmits",
            "sampled_unacked", "rtt_ns", "sampling_refused"),
    };

    public static NetworkCounters NetworkOf(JsonPart part) => new()
    {
        ListenOverflows = part.CountOrNull("listen_overflows"),
        ListenDrops = part.CountOrNull("listen_drops"),
        SynQueueDrops = part.CountOrNull("syn_queue_drops"),
        SynQueueCookies = part.CountOrNull("syn_queue_cookies"),
        TimeWaitOverflows = part.CountOrNull("time_wait_overflows"),
        MemoryPressures = part.CountOrNull("memory_pressures"),
        MemoryAborts = part.CountOrNull("memory_aborts"),
        ConntrackDrops = part.CountOrNull("conntrack_drops"),
        ConntrackInsertFailed = part.CountOrNull("conntrack_insert_failed"),
        ConntrackEarlyDrops = part.CountOrNull("conntrack_early_drops"),
    };

    public static RunLimits LimitsOf(JsonPart part) => new()
    {
        Sockets = part.Count("sockets"),
        Arithmetic = part.Text("arithmetic"),
        AcceptFailures = part.Count("accept_failures"),
        AcceptErrno = part.Text("accept_errno"),
        PortsSource = part.Text("ports_source"),
        PortsTarget = part.Text("ports_target"),
        PortsPerSource = part.Count("ports_per_source"),
        Backlog = part.CountOrNull("backlog"),
        Sysctls = part.Section("sysctls"),
    };

    /// <summary><c>busy_max</c> follows from the workers.</summary>
    public static CpuUse CpuOf(JsonPart part) => new()
    {
        UserNs = part.Count("user_ns"),
        SystemNs = part.Count("system_ns"),
        TurnNs = part.Number("turn_ns"),
        Workers = part.List("workers", worker =>
            new WorkerCpu(worker.Count("user_ns"), worker.Count("system_ns"), worker.NumberOrNaN("busy"))),
    };
}
