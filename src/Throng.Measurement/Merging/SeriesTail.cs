namespace Throng.Measurement;

/// <summary>Keeps the series of a run of which only the last intervals come at a time.</summary>
public static class SeriesTail
{
    /// <summary>
    /// The series that is known, with these last intervals. They stand in place of all that they reach back to: the
    /// last one grows, and in a long run neighbours are merged.
    /// </summary>
    public static IReadOnlyList<SeriesPoint> Append(
        IReadOnlyList<SeriesPoint> known, IReadOnlyList<SeriesPoint> last)
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

        return kept == 0 ? last : [.. known.Take(kept), .. last];
    }
}
