namespace Throng.Measurement;

/// <summary>
/// Error when messages were sent and none was answered (at least ten, or one that timed out: a single one may have been
/// cut off by the end), or when more than half of them timed out.
/// </summary>
public sealed class ServerNotAnswering : IRule
{
    private const double TimedOutRatio = 0.5;
    private const long SentMin = 10;

    public RuleNote Note { get; } = new("server-not-answering", "error",
        "Messages were sent and none was answered, or more than half of them timed out.",
        "check that the server speaks this protocol on that port, its log and its CPUs; then a lower rate");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        Messages messages = run.Messages!;
        MessageWords words = MessageWords.For(run);
        string late = messages.Late > 0 ? $", {Units.Count(messages.Late)} of them answered late" : "";
        bool isRefused = messages.Refused > messages.Sent * TimedOutRatio;
        string refused = messages.Refused > 0 ? $", {Units.Count(messages.Refused)} of them refused" : "";
        return Note.Found(
            Severity.Error,
            isRefused
                ? $"nobody answers at {Reasons.Target(run)}: datagrams are refused"
                : $"the server does not answer: {Reasons.Target(run)}",
            $"{Units.Count(messages.Answered)} of {Units.Count(messages.Sent)} {words.Answered}; "
                + $"{Units.Count(messages.TimedOut)} timed out{late}, {Units.Count(messages.Lost)} {words.Lost}"
                + refused,
            isRefused
                ? Reasons.Remedy(CloseReason.Refused, run)
                : "check that the server speaks this protocol on that port, its log and its CPUs; then a lower rate or "
                    + "a longer --timeout");
    }

    /// <summary>Whether not one was answered: what else is told of the answers follows from that.</summary>
    internal static bool HasNone(RunDocument run) => run.Messages is { Answered: 0 } && IsSo(run);

    /// <summary>Whether that is so: then it need not be said of its parts.</summary>
    internal static bool IsSo(RunDocument run) => run.Messages is { Sent: > 0 } messages
        && !AnswersMalformed.IsMost(run) && !LivesEmpty.IsSo(run) && !FewServed.IsSo(run)
        && !(HostOverloaded.IsSo(run) && messages.Answered > 0)
        && ((messages.Answered == 0
                && (messages.TimedOut > 0 || messages.Sent - (messages.UnderWay ?? 0) >= SentMin))
            || messages.TimedOut > messages.Sent * TimedOutRatio);
}
