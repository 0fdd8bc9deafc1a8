namespace Throng.Measurement;

/// <summary>
/// Signs in a run's own figures that its connects or messages met what the kernel counted. The kernel counts for a
/// whole network namespace, so without such a sign a counter may well be of other programs there.
/// </summary>
internal static class OwnTrouble
{
    /// <summary>A SYN or segment that was dropped is sent again after a second; a little less is as good a sign.
    /// </summary>
    private const long SentAgainNs = 900 * Ns.Millisecond;

    /// <summary>Words for the evidence of a finding that has none.</summary>
    public const string None = "nothing in this run's own figures shows it: it may be another program's";

    /// <summary>Whether handshakes or messages of this run were dropped or held up.</summary>
    public static bool IsSeen(RunDocument run)
    {
        Connections connections = run.Connections;
        ReasonCounts failed = connections.ConnectFailed;
        return failed[CloseReason.ConnectTimeout] + failed[CloseReason.Reset] + failed[CloseReason.TimedOut] > 0
            || connections.Closed[CloseReason.TimedOut] + connections.Closed[CloseReason.ReplyTimeout]
                + connections.Unserved > 0
            || (connections.Target is { } target && connections.Held < target)
            || run.Connect?.Latency.MaxNs >= SentAgainNs
            || run.Response?.MaxNs >= SentAgainNs
            || run.Messages is { TimedOut: > 0 };
    }
}
