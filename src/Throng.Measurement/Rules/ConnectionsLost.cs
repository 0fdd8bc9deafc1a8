namespace Throng.Measurement;

/// <summary>
/// Warning when any connection ended before the drain without this end's intention; error when less than half of the
/// messages were answered, and those lost were on such connections. Where connections are what is
/// offered, each of them that was lost counts as a message that was.
/// </summary>
public sealed class ConnectionsLost : IRule
{
    public RuleNote Note { get; } = new("connections-lost", "error, warning",
        "Connections ended before the drain by something other than this end's intention; error when less than half "
            + "of the messages were answered for it.",
        "compare when they ended with the idle timeouts of what lies between, and the server's log");

    public Finding? Judge(RunDocument run)
    {
        Connections connections = run.Connections;
        if (!IsTold(run))
        {
            return null;
        }

        PeerEndPattern? pattern = PeerEndPattern.Find(run);
        string lost = $"{Units.Several(connections.Lost, "connection was", "connections were")} lost";
        double ratio = (double)connections.Lost / Math.Max(1, connections.Opened);
        bool isWrong = connections.Closed[CloseReason.InvalidReply] >= connections.Lost * Explanation.MostRatio;
        long byPeer = connections.Closed[CloseReason.PeerClosed] + connections.Closed[CloseReason.Reset];
        return Note.Found(
            HasMessages(run) && ServerNotAnswering.IsMinority(run.Messages!) ? Severity.Error : Severity.Warning,
            pattern is not null ? $"{lost}: {pattern.Text}: {pattern.Cause}"
                : byPeer >= connections.Lost ? $"{lost}: ended by the peer"
                : isWrong ? $"{lost}: ended here, for what came on them was not what was asked for"
                : $"{lost}: ended by the path or the server",
            $"{Units.Percent(ratio)} of {Units.Count(connections.Opened)} opened; closed: "
                + $"{Reasons.Losses(run)}; {Units.Count(connections.Reconnected)} opened again"
                + (HasMessages(run)
                    ? $"; {Units.Count(run.Messages!.Lost)} of {Units.Count(run.Messages.Sent)} "
                        + $"{MessageWords.For(run).Messages} were under way on them"
                    : "")
                + Meanwhile(run),
            Reasons.Main(connections.Closed) == CloseReasons.Name(CloseReason.TlsFailed)
                ? Reasons.Remedy(CloseReason.TlsFailed, run)
                : isWrong ? "check what listens there, and what lies between"
                : (pattern?.Remedy ?? "compare when they ended (series) with what was done at the server and between, "
                    + "with idle timeouts there, and with the server's log") + Unseen(run));
    }

    /// <summary>Whether lost connections are told here.</summary>
    internal static bool IsTold(RunDocument run) => run.Connections is { Lost: > 0 } connections
        && !ConnectionsDisturbed.IsSo(run) && !(connections.Target is null && run.Rate is not null)
        && !IsGivenUp(run) && !ServerNotAnswering.HasLost(run) && !ServerNotAnswering.HasNoExchange(run);

    /// <summary>Whether they went away with a server that was stopped: what was refused then is told here.</summary>
    internal static bool TellsStop(RunDocument run) => IsTold(run) && PeerEndPattern.WasStopped(run);

    /// <summary>Whether the lost messages were those on lost connections: then they are told here.</summary>
    internal static bool HasMessages(RunDocument run) => IsTold(run) && run.Messages is { Lost: > 0, Refused: 0 };

    /// <summary>Whether queries that waited did so for connections that were lost with a server that was stopped.
    /// </summary>
    internal static bool ExplainsWait(RunDocument run) => TellsStop(run) && run.Messages is { TimedOut: 0, NotSent: 0 };

    /// <summary>Lost connections that this end closed, because an answer was not there in time.</summary>
    internal static long GivenUp(RunDocument run) => run.Connections.Closed[CloseReason.PingTimeout]
        + (run.Command is "bench" or "monitor" ? run.Connections.Closed[CloseReason.ReplyTimeout] : 0);

    /// <summary>
    /// Whether this end gave up all of them: for a server that answers nothing, or for messages that timed out, which
    /// is told there.
    /// </summary>
    private static bool IsGivenUp(RunDocument run)
    {
        Connections connections = run.Connections;
        return (ServerNotAnswering.HasNone(run) && connections.Lost
                <= connections.Closed[CloseReason.TimedOut] + connections.Closed[CloseReason.ReplyTimeout]
                    + connections.Closed[CloseReason.PingTimeout])
            || (run.Messages is { TimedOut: > 0 } && connections.Lost <= GivenUp(run));
    }

    /// <summary>Counts of what came of a server that was stopped.</summary>
    private static string Meanwhile(RunDocument run)
    {
        if (!TellsStop(run))
        {
            return "";
        }

        string failed = MissingConnections.TellsFailedConnects(run)
            ? ""
            : $"; connects failed meanwhile: {Reasons.List(run.Connections.ConnectFailed, run)}";
        string waited = ExplainsWait(run) && run.Own?.Integer("held_back") is > 0 and var held
            ? $"; {Units.Count(held)} waited for their connection"
            : "";
        return failed + waited;
    }

    /// <summary>Whether a server has taken a connection is not seen by who sends nothing on it.</summary>
    private static string Unseen(RunDocument run) => run is { Messages: null, Command: "hold" }
        ? "; whether the others are served cannot be seen without --ping"
        : "";
}
