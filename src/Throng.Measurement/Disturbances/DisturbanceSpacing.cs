namespace Throng.Measurement;

/// <summary>
/// Words for how closely a run of <c>monitor</c> sees a disturbance: its end is the next good answer, so a connection
/// that is back at once is disturbed until its next message. Nothing shorter than that is told.
/// </summary>
internal static class DisturbanceSpacing
{
    /// <summary>A length that most people want to see.</summary>
    private const long WantedNs = 10 * Ns.Millisecond;

    /// <summary>A disturbance of fewer spacings than this is mostly the wait for the next message.</summary>
    private const int SpacingsMin = 2;

    /// <summary>A remark behind the longest disturbance, where it is mostly that; else empty.</summary>
    public static string Remark(RunDocument run) => IsMostlySpacing(run)
        ? $" (messages of each are {Units.Latency(SpacingOf(run))} apart)"
        : "";

    /// <summary>The moments that were seen of the longest disturbance, and how closely; empty in older documents.
    /// </summary>
    public static string Evidence(RunDocument run)
    {
        if (run.Own?.Find("longest") is not { Kind: NodeKind.List, Items: [{ Kind: NodeKind.Section } item, ..] })
        {
            return "";
        }

        Section seen = item.Section;
        string good = seen.Find("last_good_ns") is { Kind: NodeKind.Integer } lastNs
            ? $"last good answer at {At(lastNs.Integer)}, "
            : "no good answer before, ";
        string closely = SpacingOf(run) is > 0 and var spacingNs
            ? $"; each connection has a message every {Units.Latency(spacingNs)}, and nothing is seen closer than that"
            : "";
        string again = seen.Find("good_again_ns") is { Kind: NodeKind.Integer } againNs
            ? $"good again at {At(againNs.Integer)}"
            : "not good again";
        return $"; of the longest: {good}first bad at {At((long)seen.Number("first_bad_ns"))}, {again}{closely}";
    }

    /// <summary>The rate that would see one to 10 ms, to be put behind a remedy; empty where this one does.</summary>
    public static string Remedy(RunDocument run)
    {
        long connections = run.Connections.Target ?? 0;
        return SpacingOf(run) <= WantedNs || connections == 0 ? ""
            : $"; --rate {connections * (Ns.Second / WantedNs)} sees a disturbance to {Units.Latency(WantedNs)}";
    }

    private static bool IsMostlySpacing(RunDocument run) => SpacingOf(run) is > 0 and var spacingNs
        && Metrics.Value(run, "monitor.disturbance.max") < spacingNs * SpacingsMin;

    private static long SpacingOf(RunDocument run) => (long)(Metrics.Value(run, "monitor.spacing") ?? 0);

    private static string At(long ns) => $"{(double)ns / Ns.Second:0.000} s";
}
