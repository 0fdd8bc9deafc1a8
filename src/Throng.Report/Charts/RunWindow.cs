using Throng.Measurement;

namespace Throng.Report;

/// <summary>The last part of a run, drawn by itself.</summary>
internal static class RunWindow
{
    /// <summary>The same run with the intervals and events of its last nanoseconds alone.</summary>
    public static RunDocument Last(RunDocument run, long ns)
    {
        long fromNs = run.Series.Count == 0 ? 0 : run.Series[^1].TimeNs - ns;
        return fromNs <= 0 ? run : run with
        {
            Series = [.. run.Series.Where(point => point.TimeNs - point.IntervalNs >= fromNs)],
            Events = [.. run.Events.Where(one => one.TimeNs >= fromNs)],
        };
    }

    /// <summary>Where the series begins: 0 for that of a whole run, whose first interval may be short of a start.
    /// </summary>
    public static long FromNs(RunDocument run) =>
        run.Series is [var first, ..] && first.TimeNs - first.IntervalNs is var fromNs && fromNs >= first.IntervalNs
            ? fromNs
            : 0;
}
