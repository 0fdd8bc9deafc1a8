namespace Throng.Measurement;

/// <summary>Keeps the series of a run of which only the last intervals come at a time.</summary>
public static class SeriesTail
{
    /// <summary>
    /// The series that is known, with these last intervals. They stand in place of all that they reach back to: the
    /// last one grows, and in a long run neighbours are merged.
    /// </summary>
    /// <param name="pointsMax">With more than so many, neighbours of the older half become one: no count changes, and
    /// of percentiles the worse stands for both.</param>
    public static IReadOnlyList<SeriesPoint> Append(
        IReadOnlyList<SeriesPoint> known, IReadOnlyList<SeriesPoint> last, int pointsMax = int.MaxValue)
    {
        if (last.Count == 0)
        {
            return known;
        }

        long fromNs = last[0].TimeNs - last[0].IntervalNs;
        int kept = known.Count;
        while (kept > 0 && known[kept - 1].TimeNs > fromNs)
        {
            kept--;
        }

        int pairs = kept + last.Count > pointsMax ? Math.Min(kept, pointsMax / 2) / 2 : 0;
        if (kept == 0)
        {
            return last;
        }

        List<SeriesPoint> all = new(kept - pairs + last.Count);
        for (int at = 0; at < pairs; at++)
        {
            all.Add(Joined(known[2 * at], known[(2 * at) + 1]));
        }

        all.AddRange(known.Take(kept).Skip(2 * pairs));
        all.AddRange(last);
        return all;
    }

    /// <summary>Two neighbours as one.</summary>
    public static SeriesPoint Joined(SeriesPoint a, SeriesPoint b) => b with
    {
        IntervalNs = a.IntervalNs + b.IntervalNs,
        Counts = a.Counts.Plus(b.Counts),
        Closed = a.Closed + b.Closed,
        Failed = a.Failed + b.Failed,
        Retransmits = a.Retransmits + b.Retransmits,
        UserNs = a.UserNs + b.UserNs,
        SystemNs = a.SystemNs + b.SystemNs,
        BusyMax = Math.Max(a.BusyMax ?? 0, b.BusyMax ?? 0),
        Response = SeriesMerge.Worst([a.Response, b.Response]),
        Lag = SeriesMerge.Worst([a.Lag, b.Lag]),
    };
}
