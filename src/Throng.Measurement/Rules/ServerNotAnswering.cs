namespace Throng.Measurement;

/// <summary>
/// Error when messages were sent and none was answered (at least ten, or one that timed out: a single one may have been
/// cut off by the end), or when more than half of them timed out or were refused. Of a bench: when not one exchange
/// that was measured was answered.
/// </summary>
public sealed class ServerNotAnswering : IRule
{
    private const double MinorityRatio = 0.5;
    private const long SentMin = 10;

    public RuleNote Note { get; } = new("server-not-answering", "error",
        "Messages were sent and none was answered, or more than half of them timed out or were refused.",
        "check that the server speaks this protocol on that port, its log and its CPUs; then a lower rate");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        if (HasNoExchange(run))
        {
            return OfExchanges(run, (BenchResult)run.Result!);
        }

        Messages messages = run.Messages!;
        MessageWords words = MessageWords.For(run);
        long lost = OwnEnd.LostOf(messages);
        string late = messages.Late > 0 ? $", {Units.Count(messages.Late)} of them answered late" : "";
        // A host limits the ICMP messages that it sends: of many datagrams to a closed port few are told of.
        bool isRefused = messages.Refused > messages.Sent * MinorityRatio
            || (messages is { Answered: 0, Refused: > 0 } && !Reasons.HasSeveral(run));
        string refused = MessagesLost.RefusedOf(messages, run);
        string[] parts =
        [
            $"{Units.Count(messages.TimedOut)} timed out{late}",
            lost > 0 ? $"{Units.Count(lost)} {words.Lost}" : "", refused,
        ];
        string unanswered = string.Join(", ", parts.Where(part => part.Length > 0));
        string closed = run.Connections.Lost > 0 && lost > messages.Refused && !ConnectionsLost.IsTold(run)
            ? $"; {Units.Several(run.Connections.Lost, "connections")} lost (closed: {Reasons.Losses(run)})"
            : "";
        return Note.Found(
            Severity.Error,
            Text(run, messages, words, isRefused),
            $"{Units.Count(messages.Answered)} of {Units.Count(messages.Sent)} {words.Answered}"
                + $"; {unanswered}{closed}{LastAnswer(run)}{Begun(messages)}{Arrival.Words(run)}",
            isRefused ? MessagesLost.RefusedRemedy(messages, run)
                : IsOfTls(run) ? Reasons.Remedy(CloseReason.TlsFailed, run)
                : "check that the server speaks this protocol on that port, its log and its CPUs"
                    + (OwnOptions.IsDatagram(run)
                        ? ", and what drops datagrams on the way (firewall, full buffers)"
                        : "")
                    + $"; then a lower rate or a longer {OwnOptions.Timeout(run)}{Arrival.Remedy(run)}");
    }

    private static string Text(RunDocument run, Messages messages, MessageWords words, bool isRefused)
    {
        if (messages.Answered == 0)
        {
            return isRefused && messages.NotPermitted > messages.Refused / 2
                    ? $"no datagram left: {Reasons.Limit(CloseReasons.Name(CloseReason.NotPermitted), run)}"
                : isRefused ? $"nobody answers at {Reasons.Target(run)}: datagrams are refused"
                : IsOfTls(run) ? Reasons.Limit(CloseReasons.Name(CloseReason.TlsFailed), run)
                : HasBegun(messages) ? $"no answer of {Reasons.Target(run)} was whole: it is slow, or ends them early"
                : Arrival.FromElsewhere(run) > 0
                    ? $"answers come, but not from {Reasons.Target(run)}: their address or port is another"
                : $"the server does not answer: {Reasons.Target(run)}";
        }

        string most = $"{Units.Count(messages.Sent - messages.Answered)} of {Units.Count(messages.Sent)} "
            + $"{words.Messages} were not {words.InTime}";
        string there = Reasons.HasSeveral(run) ? "there" : "to it";
        return isRefused && messages.NotPermitted > messages.Refused / 2
            ? $"{most}: {Reasons.Limit(CloseReasons.Name(CloseReason.NotPermitted), run)}"
            : $"{most}{(isRefused ? ", most of them refused" : "")}: "
                + (HostOverloaded.IsSo(run) ? "see first that this host had no CPU left"
                    : $"{Reasons.FailedTarget(run)} or the path {there}");
    }

    /// <summary>Whether bytes came, and never a whole answer.</summary>
    private static bool HasBegun(Messages messages) => messages is { Answered: 0, BytesReceived: > 0, Unsolicited: 0 };

    private static string Begun(Messages messages) =>
        HasBegun(messages) ? $"; {Units.Count(messages.BytesReceived)} bytes came" : "";

    /// <summary>Whether the connections ended for want of TLS, after their handshake seemed done.</summary>
    private static bool IsOfTls(RunDocument run) => run.Connections.Lost > 0
        && run.Connections.Closed[CloseReason.TlsFailed] >= run.Connections.Lost * Explanation.MostRatio;

    /// <summary>When the last answer came, where messages were sent for at least one interval after it.</summary>
    private static string LastAnswer(RunDocument run)
    {
        SeriesPoint? last = run.Series.LastOrDefault(point => point.Answered > 0);
        return last is not null && run.Series.Any(point => point.TimeNs > last.TimeNs && point.Sent > 0)
            ? $"; the last answer came before {Units.Duration(last.TimeNs)}"
            : "";
    }

    private Finding OfExchanges(RunDocument run, BenchResult result)
    {
        ReasonCounts errors = ErrorsOf(result);
        return Note.Found(
            Severity.Error,
            $"not one exchange that was measured was answered by {Reasons.Target(run)}",
            $"{Units.Several(errors.Total, "exchanges")}: {Reasons.List(errors, run)}; those of the warm-up are not "
                + "among them",
            Reasons.Remedy(Reasons.Main(errors), run));
    }

    /// <summary>Whether a bench had answers at most before it measured.</summary>
    internal static bool HasNoExchange(RunDocument run) => run.Result is BenchResult { Steps.Count: > 0 } result
        && result.Steps.All(step => step.Latency.Count == 0) && ErrorsOf(result).Total > 0;

    private static ReasonCounts ErrorsOf(BenchResult result)
    {
        ReasonCounts errors = [];
        foreach (KeyValuePair<string, long> error in result.Steps.SelectMany(step => step.Errors))
        {
            errors.Add(error.Key, error.Value);
        }

        return errors;
    }

    /// <summary>Whether less than half was answered in time.</summary>
    internal static bool IsMinority(Messages messages) => messages.Answered < messages.Sent * MinorityRatio;

    /// <summary>Whether nothing was answered, and connections that were opened were lost: it is told here.</summary>
    internal static bool HasLost(RunDocument run) => HasNone(run) && run.Connections.Lost > 0
        && Reasons.Main(run.Connections.ConnectFailed).Length == 0;

    /// <summary>Whether not one was answered: what else is told of the answers follows from that.</summary>
    internal static bool HasNone(RunDocument run) => run.Messages is { Answered: 0 } && IsSo(run);

    /// <summary>Whether that is so: then it need not be said of its parts.</summary>
    internal static bool IsSo(RunDocument run) => run.Messages is { Sent: > 0 } messages
        && !AnswersMalformed.IsMost(run) && !LivesEmpty.IsSo(run) && !FewServed.IsSo(run)
        && (HasNoExchange(run) || (messages.Answered == 0
                ? OwnEnd.Cut(run) == 0 && (messages.TimedOut > 0 || messages.Sent - (messages.UnderWay ?? 0) >= SentMin)
                : IsMostUnanswered(run, messages)));

    /// <summary>Not where that is told of the lasting connections of monitor.</summary>
    private static bool IsMostUnanswered(RunDocument run, Messages messages) =>
        messages.TimedOut + messages.Refused > messages.Sent * MinorityRatio
            && (messages.TimedOut > messages.Sent * MinorityRatio || !ConnectionsDisturbed.IsSo(run));
}
