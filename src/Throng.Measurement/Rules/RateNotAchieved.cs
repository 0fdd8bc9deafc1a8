namespace Throng.Measurement;

/// <summary>
/// Warning when less than 99 % of the offered rate was answered in time, or the answers fell behind. It is the
/// generator's own limit where not all was sent, and messages left late or a worker had no CPU time left: the run is
/// then generator-limited; else what it waited for was the other end. Not said again where nothing was answered,
/// or monitor tells of disturbances.
/// </summary>
public sealed class RateNotAchieved : IRule
{
    private const double AchievedRatio = 0.99;

    public RuleNote Note { get; } = new("rate-not-achieved", "warning, info",
        "Less than 99 % of the offered rate was answered in time, or fewer and fewer of what was due; info where set "
            + "had lowered the connections.",
        "generator-limited: more --threads, CPUs or hosts; else it is the limit of the server or the path");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run) || WasDisturbed(run) || ServerNotAnswering.IsSo(run) || FewServed.IsSo(run)
            || LivesEmpty.IsSo(run) || MissingConnections.ExplainRate(run) || IsRefusal(run)
            || (IsTold(run) && run.Messages is not { HasManyInDrain: true })
            || OwnEnd.ExplainsRate(run))
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        Rate rate = run.Rate!;
        string there = Reasons.HasSeveral(run) ? "there" : "to it";
        bool isOurs = !IsAllSent(run) && !HeldBack.IsSo(run) && !MissingConnections.ExplainUnsent(run)
            && (GeneratorLate.IsSo(run) || GeneratorBusy.EvidenceOf(run) is not null);
        string rates = $"{Units.Rate(rate.AchievedPerSecond)} of {Units.Rate(rate.OfferedPerSecond)} were achieved";
        string counts = run.Messages is { } messages
            ? $"; {Units.Count(messages.NotSent)} {words.NotSent}, {Units.Count(messages.Answered)} of "
                + $"{Units.Count(messages.Sent)} {words.Answered}"
                + (messages.HasManyInDrain
                    ? $", {Units.Count(messages.AnsweredInDrain)} of them while the run ended" : "")
            : "";
        string share = Units.Percent(rate.AchievedPerSecond / rate.OfferedPerSecond);
        if (OwnEnd.LoweredRate(run))
        {
            return Note.Found(
                Severity.Info,
                $"{rates}: fewer connections were wanted meanwhile (set)",
                $"{share} of what was offered{counts}; connections closed: "
                    + Reasons.List(run.Connections.Closed, run),
                "none needed: the schedule goes on, whatever is set");
        }

        string lag = run.Lag is { P99Ns: { } p99Ns } ? $"; lag p99 {Units.Latency(p99Ns)}" : "";
        return Note.Found(
            Severity.Warning,
            HostOverloaded.IsSo(run) ? $"{rates}: this host had no CPU left"
                : isOurs ? $"generator-limited: {rates}"
                : $"{rates}: limited by {Reasons.Target(run)} or the path {there}",
            $"{share} of what was offered{counts}{lag}{(isOurs ? "" : Pauses.Evidence(run))}",
            HostOverloaded.IsSo(run) ? "stop what else runs here, use other hosts, or a lower rate"
                : isOurs ? OwnOptions.MoreOfUs(run)
                : PeerEndPattern.Find(run)?.Remedy ?? OwnOptions.LowerRate(run));
    }

    private static bool WasDisturbed(RunDocument run) =>
        Metrics.Value(run, "monitor.disturbed") > 0 && GeneratorBusy.EvidenceOf(run) is null;

    /// <summary>All were begun, and those that failed were refused: a rate says nothing more.</summary>
    private static bool IsRefusal(RunDocument run) => IsAllSent(run) && ConnectsFailed.HasLives(run)
        && run.Messages!.Answered + run.Messages.Lost >= run.Messages.Sent * AchievedRatio;

    /// <summary>All was sent, and most of what was not answered is told of by its own rule.</summary>
    private static bool IsTold(RunDocument run)
    {
        if (!IsAllSent(run) || HostOverloaded.IsSo(run))
        {
            return false;
        }

        Messages messages = run.Messages!;
        long lost = ConnectionsLost.HasMessages(run) ? OwnEnd.LostOf(messages) : messages.Refused;
        return (messages.Sent > messages.Answered
                && messages.TimedOut + lost + messages.Invalid
                    >= (messages.Sent - messages.Answered) * Explanation.MostRatio)
            || ConnectionsLost.ExplainsWait(run);
    }

    private static bool IsAllSent(RunDocument run) =>
        run.Messages is { } messages && messages.Sent >= messages.Offered * AchievedRatio;

    /// <summary>
    /// Whether that is so, whosever limit it was. What was answered while the run ended counts here, as answers may
    /// take their time; not where they took the longer the longer the run lasted. What is under way may still be
    /// answered.
    /// </summary>
    internal static bool IsSo(RunDocument run) => run.Rate is { OfferedPerSecond: > 0 } rate
        && (rate.AchievedPerSecond < rate.OfferedPerSecond * (AchievedRatio - InDrain(run)) || FallenBehind.IsSo(run))
        && !(run.Messages is { UnderWay: { } underWay } soFar
            && soFar.Answered + underWay >= soFar.Offered * AchievedRatio);

    private static double InDrain(RunDocument run) =>
        run.Messages is { Offered: > 0 } messages ? (double)messages.AnsweredInDrain / messages.Offered : 0;
}
