namespace Throng.Measurement;

/// <summary>
/// Info when connections of this network namespace found no room in TIME_WAIT: they ended at once, so that a late
/// segment of theirs may meet the next connection with the same ports. Nothing is said of a run that has closed none.
/// </summary>
public sealed class TimeWaitOverflowed : IRule
{
    private const int TimeWaitSeconds = 60;
    private const string BucketsMax = "net.ipv4.tcp_max_tw_buckets";

    public RuleNote Note { get; } = new("time-wait-overflowed", "info",
        "Connections found no room in TIME_WAIT and ended at once.",
        "a larger net.ipv4.tcp_max_tw_buckets, or --close rst");

    public Finding? Judge(RunDocument run)
    {
        if (run.Network?.TimeWaitOverflows is not > 0 || run.Connections.Closed.Total == 0)
        {
            return null;
        }

        RunLimits limits = run.Limits ?? new RunLimits();
        long now = limits.Number(BucketsMax) ?? 0;
        double closesPerSecond = run.Connections.Closed.Total / Math.Max(1, run.DurationNs / 1e9);
        long needed = Math.Max(
            now + run.Network.TimeWaitOverflows.Value, (long)Math.Ceiling(closesPerSecond * TimeWaitSeconds));
        return Note.Found(
            Severity.Info,
            "more connections were closed than TIME_WAIT has room for",
            $"{Units.Count(run.Network.TimeWaitOverflows.Value)} found none in this network namespace; "
                + $"{limits.Setting(BucketsMax)}; {Units.Rate(Math.Round(closesPerSecond))} closes for "
                + $"{TimeWaitSeconds} s each are {Units.Count((long)Math.Ceiling(closesPerSecond * TimeWaitSeconds))}",
            $"sysctl -w {BucketsMax}={needed}, "
                + "or close with a reset: --close rst");
    }
}
