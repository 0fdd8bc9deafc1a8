namespace Throng.Measurement;

/// <summary>Doings of this end, or of the person before it: none of that is the server's or the path's.</summary>
internal static class OwnEnd
{
    private static readonly CloseReason[] Ended = [CloseReason.Drained, CloseReason.Cancelled];

    /// <summary>
    /// Messages that were under way when this end closed their connections, and no others were lost; 0 where any was
    /// refused, or lost with a connection that something else ended.
    /// </summary>
    public static long Cut(RunDocument run) => run.Messages is { } messages && LostOf(messages) is > 0 and var lost
        && messages.Refused == 0 && run.Connections.Lost == 0
        && run.Connections.Closed.ByCount().All(count => CloseReasons.IsOwn(CloseReasons.Find(count.Key)))
        && Reasons.Main(run.Connections.ConnectFailed).Length == 0
        && Ended.Any(reason => run.Connections.Closed[reason] + run.Connections.ConnectFailed[reason] > 0)
            ? lost
            : 0;

    /// <summary>Lost messages that had no answer at all: invalid ones are told as such.</summary>
    public static long LostOf(Messages messages) => messages.Lost - messages.Invalid;

    /// <summary>Whether a rate was missed for what was cut short at the end.</summary>
    public static bool ExplainsRate(RunDocument run) => Cut(run) is > 0 and var cut
        && cut >= (run.Messages!.Offered - run.Messages.Answered) * Explanation.MostRatio;

    /// <summary>Whether connections were lowered by the person (<c>set</c>), and that left messages unsent.</summary>
    public static bool LoweredRate(RunDocument run) => run.Connections.Closed[CloseReason.Lowered] > 0
        && run.Messages is { NotSent: > 0 } messages && messages.Answered >= messages.Sent * Explanation.MostRatio
        && run.Connections.Lost == 0 && Reasons.Main(run.Connections.ConnectFailed).Length == 0;

    /// <summary>Whether nothing was connected because the person wanted nothing any more.</summary>
    public static bool WantsNothing(RunDocument run) => run.Connections is { Target: 0, Opened: 0 } connections
        && connections.ConnectFailed.Total == connections.ConnectFailed[CloseReason.Cancelled];
}
