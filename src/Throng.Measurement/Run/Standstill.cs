namespace Throng.Measurement;

/// <summary>A ramp-up that has come to a stop: connects are under way, and none of them becomes a connection.</summary>
public static class Standstill
{
    /// <summary>Anything shorter may be a handshake that takes its time.</summary>
    private const long LeastNs = 2 * Ns.Second;

    /// <summary>
    /// Since when no connection has been opened or closed, from the start of the run, ns; null where the ramp-up goes
    /// on, nothing is under way, or connects fail with an answer.
    /// </summary>
    /// <param name="series">Intervals, the oldest first.</param>
    /// <param name="failed">Connects that have failed so far: those that ran out of time are a part of it.</param>
    public static long? Since(IReadOnlyList<SeriesPoint> series, ReasonCounts failed)
    {
        long timedOut = failed[CloseReason.ConnectTimeout];
        bool isAnswered = failed.Total > timedOut + failed[CloseReason.Cancelled];
        if (series.Count == 0 || isAnswered || series[^1].Connecting + timedOut == 0)
        {
            return null;
        }

        int last = series.Count - 1;
        while (last >= 0 && series[last] is { Opened: 0, Closed: 0 })
        {
            last--;
        }

        long sinceNs = last >= 0 ? series[last].TimeNs : series[0].TimeNs - series[0].IntervalNs;
        return series[^1].TimeNs - sinceNs >= LeastNs ? sinceNs : null;
    }

    /// <summary>The same in words: <c>stuck at 3,000 since 8.6 s, no SYN was answered since</c>.</summary>
    public static string Text(long open, long sinceNs) =>
        $"stuck at {Units.Count(open)} since {Units.Duration(sinceNs)}, no SYN was answered since";
}
