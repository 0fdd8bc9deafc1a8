namespace Throng.Measurement;

/// <summary>Warning when a new connection that monitor tried beside the lasting ones came to nothing.</summary>
public sealed class NewConnectionsFailed : IRule
{
    public RuleNote Note { get; } = new("new-connections-failed", "warning",
        "A new connection that monitor tried beside the lasting ones came to nothing.",
        "refused: nobody listened; timeout: the path swallowed packets");

    public Finding? Judge(RunDocument run)
    {
        if (Metrics.Value(run, "monitor.new.failed") is not > 0)
        {
            return null;
        }

        Section tried = run.Own!["new"].Section;
        long failed = tried["failed"].Integer;
        long attempted = tried["attempted"].Integer;
        IEnumerable<string> reasons = tried["reasons"].Section
            .OrderByDescending(reason => reason.Value.Integer)
            .Select(reason => $"{Units.Count(reason.Value.Integer)} {reason.Key}");
        return Note.Found(
            Severity.Warning,
            $"{Units.Count(failed)} of {Units.Count(attempted)} new connections failed",
            string.Join(", ", reasons),
            "refused: nobody listened, or something answered for it; timeout: the path swallowed packets; compare "
                + "monitor.episodes (new_failed) with what was done to the servers then");
    }
}
