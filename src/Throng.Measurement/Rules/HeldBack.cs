namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the queries or more waited for their connection, which was full or not open, and that shows: in
/// a lag that would else be the generator's (see <see cref="GeneratorLate"/>), or in a rate below 99 % of what was
/// offered. With fewer, the p99 of the lag is not theirs; with a worker that had no CPU time left, the wait is the
/// generator's own.
/// </summary>
public sealed class HeldBack : IRule
{
    private const double HeldRatio = 0.01;

    public RuleNote Note { get; } = new("held-back", "warning",
        "1 % of the queries or more waited for their connection, full or not open.",
        "more connections, or a server that answers faster");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run) || ServerNotAnswering.IsSo(run))
        {
            return null;
        }

        Messages messages = run.Messages!;
        long held = CountOf(run);
        string lag = run.Lag is { P99Ns: { } p99Ns }
            ? $"; lag p99 {Units.Latency(p99Ns)}, max {Units.Latency(run.Lag.MaxNs ?? 0)}"
            : "";
        return Note.Found(
            Severity.Warning,
            $"{Units.Count(held)} of {Units.Count(messages.Offered)} queries waited for their connection, which was "
                + "full or not open",
            $"{Units.Percent((double)held / messages.Offered)}; {Units.Count(messages.NotSent)} not sent, "
                + $"{Units.Count(run.Connections.Lost)} connections lost{lag}{Pauses.Evidence(run)}",
            PeerEndPattern.Find(run)?.Remedy
                ?? "use more connections (-c), or a larger --outstanding-max if the server takes it; if connections "
                + "were not open, see connections.closed and connections.connect_failed");
    }

    /// <summary>Whether that is so: then the lag is not the generator's.</summary>
    internal static bool IsSo(RunDocument run) => run.Messages is { Offered: > 0 } messages
        && CountOf(run) >= messages.Offered * HeldRatio
        && (GeneratorLate.HasLag(run) || RateNotAchieved.IsSo(run))
        && GeneratorBusy.EvidenceOf(run) is null;

    private static long CountOf(RunDocument run) => run.Own?.Integer("held_back") ?? 0;
}
