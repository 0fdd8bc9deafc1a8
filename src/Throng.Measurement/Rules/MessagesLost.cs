namespace Throng.Measurement;

/// <summary>Warning when any message was under way on a connection that ended, or was refused; info when it was this
/// end that closed them.</summary>
public sealed class MessagesLost : IRule
{
    public RuleNote Note { get; } = new("messages-lost", "error, warning, info",
        "Messages were under way on a connection that ended, or datagrams were refused; info when the end of the run "
            + "cut them short, error where less than half of churn's connections went well.",
        "see why connections ended (connections.closed), and the server's log");

    public Finding? Judge(RunDocument run)
    {
        if (run.Messages is not { } messages || OwnEnd.LostOf(messages) is not (> 0 and var lost)
            || LivesEmpty.IsSo(run) || ServerNotAnswering.IsSo(run) || ConnectionsDisturbed.IsSo(run)
            || ConnectionsLost.HasMessages(run) || ConnectsFailed.HasLives(run))
        {
            return null;
        }

        if (OwnEnd.Cut(run) > 0)
        {
            return OfOwnEnd(run, lost);
        }

        MessageWords words = MessageWords.For(run);
        string refused = RefusedOf(messages, run);
        bool isMost = run is { Rate: not null, Connections.Target: null } && ServerNotAnswering.IsMinority(messages);
        return Note.Found(
            isMost ? Severity.Error : Severity.Warning,
            $"{Units.Several(lost, words.Messages)} "
                + (refused.Length > 0 ? $"{Units.Were(lost)} lost: {refused}" : words.LostHow(lost)),
            $"{Units.Percent((double)lost / Math.Max(1, messages.Sent))} of {Units.Count(messages.Sent)} "
                + words.Sent + (refused.Length > 0 ? "" : $"; connections closed: {Reasons.Losses(run)}"),
            refused.Length > 0 ? RefusedRemedy(messages, run)
                : Reasons.Main(run.Connections.Closed) == CloseReasons.Name(CloseReason.TlsFailed)
                    ? Reasons.Remedy(CloseReason.TlsFailed, run)
                : PeerEndPattern.Find(run)?.Remedy
                    ?? "see why connections ended (connections.closed), and the server's log");
    }

    /// <summary>How many were refused, and by whom; empty when none were.</summary>
    internal static string RefusedOf(Messages messages, RunDocument run)
    {
        long other = messages.Refused - messages.NotPermitted;
        string own = messages.NotPermitted > 0
            ? $"{Units.Count(messages.NotPermitted)} of them not permitted by this host"
            : "";
        string refused = other > 0 ? $"{Units.Count(other)} of them refused at {Reasons.FailedTarget(run)}" : "";
        return own.Length > 0 && refused.Length > 0 ? $"{refused}, {own}" : refused + own;
    }

    internal static string RefusedRemedy(Messages messages, RunDocument run) => Reasons.Remedy(
        messages.NotPermitted > messages.Refused / 2 ? CloseReason.NotPermitted : CloseReason.Refused, run);

    private Finding OfOwnEnd(RunDocument run, long lost)
    {
        MessageWords words = MessageWords.For(run);
        RunEvent? abort = run.Events.LastOrDefault(happened => happened.What == RunEvent.Abort);
        return Note.Found(
            Severity.Info,
            $"{Units.Several(lost, words.Messages)} {Units.Were(lost)} under way when the run was ended here",
            $"{Units.Percent((double)lost / Math.Max(1, run.Messages!.Sent))} of {Units.Count(run.Messages.Sent)} "
                + $"{words.Sent}; closed by this end: {Reasons.List(run.Connections.Closed, run)}"
                + (abort is null ? "" : $"; {abort.What} at {Units.Duration(abort.TimeNs)}"),
            "none needed: they were given no more time for their end");
    }
}
