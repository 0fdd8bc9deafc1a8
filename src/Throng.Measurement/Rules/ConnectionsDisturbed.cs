namespace Throng.Measurement;

/// <summary>
/// Warning when a lasting connection of monitor was disturbed: how many, for how long, and what was seen of the
/// longest. Error when none was good again and less than half of the messages were answered. One event is one finding:
/// what was lost, timed out or refused meanwhile is told here, and by no other rule.
/// </summary>
public sealed class ConnectionsDisturbed : IRule
{
    private const double MinorityRatio = 0.5;

    /// <summary>With fewer messages a share says little.</summary>
    private const long OfferedMin = 10;

    public RuleNote Note { get; } = new("connections-disturbed", "error, warning",
        "A lasting connection of monitor was disturbed: its answers came late or not at all; error when none was "
            + "good again and less than half of the messages that were due were answered.",
        "compare the episodes with what was done to servers and path then: throng report --analyze episodes");

    public Finding? Judge(RunDocument run)
    {
        long disturbed = Of(run, "monitor.disturbed");
        if (disturbed == 0 || ServerNotAnswering.HasNone(run))
        {
            return null;
        }

        string bound = Of(run, "monitor.unrecovered") > 0 ? "least" : "most";
        long episodes = Of(run, "monitor.episode.count");
        string times = episodes == 1 ? "once" : $"in {Units.Several(episodes, "episodes")}";
        string silent = Of(run, "monitor.silent") is > 0 and var silentNs
            ? $"; nothing at all came through for {Units.Latency(silentNs)}"
            : "";
        string retransmits = Of(run, "monitor.retransmits") is > 0 and var again
            ? $", {Units.Several(again, "segments")} sent again"
            : "";
        string lost = Of(run, "monitor.lost") is > 0 and var gone ? $"{Units.Count(gone)} lost" : "none lost";
        return Note.Found(
            IsMost(run) ? Severity.Error : Severity.Warning,
            $"{Units.Count(disturbed)} of {Units.Count(run.Connections.Target ?? 0)} lasting "
                + $"connections {(disturbed == 1 ? "was" : "were")} disturbed, {times}",
            $"one connection for at {bound} {Units.Latency(Of(run, "monitor.disturbance.max"))}, all of an episode "
                + $"together for at {bound} {Units.Latency(Of(run, "monitor.episode.max"))}"
                + $"{DisturbanceSpacing.Evidence(run)}; {lost}{Meanwhile(run)}{retransmits}{silent}",
            "compare monitor.episodes (start_ns, cause) with what was done to the path and the servers then"
                + DisturbanceSpacing.Remedy(run));
    }

    /// <summary>Whether that is so: then it need not be said of its parts.</summary>
    internal static bool IsSo(RunDocument run) => Metrics.Value(run, "monitor.disturbed") is > 0;

    /// <summary>
    /// Whether every new connection that failed did so while a lasting one was disturbed: it is the same event then.
    /// </summary>
    internal static bool HasNewFailed(RunDocument run) => IsSo(run)
        && Of(run, "monitor.new.failed") is > 0 and var failed && NewFailedIn(run) >= failed;

    private static long NewFailedIn(RunDocument run) => run.Own?.Find("episodes") is { Kind: NodeKind.List } list
        ? list.Items.Where(item => item.Kind == NodeKind.Section && item.Section.Number("connections") > 0)
            .Sum(item => (long)item.Section.Number("new_failed"))
        : 0;

    /// <summary>Counts of all else that came of it.</summary>
    private static string Meanwhile(RunDocument run)
    {
        Connections connections = run.Connections;
        List<string> parts = [];
        if (connections.Lost > 0)
        {
            parts.Add($" (closed: {Reasons.Losses(run)}; {Units.Count(connections.Reconnected)} opened again)");
        }

        if (connections.ConnectFailed.Total - connections.ConnectFailed[CloseReason.Cancelled] > 0)
        {
            parts.Add($", connects failed: {Reasons.List(connections.ConnectFailed, run)}");
        }

        if (run.Messages is { } messages)
        {
            AddMessages(parts, messages, run);
        }

        if (run.Own?.Integer("warmup_failed") is > 0 and var early)
        {
            parts.Add($", {Units.Several(early, "messages")} of the warm-up failed");
        }

        if (HasNewFailed(run))
        {
            parts.Add($", {Units.Several(Of(run, "monitor.new.failed"), "new connections")} failed meanwhile "
                + $"({NewConnectionsFailed.ReasonsOf(run)})");
        }

        return string.Concat(parts);
    }

    private static void AddMessages(List<string> parts, Messages messages, RunDocument run)
    {
        string timedOut = $", {Units.Several(messages.TimedOut, "messages")} timed out";
        if (messages.Lost == 0)
        {
            parts.Add(messages.TimedOut > 0 ? timedOut : "");
            return;
        }

        parts.Add(messages.TimedOut > 0
            ? $"{timedOut} and {Units.Count(messages.Lost)} lost"
            : $", {Units.Several(messages.Lost, "messages")} lost");
        string[] of =
        [
            MessagesLost.RefusedOf(messages, run),
            messages.Invalid > 0 ? $"{Units.Count(messages.Invalid)} of them answered with something else" : "",
        ];
        string how = string.Join(", ", of.Where(part => part.Length > 0));
        parts.Add(how.Length > 0 ? $" ({how})" : "");
    }

    /// <summary>Whether less than half of what was due was answered, and in the end nothing was.</summary>
    private static bool IsMost(RunDocument run) => run.Messages is { Offered: >= OfferedMin } messages
        && Of(run, "monitor.unrecovered") >= run.Connections.Target
        && messages.Answered < messages.Offered * MinorityRatio;

    private static long Of(RunDocument run, string metric) => (long)(Metrics.Value(run, metric) ?? 0);
}
