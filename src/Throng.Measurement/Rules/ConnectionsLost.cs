namespace Throng.Measurement;

/// <summary>
/// Warning when any connection ended before the drain without this end's intention. Where connections are what is
/// offered, each of them that was lost counts as a message that was.
/// </summary>
public sealed class ConnectionsLost : IRule
{
    public RuleNote Note { get; } = new("connections-lost", "warning",
        "Connections ended before the drain by something other than this end's intention.",
        "compare when they ended with the idle timeouts of what lies between, and the server's log");

    public Finding? Judge(RunDocument run)
    {
        Connections connections = run.Connections;
        if (connections.Lost == 0 || ConnectionsDisturbed.IsSo(run)
            || connections is { Target: null } && run.Rate is not null || IsGivenUp(run))
        {
            return null;
        }

        PeerEndPattern? pattern = PeerEndPattern.Find(run);
        string lost = $"{Units.Several(connections.Lost, "connection was", "connections were")} lost";
        double ratio = (double)connections.Lost / Math.Max(1, connections.Opened);
        return Note.Found(
            Severity.Warning,
            pattern is null ? $"{lost}: ended by the path or the server" : $"{lost}: {pattern.Text}: {pattern.Cause}",
            $"{Units.Percent(ratio)} of {Units.Count(connections.Opened)} opened; closed: "
                + $"{Reasons.List(connections.Closed, run)}; {Units.Count(connections.Reconnected)} opened again"
                + (HasMessages(run)
                    ? $"; {Units.Count(run.Messages!.Lost)} of {Units.Count(run.Messages.Sent)} "
                        + $"{MessageWords.For(run).Messages} were under way on them"
                    : ""),
            Reasons.Main(connections.Closed) == CloseReasons.Name(CloseReason.TlsFailed)
                ? Reasons.Remedy(CloseReason.TlsFailed, run)
                : (pattern?.Remedy ?? "compare when they ended (series) with the idle timeouts of what lies between, "
                    + "and the server's log") + Unseen(run));
    }

    /// <summary>Whether the lost messages were those on lost connections: then they are told here.</summary>
    internal static bool HasMessages(RunDocument run) => run is
    {
        Connections: { Lost: > 0, Target: not null }, Messages: { Lost: > 0, Refused: 0 },
    };

    /// <summary>This end gave all of them up, for a server that answers nothing.</summary>
    private static bool IsGivenUp(RunDocument run) => ServerNotAnswering.HasNone(run) && run.Connections.Lost
        <= run.Connections.Closed[CloseReason.TimedOut] + run.Connections.Closed[CloseReason.PingTimeout];

    /// <summary>Whether a server has taken a connection is not seen by who sends nothing on it.</summary>
    private static string Unseen(RunDocument run) => run is { Messages: null, Command: "hold" }
        ? "; whether the others are served cannot be seen without --ping"
        : "";
}
