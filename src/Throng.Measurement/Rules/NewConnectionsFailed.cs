namespace Throng.Measurement;

/// <summary>
/// Warning when a new connection that monitor tried beside the lasting ones came to nothing; not when all of them did
/// while lasting ones were disturbed, which is said there.
/// </summary>
public sealed class NewConnectionsFailed : IRule
{
    public RuleNote Note { get; } = new("new-connections-failed", "warning",
        "A new connection that monitor tried beside the lasting ones came to nothing.",
        "refused: nobody listened; timeout: the path swallowed packets");

    public Finding? Judge(RunDocument run)
    {
        if (Metrics.Value(run, "monitor.new.failed") is not > 0 || ConnectionsDisturbed.HasNewFailed(run)
            || IsToldWithMissing(run))
        {
            return null;
        }

        Section tried = run.Own!["new"].Section;
        long failed = tried["failed"].Integer;
        long attempted = tried["attempted"].Integer;
        return Note.Found(
            Severity.Warning,
            $"{Units.Count(failed)} of {Units.Several(attempted, "new connections")} failed",
            ReasonsOf(run),
            "refused: nobody listened, or something answered for it; closed: somebody took them and had nobody to "
                + "serve them, as a load balancer without a server does; timeout: the path swallowed packets; compare "
                + "monitor.episodes (new_failed) with what was done to the servers then");
    }

    /// <summary>Why they failed, the commonest first.</summary>
    internal static string ReasonsOf(RunDocument run) => string.Join(
        ", ", run.Own!["new"].Section["reasons"].Section.OrderByDescending(reason => reason.Value.Integer)
            .Select(reason => $"{Units.Count(reason.Value.Integer)} {reason.Key.Replace('_', ' ')}"));

    /// <summary>Whether lasting connections are missing for the same failed connects: it is told there.</summary>
    internal static bool IsToldWithMissing(RunDocument run) => Metrics.Value(run, "monitor.new.failed") is > 0
        && !ConnectionsDisturbed.HasNewFailed(run) && MissingConnections.TellsFailedConnects(run);
}
