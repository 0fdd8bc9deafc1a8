namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the answers or more took as long as a delayed ACK, and ACKs were delayed here: the server sends
/// a small answer only when the one before is acknowledged (Nagle), and the kernel here waits some 40 ms with that.
/// </summary>
public sealed class AnswersHeldBack : IRule
{
    // TCP_DELACK_MIN is 40 ms; a busy host adds to it, and a percentile's cell.
    private const long DelayMinNs = 38 * Ns.Millisecond;
    private const long DelayMaxNs = 60 * Ns.Millisecond;
    private const double DelayedRatio = 0.01;

    public RuleNote Note { get; } = new("answers-held-back", "warning",
        "1 % of the answers or more took as long as a delayed ACK, and ACKs were delayed here.",
        "TCP_NODELAY at the server, or one query at a time on a connection: --outstanding-max 1");

    public Finding? Judge(RunDocument run)
    {
        LatencySummary? times = run.Service ?? run.Response;
        bool isSo = run.Messages is { Answered: > 0 } messages && run.Network?.DelayedAcks is { } delayed
            && delayed >= messages.Answered * DelayedRatio
            && Delay(times) is not null && times!.P50Ns < DelayMinNs;
        return !isSo ? null : Note.Found(
            Severity.Warning,
            $"1 % of the answers or more took {Units.Latency(Delay(times)!.Value)}, the time of a delayed ACK: the "
                + "server holds a small answer back until the one before is acknowledged (Nagle)",
            $"the kernel here delayed {Units.Count(run.Network!.DelayedAcks!.Value)} ACKs in this network namespace; "
                + $"service p50 {Units.Latency(times!.P50Ns!.Value)}, p99 {Units.Latency(times.P99Ns!.Value)}",
            "set TCP_NODELAY at the server, or send one query at a time on a connection: --outstanding-max 1");
    }

    /// <summary>The percentile that shows it; null: none does.</summary>
    private static long? Delay(LatencySummary? times) => times is null ? null
        : new[] { times.P99Ns, times.P95Ns, times.P90Ns }.FirstOrDefault(ns => ns is >= DelayMinNs and <= DelayMaxNs);
}
