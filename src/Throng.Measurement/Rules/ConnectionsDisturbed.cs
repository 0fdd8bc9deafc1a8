namespace Throng.Measurement;

/// <summary>
/// Warning when a lasting connection of monitor was disturbed: how many, for how long, and what was first wrong.
/// </summary>
public sealed class ConnectionsDisturbed : IRule
{
    public RuleNote Note { get; } = new("connections-disturbed", "warning",
        "A lasting connection of monitor was disturbed: its answers came late or not at all.",
        "compare the episodes with what was done to servers and path then: throng report --analyze episodes");

    public Finding? Judge(RunDocument run)
    {
        long disturbed = Of(run, "monitor.disturbed");
        if (disturbed == 0)
        {
            return null;
        }

        long episodes = Of(run, "monitor.episode.count");
        string times = episodes == 1 ? "once" : $"in {Units.Several(episodes, "episodes")}";
        string silent = Of(run, "monitor.silent") is > 0 and var silentNs
            ? $"; nothing at all came through for {Units.Latency(silentNs)}"
            : "";
        return Note.Found(
            Severity.Warning,
            $"{Units.Count(disturbed)} of {Units.Count(run.Connections.Target ?? 0)} lasting connections were "
                + $"disturbed, {times}",
            $"longest episode {Units.Latency(Of(run, "monitor.episode.max"))}, longest disturbance "
                + $"{Units.Latency(Of(run, "monitor.disturbance.max"))}; {Units.Count(Of(run, "monitor.lost"))} lost, "
                + $"{Units.Several(Of(run, "monitor.retransmits"), "segments")} sent again{silent}",
            "compare monitor.episodes (start_ns, cause) with what was done to the path and the servers then");
    }

    private static long Of(RunDocument run, string metric) => (long)(Metrics.Value(run, metric) ?? 0);
}
