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
            || FewServed.IsSo(run) || ConnectionsDisturbed.IsSo(run))
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        string late = words.HasLateAnswers ? $"; {Units.Count(messages.Late)} answered late" : "";

        // Response times have those of what was given up among them; service times of queries are of answers alone.
        string slowest = words.HasLateAnswers && run.Service is { MaxNs: { } maxNs }
            ? $"; the slowest answer in time took {Units.Latency(maxNs)}"
            : "";
        return Note.Found(
            Severity.Warning,
            $"{Units.Several(messages.TimedOut, words.Messages)} {Units.Were(messages.TimedOut)} not {words.InTime}"
                + (HostOverloaded.IsSo(run) ? "" : ": the server's limit, or the path's"),
            $"{Units.Percent((double)messages.TimedOut / Math.Max(1, messages.Sent))} of "
                + $"{Units.Count(messages.Sent)} {words.Sent}{late}{slowest}",
            "see when they timed out (series); answers that are missing for good were dropped by the server or the "
                + "path, late ones come with a longer timeout");
    }
}
