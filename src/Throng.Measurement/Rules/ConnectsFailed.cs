namespace Throng.Measurement;

/// <summary>
/// Connects that failed at the path or the server: info below 0.1 % of the attempts, warning from there, and error
/// where connections are what is offered and less than half went well. Failures for
/// want of ports, descriptors or memory are this host's and have rules of their own; cancelled ones are nobody's.
/// </summary>
public sealed class ConnectsFailed : IRule
{
    private const double WarningRatio = 0.001;

    public RuleNote Note { get; } = new("connects-failed", "error, warning, info",
        "Connects failed at the path or the server; info below 0.1 %, error where less than half of churn's "
            + "connections went well.",
        "see connections.connect_failed for the reason");

    public Finding? Judge(RunDocument run)
    {
        ReasonCounts failed = run.Connections.ConnectFailed;
        long count = RemoteOf(failed);
        if (count <= 0 || run.Connections.Opened == 0 || ConnectionsDisturbed.IsSo(run)
            || MissingConnections.TellsFailedConnects(run) || ConnectionsLost.TellsStop(run)
            || ServerNotAnswering.HasNoExchange(run) || (HasTimeouts(run) && ServerNotAnswering.IsSo(run)))
        {
            return null;
        }

        long attempts = Math.Max(count, run.Connect?.Attempts ?? 0);
        double ratio = (double)count / attempts;
        string reason = Reasons.Main(failed, onlyRemote: true);
        return Note.Found(
            HasLives(run) && ServerNotAnswering.IsMinority(run.Messages!) ? Severity.Error
                : ratio < WarningRatio ? Severity.Info : Severity.Warning,
            $"{Units.Several(count, "connects")} failed, mostly {reason}: {Reasons.Limit(reason, run)}",
            $"{Units.Percent(ratio)} of {Units.Count(attempts)} attempts: {Reasons.List(failed, run)}"
                + LaterOf(run, count),
            StoppedAccepting.IsSo(run) ? StoppedAccepting.Remedy : Reasons.Remedy(reason, run));
    }

    /// <summary>
    /// Whether connections are what is offered, and most that failed were refused: then it is told here alone. Without
    /// an answer in time they may be too many, and the rate is told too.
    /// </summary>
    internal static bool HasLives(RunDocument run) => run is
    {
        Connections: { Target: null, Opened: > 0 }, Rate: not null, Messages: { Lost: > 0 and var lost },
    }
        && Reasons.Main(run.Connections.ConnectFailed, onlyRemote: true) == CloseReasons.Name(CloseReason.Refused)
        && run.Connections.ConnectFailed[CloseReason.Refused] >= lost * Explanation.MostRatio;

    /// <summary>Whether connections are what is offered, and most that timed out did so in the connect.</summary>
    internal static bool HasTimeouts(RunDocument run) => run is
    {
        Connections: { Target: null, Opened: > 0 } connections, Rate: not null, Messages: { TimedOut: > 0 } messages,
    }
        && connections.ConnectFailed[CloseReason.ConnectTimeout] + connections.ConnectFailed[CloseReason.TlsTimeout]
            >= messages.TimedOut * Explanation.MostRatio;

    /// <summary>Evidence of lives that failed behind the connect; empty where there are none, or it is said elsewhere.
    /// </summary>
    private static string LaterOf(RunDocument run, long count) =>
        HasLives(run) && run.Messages!.Lost - count is > 0 and var later
            ? $"; {Units.Count(later)} more failed after they had been opened (closed: "
                + $"{Reasons.List(run.Connections.Closed, run)})"
            : "";

    /// <summary>Failures of the path or the server.</summary>
    private static long RemoteOf(ReasonCounts failed) => failed.Total - failed[CloseReason.Cancelled]
        - CloseReasons.All.Where(CloseReasons.IsLocal).Sum(local => failed[local]);
}
