namespace Throng.Measurement;

/// <summary>
/// Warning when half of the connections of churn or more ended in order without a byte where some were expected: after
/// a half-close that something between takes for the end, or at a server that answers nothing of its own. Error when
/// less than half ended well.
/// </summary>
public sealed class LivesEmpty : IRule
{
    private const double MostRatio = 0.5;

    public RuleNote Note { get; } = new("lives-empty", "error, warning",
        "Half of the connections of churn or more ended in order without a byte of the answer they expected; error "
            + "when less than half ended well.",
        "--life requests does not half-close; proxy_half_close on makes nginx pass it on");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        long empty = EmptyOf(run);
        long begun = run.Messages!.Sent;
        string after = run.Own!.Find("close_ns") is { Kind: NodeKind.Latency, Latency.P50Ns: { } closeNs }
            ? $" {Units.Latency(closeNs)} after it was sent (median)"
            : "";
        return Note.Found(
            ServerNotAnswering.IsMinority(run.Messages) ? Severity.Error : Severity.Warning,
            $"{Units.Count(empty)} of {Units.Count(begun)} connections ended empty behind this side's FIN: something "
                + "between may end a connection at a half-close, or the server has nothing to answer",
            $"the other end closed in order{after}, without a byte",
            "use --life requests, which does not half-close (an echo server answers it); for nginx stream set "
                + "proxy_half_close on; throng serve --mode exchange answers this life");
    }

    /// <summary>Whether that is so: then it is not a server that does not answer.</summary>
    internal static bool IsSo(RunDocument run) =>
        run.Messages is { Sent: > 0 } messages && EmptyOf(run) >= messages.Sent * MostRatio;

    private static long EmptyOf(RunDocument run) =>
        run is { Command: "churn", Own: { } own } && own.Find("outcomes") is { Kind: NodeKind.Section } outcomes
            ? outcomes.Section.Integer("empty")
            : 0;
}
