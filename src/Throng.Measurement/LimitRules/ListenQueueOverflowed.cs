namespace Throng.Measurement;

/// <summary>
/// Warning when a listener of this network namespace refused handshakes because one of its queues was full, and it was
/// this run's own or this run's connects met it; info where nothing says that they did. An accept
/// queue is as long as the backlog of listen(2) says and no longer than net.core.somaxconn; a queue of half-open
/// connections obeys the same, and net.ipv4.tcp_max_syn_backlog where cookies are off.
/// </summary>
public sealed class ListenQueueOverflowed : IRule
{
    private const string QueueMax = "net.core.somaxconn";
    private const string HalfOpenMax = "net.ipv4.tcp_max_syn_backlog";
    private const string Cookies = "net.ipv4.tcp_syncookies";
    private const long QueueMaxWanted = 65_535;
    private const long HalfOpenWanted = 4_096;

    public RuleNote Note { get; } = new("listen-queue-overflowed", "warning, info",
        "A listener of this network namespace refused handshakes because one of its queues was full; info where "
            + "nothing in the run's own figures shows that it was the run's.",
        "a larger --backlog and net.core.somaxconn at the server (of half-open ones, without cookies: a larger "
            + "net.ipv4.tcp_max_syn_backlog), or accept faster");

    public Finding? Judge(RunDocument run)
    {
        if (run.Network is not { } network)
        {
            return null;
        }

        long overflows = network.ListenOverflows ?? 0;
        long drops = network.ListenDrops ?? 0;
        long halfOpen = (network.SynQueueDrops ?? 0) + (network.SynQueueCookies ?? 0);
        if (overflows + drops + halfOpen <= 0)
        {
            return null;
        }

        RunLimits limits = run.Limits ?? new RunLimits();
        if (limits.Backlog is null && !OwnTrouble.IsSeen(run))
        {
            return Note.Found(
                Severity.Info,
                "a listener in this network namespace refused handshakes, and no connect of this run is seen to be one",
                $"{Units.Several(overflows, "overflows")}, {Units.Several(drops, "handshakes")} dropped; "
                    + OwnTrouble.None,
                "none needed; ss -ltn shows whose accept queue is full");
        }

        long beyondBacklog = network.SynBacklogDrops ?? 0;
        if (beyondBacklog > overflows && limits.Number(Cookies) == 0 && limits.Number(HalfOpenMax) is { } max)
        {
            return Note.Found(
                Severity.Warning,
                $"half-open connections reached three quarters of {HalfOpenMax}",
                $"{Units.Count(beyondBacklog)} SYNs dropped in this network namespace, {Units.Count(overflows)} "
                    + $"handshakes for a full accept queue; {limits.Setting(HalfOpenMax)}, so that "
                    + $"{Units.Count(HalfOpenQueue.OfUnknown(max))} at most may be half-open from peers that are not "
                    + "known yet",
                $"sysctl -w {HalfOpenMax}={Math.Max(HalfOpenWanted, 4 * max)}, or let cookies be sent: "
                    + $"sysctl -w {Cookies}=1");
        }

        bool acceptsNoMore = StoppedAccepting.IsSo(run);
        string backlog =
            limits.Backlog is { } own ? $"backlog is {Units.Count(own)}" : "the listener is not this run's";
        return Note.Found(
            Severity.Warning,
            acceptsNoMore ? $"an accept queue stayed full: {StoppedAccepting.Text(run)}"
                : overflows > 0 ? "an accept queue overflowed: the server accepts too slowly for its length, or no more"
                : halfOpen > 0 ? "a queue of half-open connections was full"
                : "a listener dropped handshakes",
            $"{Units.Several(overflows, "overflows")}, {Units.Several(drops, "handshakes")} dropped, "
                + $"{Units.Count(network.SynQueueDrops ?? 0)} SYNs dropped and "
                + $"{Units.Count(network.SynQueueCookies ?? 0)} answered with a cookie in this network namespace; "
                + $"{backlog}, {limits.Setting(QueueMax)}",
            acceptsNoMore ? StoppedAccepting.Remedy : Remedy(limits));
    }

    private static string Remedy(RunLimits limits)
    {
        long allowed = limits.Number(QueueMax) ?? 0;
        string raise = $"sysctl -w {QueueMax}={Math.Max(QueueMaxWanted, allowed)}";
        return limits.Backlog switch
        {
            { } own when own < allowed => $"raise --backlog: up to {Units.Count(allowed)} is allowed",
            { } => $"{raise}, or connect more slowly",
            null => $"raise the server's backlog and {raise}, or connect more slowly",
        };
    }
}
