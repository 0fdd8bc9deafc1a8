using Throng.Measurement;

namespace Throng.Report;

/// <summary>One line about a run from TCP: the run's own connections first, then the network namespace;
/// empty where nothing is known.</summary>
public static class TcpLine
{
    /// <param name="packets">Of a run without sockets: what is counted is its own.</param>
    public static string Render(TcpCounters tcp, PacketFigures? packets = null)
    {
        if (packets is not null)
        {
            long dropped = packets.ArrivalsDropped + packets.OutOfOrderDropped;
            long waited = packets.BlocksFull + packets.ChunksFull;
            return $"{Units.Several(tcp.Retransmits ?? 0, "retransmits")} of "
                + $"{Units.Several(packets.SegmentsOut, "segments")} on {packets.Interface} "
                + $"({packets.Mode}{Queues(packets)})"
                + (dropped > 0 ? $", {Units.Count(dropped)} that came dropped for want of room" : "")
                + (waited > 0 ? $", {Units.Count(waited)} requests waited for room" : "");
        }

        string sampled = tcp switch
        {
            { SamplingRefused: { } reason } => $"no facts of connections: {reason}",
            { Sampled: 0 } => "",
            _ => Sampled(tcp),
        };
        string again = tcp.Retransmits is { } retransmits
            ? $"{(sampled.Length > 0 ? "; " : "")}{Units.Several(retransmits, "retransmits")} in this network namespace"
            : "";
        again += tcp.NoRoutes is > 0 and var lost ? $", {Units.Several(lost, "packets")} without a route" : "";
        again += tcp is { Retransmits: not null, SynRetransmits: { } syns } ? $", {Units.Count(syns)} of SYNs" : "";
        return sampled + again;
    }

    private static string Queues(PacketFigures packets) => packets.Queues > 1
        ? $", {packets.Queues} queues, {Units.Several(packets.FramesPassed, "frames")} handed over"
        : "";

    private static string Sampled(TcpCounters tcp)
    {
        string rtt = tcp.Rtt is { Count: > 0, MinNs: { } minNs, P50Ns: { } p50Ns, P99Ns: { } p99Ns }
            ? $"rtt min {Units.Latency(minNs)}, p50 {Units.Latency(p50Ns)}, p99 {Units.Latency(p99Ns)}"
            : "no rtt";
        string probing = tcp.SampledProbing > 0 ? $", at most {Units.Count(tcp.SampledProbing)} probing in vain" : "";
        return $"{rtt}, {Units.Several(tcp.SampledRetransmits, "retransmits")} on "
            + $"{Units.Count(tcp.Sampled)} of {Units.Count(tcp.SampledOf)} connections{probing}";
    }
}
