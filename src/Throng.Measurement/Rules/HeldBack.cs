namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the queries or more waited for their connection, which was full or not open, and that shows: one
/// in ten of them waited more than 1 ms, or the rate is below 99 % of what was offered. With a worker that had no CPU
/// time left, the wait is the generator's own.
/// </summary>
public sealed class HeldBack : IRule
{
    private const double HeldRatio = 0.01;
    private const long ShowsNs = Ns.Millisecond;

    public RuleNote Note { get; } = new("held-back", "warning",
        "1 % of the queries or more waited for their connection, full or not open.",
        "more connections, or a server that answers faster");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run) || ServerNotAnswering.IsSo(run) || MissingConnections.ExplainRate(run)
            || ConnectionsLost.ExplainsWait(run))
        {
            return null;
        }

        Messages messages = run.Messages!;
        long held = CountOf(run);
        LatencySummary? waited = WaitOf(run) ?? run.Lag;
        string wait = waited is { P50Ns: { } p50Ns, P99Ns: { } p99Ns, MaxNs: { } maxNs }
            ? $"; waited p50 {Units.Latency(p50Ns)}, p99 {Units.Latency(p99Ns)}, max {Units.Latency(maxNs)}"
            : "";
        return Note.Found(
            Severity.Warning,
            $"{Units.Count(held)} of {Units.Count(messages.Offered)} queries waited for their connection, which was "
                + "full or not open",
            $"{Units.Percent((double)held / messages.Offered)}; {Units.Count(messages.NotSent)} not sent, "
                + $"{Units.Several(run.Connections.Lost, "connections")} lost{wait}{Pauses.Evidence(run)}",
            PeerEndPattern.Find(run)?.Remedy
                ?? "use more connections (-c), or a larger --outstanding-max if the server takes it; if connections "
                + "were not open, see connections.closed and connections.connect_failed");
    }

    /// <summary>Whether that is so: then the lag is not the generator's.</summary>
    internal static bool IsSo(RunDocument run) => run.Messages is { Offered: > 0 } messages
        && CountOf(run) >= messages.Offered * HeldRatio
        && (HasWaited(run) || RateNotAchieved.IsSo(run))
        && GeneratorBusy.EvidenceOf(run) is null;

    /// <summary>In older documents the wait is part of the lag.</summary>
    private static bool HasWaited(RunDocument run) => WaitOf(run) is { } wait
        ? wait.P90Ns > ShowsNs
        : Meanings.Of(run) < Meanings.LagIsOwn && GeneratorLate.HasLag(run);

    private static LatencySummary? WaitOf(RunDocument run) =>
        run.Own?.Find("held_back_ns") is { Kind: NodeKind.Latency } node ? node.Latency : null;

    private static long CountOf(RunDocument run) => run.Own?.Integer("held_back") ?? 0;
}
