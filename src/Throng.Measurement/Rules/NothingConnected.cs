namespace Throng.Measurement;

/// <summary>
/// Error when connections were wanted and not one ever came to be, whether connects failed or none was begun. Beside it
/// only limits of this host are told: whatever else is missing follows from it.
/// </summary>
public sealed class NothingConnected : IRule
{
    public RuleNote Note { get; } = new("nothing-connected", "error",
        "Connects were attempted, and not one became a connection.",
        "see connections.connect_failed for the reason: nobody listens, or the path swallows packets");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        ConnectPhase connect = run.Connect!;
        return Note.Found(
            Severity.Error,
            "no connection was ever established",
            $"{Units.Several(connect.Attempts, "attempts")}: {Reasons.List(run.Connections.ConnectFailed, run)}",
            Reasons.Remedy(Reasons.Main(run.Connections.ConnectFailed), run));
    }

    /// <summary>Whether that is so: then it need not be said of what follows from it. While the run goes on, the first
    /// attempts may be about to succeed.</summary>
    internal static bool IsSo(RunDocument run) =>
        run.Connect is { } connect && run.Connections.Opened == 0 && !OwnEnd.WantsNothing(run)
            && (connect.Attempts > (run.Connections.Connecting ?? 0) || RunStates.NeverConnected(run));
}
