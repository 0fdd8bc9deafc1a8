namespace Throng.Measurement;

/// <summary>
/// Warning when the slowest answers took as long as a delayed ACK and no longer, 1 % of them a good part of it, while
/// others came at once, and ACKs were delayed here: the server sends a small answer only when the one before is
/// acknowledged (Nagle), which the kernel here does after some 40 ms or with the next query. Where queries follow each
/// other faster than that, the median answer takes many round trips, and as long as until the next query on its
/// connection.
/// </summary>
public sealed class AnswersHeldBack : IRule
{
    // TCP_DELACK_MIN is 40 ms; a busy host adds to it.
    private const long DelayMinNs = 38 * Ns.Millisecond;
    private const long DelayMaxNs = 60 * Ns.Millisecond;
    private const long PartMinNs = 5 * Ns.Millisecond;
    private const long Slower = 10;
    private const double DelayedRatio = 0.001;

    /// <summary>A few delayed ACKs are everybody's, and hold back no share of the answers.</summary>
    private const long DelayedMin = 10;

    // The median gap of a Poisson process is 0.69 of its mean; NSD 4.6 was seen at 0.62 to 0.78.
    private const double GapsMin = 0.4;
    private const double GapsMax = 1.3;
    private const long RoundTripsMin = 20;

    /// <summary>With fewer answers the maximum stands for the slowest.</summary>
    private const long CountToTell = 1000;

    public RuleNote Note { get; } = new("answers-held-back", "warning",
        "The slowest answers took as long as a delayed ACK and no longer, and ACKs were delayed here.",
        "TCP_NODELAY at the server, one query at a time on a connection (--outstanding-max 1), or --quickack here");

    public Finding? Judge(RunDocument run)
    {
        if (run.Service is not { P50Ns: { } p50Ns, P99Ns: { } p99Ns } service || run.Messages is not { } messages
            || run.Network?.DelayedAcks is not { } delayed || delayed < DelayedMin || PeerEndPattern.WasStopped(run))
        {
            return null;
        }

        if (WaitForNextQuery(run, p50Ns, service.MaxNs ?? 0) is { } gapNs)
        {
            return Note.Found(
                Severity.Warning,
                $"half of the answers took {Units.Latency(p50Ns)} or longer, about as long as until the next query on "
                    + "their connection: the server holds a small answer back until the one before is acknowledged "
                    + "(Nagle), and the next query does that",
                $"a query on each connection every {Units.Latency(gapNs)}, round trip p50 "
                    + $"{Units.Latency(run.Tcp!.Rtt.P50Ns!.Value)}; the kernel here delayed {Units.Count(delayed)} "
                    + "ACKs in this network namespace",
                OwnOptions.AgainstNagle(run));
        }

        if (delayed < messages.Answered * DelayedRatio)
        {
            return null;
        }

        long slowestNs = (service.Count >= CountToTell ? service.P999Ns : service.MaxNs) ?? 0;
        bool isSo = slowestNs is >= DelayMinNs and <= DelayMaxNs && p99Ns >= PartMinNs
            && service.MinNs * Slower <= slowestNs;
        return !isSo ? null : Note.Found(
            Severity.Warning,
            $"answers took up to {Units.Latency(slowestNs)}, the time of a delayed ACK, and no longer: the server "
                + "holds a small answer back until the one before is acknowledged (Nagle)",
            $"the kernel here delayed {Units.Count(delayed)} ACKs in this network namespace; service p50 "
                + $"{Units.Latency(p50Ns)}, p99 {Units.Latency(p99Ns)}",
            OwnOptions.AgainstNagle(run));
    }

    /// <summary>Time between two queries on a connection, where the median answer takes about as long; null else.
    /// </summary>
    private static long? WaitForNextQuery(RunDocument run, long p50Ns, long maxNs)
    {
        if (run.Rate is not { OfferedPerSecond: > 0 } rate || run.Tcp?.Rtt.P50Ns is not { } rttNs
            || run.Connections.Held == 0)
        {
            return null;
        }

        long gapNs = (long)(run.Connections.Held / rate.OfferedPerSecond * Ns.Second);
        bool isAsLong = p50Ns >= gapNs * GapsMin && p50Ns <= gapNs * GapsMax;
        return isAsLong && p50Ns >= RoundTripsMin * rttNs && maxNs is >= DelayMinNs and <= DelayMaxNs ? gapNs : null;
    }
}
