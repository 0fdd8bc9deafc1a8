namespace Throng.Measurement;

/// <summary>Error when connects were attempted and not one ever succeeded.</summary>
public sealed class NothingConnected : IRule
{
    public RuleNote Note { get; } = new("nothing-connected", "error",
        "Connects were attempted, and not one became a connection.",
        "see connections.connect_failed for the reason: nobody listens, or the path swallows packets");

    public Finding? Judge(RunDocument run)
    {
        if (run.Connect is not { Attempts: > 0 } connect || run.Connections.Opened > 0)
        {
            return null;
        }

        return Note.Found(
            Severity.Error,
            "no connection was ever established",
            $"{Units.Several(connect.Attempts, "attempts")}: {Reasons.List(run.Connections.ConnectFailed, run)}",
            Reasons.Remedy(Reasons.Main(run.Connections.ConnectFailed), run));
    }
}
