namespace Throng.Measurement;

/// <summary>
/// Error when fewer connections were held than asked for. Only info when the run ended while the ramp-up went on, or
/// when those that are missing rest, closed by a server that closes what is idle: then nobody's limit was reached.
/// </summary>
public sealed class TargetMissed : IRule
{
    private const string GivenUpRemedy =
        "see when they timed out (series), the server's CPUs, and what drops on the way";

    public RuleNote Note { get; } = new("target-missed", "error, warning, info",
        "Fewer connections were held than asked for; info when the run ended while it still opened some, or those "
            + "missing rest.",
        "see connections.connect_failed for whose limit it was; throng doctor for this host's");

    public Finding? Judge(RunDocument run)
    {
        Connections connections = run.Connections;
        if (connections.Target is not { } target || connections.Held >= target || connections.Opened == 0)
        {
            return null;
        }

        ReasonCounts failed = connections.ConnectFailed;
        if (IsRenewing(connections) || ServerNotAnswering.HasLost(run))
        {
            return null;
        }

        string reason = Reasons.Main(failed);
        if (reason.Length == 0 && Reasons.Main(connections.Closed) == CloseReasons.Name(CloseReason.TlsFailed))
        {
            reason = CloseReasons.Name(CloseReason.TlsFailed); // in TLS 1.3 a client's certificate is refused later
        }

        bool acceptsNoMore = StoppedAccepting.IsSo(run);
        bool isStopped = reason.Length == 0 && connections.PlateauNs is null && connections.Lost == 0
            && !acceptsNoMore;
        PeerEndPattern? pattern = reason.Length == 0 ? PeerEndPattern.Find(run) : null;
        (string cause, string remedy) = acceptsNoMore
            ? (StoppedAccepting.Text(run), StoppedAccepting.Remedy)
            : TellsGivenUp(run) ? (GivenUpText(run), GivenUpRemedy)
            : pattern is not null ? ($"{pattern.Text}: {pattern.Cause}", pattern.Remedy)
            : (Reasons.Limit(reason, run), Reasons.Remedy(reason, run));
        long missing = target - connections.Held;
        string areMissing = Units.Several(missing, "connection is missing", "connections are missing");
        long resting = connections.Closed[CloseReason.IdleClosed];
        if (reason.Length == 0 && connections.Lost == 0 && missing <= resting)
        {
            return Note.Found(
                Severity.Info,
                $"{Units.Several(missing, "connections")} rested when the run ended: the server had closed "
                    + (missing == 1 ? "it" : "them") + " while nothing was asked",
                $"held {Units.Count(connections.Held)} of {Units.Count(target)}, closed idle {Units.Count(resting)}",
                "none needed: one that a query is due on is opened again");
        }

        if (isStopped && Standstill.Since(run.Series, failed) is { } sinceNs)
        {
            return Note.Found(
                Severity.Error,
                $"{areMissing}: {Standstill.Text(connections.Held, sinceNs)}",
                $"{Units.Count(connections.Held)} open and {Units.Count(run.Series[^1].Connecting)} under way for the "
                    + $"last {Units.Duration(run.Series[^1].TimeNs - sinceNs)}; none failed",
                (Reasons.HasSeveral(run)
                    ? $"one or more of {Reasons.Target(run)}, or something on the way, takes none or no more: see the "
                    : "the other end, or something on the way, takes no more: see its ")
                    + "accept queue (ss -ltn there) and the limit on connections");
        }

        return Note.Found(
            isStopped ? Severity.Info : pattern is not null && IsScheduleKept(run) ? Severity.Warning : Severity.Error,
            isStopped
                ? Units.Several(missing, "connection was", "connections were") + " not opened yet when the run ended"
                : $"{areMissing}: {cause}",
            $"held {Units.Count(connections.Held)} of {Units.Count(target)}, peak {Units.Count(connections.Peak)}, "
                + $"lost {Units.Count(connections.Lost)}; failed: {Reasons.List(failed, run)}"
                + (reason.Length > 0 && run.Connect is { } connect
                    ? $" of {Units.Several(connect.Attempts, "attempts")}" : "")
                + MissingConnections.Evidence(run) + NewFailed(run)
                + (TellsGivenUp(run)
                    ? $"; {Units.Count(run.Messages!.TimedOut)} of {Units.Count(run.Messages.Sent)} messages timed out"
                    : ""),
            isStopped ? "let it run longer, or raise --connect-rate" : remedy);
    }

    /// <summary>Whether those missing were closed by this end, for want of an answer in time: that is told here.
    /// </summary>
    internal static bool TellsGivenUp(RunDocument run) => run.Connections is { Lost: > 0, Opened: > 0 } connections
        && connections.Held < connections.Target && Reasons.Main(connections.ConnectFailed).Length == 0
        && run.Messages is { TimedOut: > 0 } && ConnectionsLost.GivenUp(run) >= connections.Lost;

    private static string GivenUpText(RunDocument run) =>
        $"this end closed {Units.Count(ConnectionsLost.GivenUp(run))} that had no answer in time "
            + $"({OwnOptions.Timeout(run)}): the server's limit, or the path's";

    private static string NewFailed(RunDocument run) => NewConnectionsFailed.IsToldWithMissing(run)
        ? $"; {Units.Several((long)(Metrics.Value(run, "monitor.new.failed") ?? 0), "new connections")} failed too "
            + $"({NewConnectionsFailed.ReasonsOf(run)})"
        : "";

    /// <summary>This end closed connections that had done their work, and all it wanted were open before: those that
    /// are missing were being opened again.</summary>
    private static bool IsRenewing(Connections connections) =>
        connections.Closed[CloseReason.Finished] >= connections.Target - connections.Held
        && connections.Peak >= connections.Target && connections.Lost == 0
        && Reasons.Main(connections.ConnectFailed).Length == 0;

    /// <summary>Where a schedule is kept, connections that come and go by the server's rule are no failure.</summary>
    private static bool IsScheduleKept(RunDocument run) => run.Rate is not null && !RateNotAchieved.IsSo(run);
}
