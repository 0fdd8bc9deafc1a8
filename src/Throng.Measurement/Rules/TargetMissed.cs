namespace Throng.Measurement;

/// <summary>
/// Error when fewer connections were held than asked for. Only info when a signal ended the run before the ramp-up
/// was over: then nobody's limit was reached.
/// </summary>
public sealed class TargetMissed : IRule
{
    public RuleNote Note { get; } = new("target-missed", "error, warning, info",
        "Fewer connections were held than asked for; info when a signal ended the ramp-up.",
        "see connections.connect_failed for whose limit it was; throng doctor for this host's");

    public Finding? Judge(RunDocument run)
    {
        Connections connections = run.Connections;
        if (connections.Target is not { } target || connections.Held >= target || connections.Opened == 0)
        {
            return null;
        }

        ReasonCounts failed = connections.ConnectFailed;
        string reason = Reasons.Main(failed);
        if (reason.Length == 0 && Reasons.Main(connections.Closed) == CloseReasons.Name(CloseReason.TlsFailed))
        {
            reason = CloseReasons.Name(CloseReason.TlsFailed); // in TLS 1.3 a client's certificate is refused later
        }

        bool isStopped = reason.Length == 0 && connections.PlateauNs is null && connections.Lost == 0
            && !StoppedAccepting.IsSo(run);
        PeerEndPattern? pattern = reason.Length == 0 ? PeerEndPattern.Find(run) : null;
        (string cause, string remedy) = StoppedAccepting.IsSo(run)
            ? (StoppedAccepting.Text(run), StoppedAccepting.Remedy)
            : pattern is not null ? ($"{pattern.Text}: {pattern.Cause}", pattern.Remedy)
            : (Reasons.Limit(reason, run), Reasons.Remedy(reason, run));
        string missing = Units.Count(target - connections.Held);
        return Note.Found(
            // Where a schedule is what counts, connections that come and go by the server's rule are no failure.
            isStopped ? Severity.Info : pattern is not null && run.Rate is not null ? Severity.Warning : Severity.Error,
            isStopped
                ? $"{missing} connections were not opened yet when the run ended"
                : $"{missing} connections are missing: {cause}",
            $"held {Units.Count(connections.Held)} of {Units.Count(target)}, peak {Units.Count(connections.Peak)}, "
                + $"lost {Units.Count(connections.Lost)}; failed: {Reasons.List(failed, run)}",
            isStopped ? "let it run longer, or raise --connect-rate" : remedy);
    }
}
