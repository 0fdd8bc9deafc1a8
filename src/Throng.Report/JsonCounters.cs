using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>What the kernel counted, and the limits a run met: <c>tcp</c>, <c>network</c> and <c>limits</c>.</summary>
internal static class JsonCounters
{
    public static void Write(Utf8JsonWriter json, RunDocument run)
    {
        if (run.Tcp is { } tcp)
        {
            Write(json, tcp);
        }

        if (run.Network is { } network)
        {
            Write(json, network);
        }

        if (run.Limits is { } limits)
        {
            Write(json, limits);
        }
    }

    private static void Write(Utf8JsonWriter json, TcpCounters tcp)
    {
        json.WriteStartObject("tcp");
        JsonSection.WriteNumber(json, "retransmits", tcp.Retransmits);
        JsonSection.WriteNumber(json, "syn_retransmits", tcp.SynRetransmits);
        json.WriteNumber("sampled", tcp.Sampled);
        json.WriteNumber("sampled_of", tcp.SampledOf);
        json.WriteNumber("sampled_retransmits", tcp.SampledRetransmits);
        json.WriteNumber("sampled_unacked", tcp.SampledUnacked);
        JsonSection.WriteLatency(json, "rtt_ns", tcp.Rtt);
        json.WriteString("sampling_refused", tcp.SamplingRefused);
        JsonSection.WriteEntries(json, tcp.More);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NetworkCounters network)
    {
        json.WriteStartObject("network");
        JsonSection.WriteNumber(json, "listen_overflows", network.ListenOverflows);
        JsonSection.WriteNumber(json, "listen_drops", network.ListenDrops);
        JsonSection.WriteNumber(json, "syn_queue_drops", network.SynQueueDrops);
        JsonSection.WriteNumber(json, "syn_queue_cookies", network.SynQueueCookies);
        JsonSection.WriteNumber(json, "time_wait_overflows", network.TimeWaitOverflows);
        JsonSection.WriteNumber(json, "memory_pressures", network.MemoryPressures);
        JsonSection.WriteNumber(json, "memory_aborts", network.MemoryAborts);
        JsonSection.WriteNumber(json, "conntrack_drops", network.ConntrackDrops);
        JsonSection.WriteNumber(json, "conntrack_insert_failed", network.ConntrackInsertFailed);
        JsonSection.WriteNumber(json, "conntrack_early_drops", network.ConntrackEarlyDrops);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RunLimits limits)
    {
        json.WriteStartObject("limits");
        json.WriteNumber("sockets", limits.Sockets);
        json.WriteString("arithmetic", limits.Arithmetic);
        json.WriteNumber("accept_failures", limits.AcceptFailures);
        json.WriteString("accept_errno", limits.AcceptErrno);
        json.WriteString("ports_source", limits.PortsSource);
        json.WriteString("ports_target", limits.PortsTarget);
        json.WriteNumber("ports_per_source", limits.PortsPerSource);
        JsonSection.WriteNumber(json, "backlog", limits.Backlog);
        JsonSection.Write(json, "sysctls", limits.Sysctls);
        json.WriteEndObject();
    }
}
