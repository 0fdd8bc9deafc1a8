namespace Throng.Measurement;

/// <summary>
/// Error when a run was to hold all its connections once and ended before it did, whoever ended it; silent where
/// another finding says that they are missing.
/// </summary>
public sealed class HeldMissed : IRule
{
    public RuleNote Note { get; } = new("held-missed", "error",
        "The run was to hold all its connections once (--until-held), and ended before it did.",
        "let it run longer, or raise --connect-rate");

    public Finding? Judge(RunDocument run)
    {
        bool isTold = NothingConnected.IsSo(run) || new TargetMissed().Judge(run) is { Severity: Severity.Error };
        return isTold || !RunStates.MissedHeld(run) ? null : Note.Found(
            Severity.Error,
            $"not all connections were ever held at once, and the run ended by {run.EndedBy}",
            $"held {Units.Count(run.Connections.Held)} of {Units.Count(run.Connections.Target ?? 0)}, peak "
                + Units.Count(run.Connections.Peak),
            Note.Remedy);
    }
}
