namespace Throng.Measurement;

/// <summary>
/// Connects that failed at the path or the server: info below 0.1 % of the attempts, warning from there. Failures for
/// want of ports, descriptors or memory are this host's and have rules of their own; cancelled ones are nobody's.
/// </summary>
public sealed class ConnectsFailed : IRule
{
    private const double WarningRatio = 0.001;

    public RuleNote Note { get; } = new("connects-failed", "warning, info",
        "Connects failed at the path or the server; info below 0.1 %.",
        "see connections.connect_failed for the reason");

    public Finding? Judge(RunDocument run)
    {
        ReasonCounts failed = run.Connections.ConnectFailed;
        long count = failed.Total - failed[CloseReason.Cancelled]
            - CloseReasons.All.Where(CloseReasons.IsLocal).Sum(local => failed[local]);
        if (count <= 0 || run.Connections.Opened == 0 || ConnectionsDisturbed.IsSo(run))
        {
            return null;
        }

        long attempts = Math.Max(count, run.Connect?.Attempts ?? 0);
        double ratio = (double)count / attempts;
        string reason = Reasons.Main(failed, onlyRemote: true);
        return Note.Found(
            ratio < WarningRatio ? Severity.Info : Severity.Warning,
            $"{Units.Several(count, "connects")} failed, mostly {reason}: {Reasons.Limit(reason, run)}",
            $"{Units.Percent(ratio)} of {Units.Count(attempts)} attempts: {Reasons.List(failed, run)}",
            StoppedAccepting.IsSo(run) ? StoppedAccepting.Remedy : Reasons.Remedy(reason, run));
    }
}
