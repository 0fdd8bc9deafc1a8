namespace Throng.Measurement;

/// <summary>
/// Warning when any answer was not what was asked for: then the others are not to be trusted either. Error when half of
/// what came was so.
/// </summary>
public sealed class MessagesInvalid : IRule
{
    public RuleNote Note { get; } = new("messages-invalid", "error, warning",
        "Answers were not what was asked for; error when half of them were not.",
        "another protocol on that port, or something between that changes bytes");

    public Finding? Judge(RunDocument run) => run.Messages is not { Invalid: > 0 } messages ? null : Note.Found(
        AnswersMalformed.IsMost(run) ? Severity.Error : Severity.Warning,
        $"{Units.Several(messages.Invalid, "answer was", "answers were")} not what was asked for: another protocol at "
            + $"{Reasons.Target(run)}, or something between that changes bytes",
        $"{Units.Percent((double)messages.Invalid / Math.Max(1, messages.Sent))} of "
            + $"{Units.Count(messages.Sent)} {MessageWords.For(run).Sent}",
        "check what listens there, and what lies between");
}
