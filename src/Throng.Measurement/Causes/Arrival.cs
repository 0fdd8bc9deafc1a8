namespace Throng.Measurement;

/// <summary>Whether messages without an answer arrived, by what TCP says: what is not acknowledged is sent again.
/// </summary>
internal static class Arrival
{
    /// <summary>Segments with bytes that were sent again.</summary>
    public static long SentAgain(RunDocument run) => OwnOptions.IsDatagram(run) ? 0 : Math.Max(
        (run.Tcp?.Retransmits ?? 0) - (run.Tcp?.SynRetransmits ?? 0), run.Tcp?.SampledRetransmits ?? 0);

    /// <summary>
    /// Datagrams that nobody took on this host, where they may be the answers that are missing: those from elsewhere
    /// than asked. 0 where they are too few.
    /// </summary>
    public static long FromElsewhere(RunDocument run) => OwnOptions.IsDatagram(run)
        && run is { Messages: { TimedOut: > 0 } messages, Network.UdpNoPorts: { } strays }
        && strays >= messages.TimedOut / 2.0
            ? strays
            : 0;

    /// <summary>Words behind the evidence of messages that had no answer; none where nothing was sent again.</summary>
    public static string Words(RunDocument run)
    {
        if (run.Tcp is { NoRoutes: > 0 and { } lost } && !OwnOptions.IsDatagram(run))
        {
            return $"; {Units.Several(lost, "packets")} found no route on this host";
        }

        if (FromElsewhere(run) is > 0 and var strays)
        {
            return $"; {Units.Several(strays, "datagrams")} came to this host that nobody took (network.udp_no_ports)";
        }

        long again = SentAgain(run);
        return again == 0 ? ""
            : $"; {Units.Several(again, "segments")} {Units.Were(again)} sent again: what left here was not "
                + "acknowledged, so it was dropped on the way, or what came back was";
    }

    /// <summary>Places to look at then; none where nothing was sent again.</summary>
    public static string Remedy(RunDocument run) => run.Tcp is { NoRoutes: > 0 } && !OwnOptions.IsDatagram(run)
        ? "; see what became of the route: ip route get ADDRESS"
        : FromElsewhere(run) > 0
            ? "; see who sends them (tcpdump): a server with several addresses, or a path that changes one way only"
        : SentAgain(run) == 0 ? ""
        : "; a firewall that has forgotten the connection, or drops large packets (try a smaller "
            + "--size), drops them on the way";
}
