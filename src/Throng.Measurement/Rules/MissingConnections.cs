namespace Throng.Measurement;

/// <summary>
/// Connections that are missing because connects failed, and what follows from that: it is told once, in <see
/// cref="TargetMissed"/>, and by no other rule.
/// </summary>
internal static class MissingConnections
{
    /// <summary>The failed connects that are told as the cause of missing ones; empty when none are.</summary>
    public static string Reason(RunDocument run)
    {
        Connections connections = run.Connections;
        return connections.Opened > 0 && connections.Held < connections.Target
            ? Reasons.Main(connections.ConnectFailed)
            : "";
    }

    /// <summary>Whether all failed connects are told there: the path's or the server's, with their number.</summary>
    public static bool TellsFailedConnects(RunDocument run) => Reason(run) is { Length: > 0 } reason
        && reason == Reasons.Main(run.Connections.ConnectFailed, onlyRemote: true);

    /// <summary>Whether a rate was missed for want of them: what could be sent was answered.</summary>
    public static bool ExplainRate(RunDocument run) => Reason(run).Length > 0
        && run.Messages is { NotSent: > 0 } messages && WaitedOf(run) >= messages.NotSent * Explanation.MostRatio
        && messages.Answered + messages.Lost >= messages.Sent * Explanation.MostRatio
        && GeneratorBusy.EvidenceOf(run) is null;

    /// <summary>Whether most of what was not sent had no connection that was open.</summary>
    public static bool ExplainUnsent(RunDocument run) => run.Messages is { NotSent: > 0 } messages
        && (run.Own?.Integer("unconnected") ?? 0) >= messages.NotSent * Explanation.MostRatio;

    /// <summary>Evidence of what was not sent for want of them; empty where nothing was.</summary>
    public static string Evidence(RunDocument run) => ExplainRate(run)
        ? $"; for want of them {Units.Count(run.Messages!.NotSent)} of {Units.Count(run.Messages.Offered)} "
            + $"{MessageWords.For(run).Messages} were not sent"
        : "";

    private static long WaitedOf(RunDocument run) =>
        (run.Own?.Integer("unconnected") ?? 0) + (run.Own?.Integer("held_back") ?? 0);
}
