namespace Throng.Measurement;

/// <summary>Warning when any message had no answer in time; not when hardly any had one, which is said as a whole.
/// </summary>
public sealed class MessagesTimedOut : IRule
{
    public RuleNote Note { get; } = new("messages-timed-out", "warning", "Messages had no answer in time.",
        "see the slowest answers (service.max), the server's CPUs, and the retransmits");

    public Finding? Judge(RunDocument run)
    {
        if (run.Messages is not { TimedOut: > 0 } messages || ServerNotAnswering.IsSo(run)
            || AnswersMalformed.IsMost(run)
            || FewServed.IsSo(run) || ConnectionsDisturbed.IsSo(run) || ConnectsFailed.HasTimeouts(run)
            || TargetMissed.TellsGivenUp(run))
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        string late = messages.Late > 0 ? $"; {Units.Count(messages.Late)} answered late" : "";
        string never = words.HasLateAnswers && run.Connections.Unserved is > 0 and var unserved
            ? $"; {Units.Several(unserved, "connections")} had had no answer before"
            : "";

        // Response times have those of what was given up among them; service times of queries are of answers alone.
        string slowest = words.HasLateAnswers && run.Service is { MaxNs: { } maxNs }
            ? $"; the slowest answer in time took {Units.Latency(maxNs)}"
            : "";
        return Note.Found(
            Severity.Warning,
            $"{Units.Several(messages.TimedOut, words.Messages)} {Units.Were(messages.TimedOut)} not {words.InTime}"
                + (ConnectionsLost.GivenUp(run) is > 0 and var givenUp
                    ? $", and this end closed {(givenUp == 1 ? "its connection" : "their connections")} "
                        + $"({OwnOptions.Timeout(run)})"
                    : "")
                + (HostOverloaded.IsSo(run) ? "" : ": the server's limit, or the path's"),
            $"{Units.Percent((double)messages.TimedOut / Math.Max(1, messages.Sent))} of "
                + $"{Units.Count(messages.Sent)} {words.Sent}{late}{never}{slowest}"
                + (OwnOptions.IsDatagram(run) ? Arrival.Words(run) : ""),
            "see when they timed out (series); answers that are missing for good were dropped by the server or the "
                + "path, late ones come with a longer timeout"
                + (OwnOptions.IsDatagram(run) ? Arrival.Remedy(run) : ""));
    }
}
