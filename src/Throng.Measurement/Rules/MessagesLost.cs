namespace Throng.Measurement;

/// <summary>Warning when any message was under way on a connection that ended, or was refused.</summary>
public sealed class MessagesLost : IRule
{
    public RuleNote Note { get; } = new("messages-lost", "warning",
        "Messages were under way on a connection that ended, or datagrams were refused.",
        "see why connections ended (connections.closed), and the server's log");

    public Finding? Judge(RunDocument run)
    {
        if (run.Messages is not { Lost: > 0 } messages || LivesEmpty.IsSo(run)
            || ConnectionsDisturbed.IsSo(run) || ConnectionsLost.HasMessages(run) || ConnectsFailed.HasLives(run))
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        string refused = messages.Refused > 0
            ? $"{Units.Count(messages.Refused)} of them refused, by ICMP or by this host"
            : "";
        return Note.Found(
            Severity.Warning,
            $"{Units.Several(messages.Lost, words.Messages)} "
                + (refused.Length > 0 ? $"{Units.Were(messages.Lost)} lost: {refused}" : words.LostHow(messages.Lost)),
            $"{Units.Percent((double)messages.Lost / Math.Max(1, messages.Sent))} of {Units.Count(messages.Sent)} "
                + $"{words.Sent}; connections closed: {Reasons.List(run.Connections.Closed, run)}",
            refused.Length > 0 ? Reasons.Remedy(CloseReason.Refused, run)
                : Reasons.Main(run.Connections.Closed) == CloseReasons.Name(CloseReason.TlsFailed)
                    ? Reasons.Remedy(CloseReason.TlsFailed, run)
                : PeerEndPattern.Find(run)?.Remedy
                    ?? "see why connections ended (connections.closed), and the server's log");
    }
}
