namespace Throng.Measurement;

/// <summary>
/// The intervals of several runs on one grid of time. A count within an interval is spread evenly over it, so that what
/// the grid cuts goes to both sides and every sum stays what it was. Of percentiles the worse stands for both, as an
/// upper bound: they cannot be had from percentiles.
/// </summary>
internal static class SeriesMerge
{
    /// <summary>Intervals that may always come of a merge, else twice as many as there were: whatever times a
    /// document tells, it brings no more.</summary>
    private const int CellsOfFew = 3_600;

    // What adds up and is not among the counters.
    private static readonly Func<SeriesPoint, long>[] Others =
    [
        point => point.Closed, point => point.Failed, point => point.Retransmits, point => point.UserNs,
        point => point.SystemNs,
    ];

    /// <param name="all">One series for each run, timed from its start.</param>
    /// <param name="offsetsNs">From the first start to theirs.</param>
    public static IReadOnlyList<SeriesPoint> Merge(IReadOnlyList<IReadOnlyList<SeriesPoint>> all, long[] offsetsNs)
    {
        SeriesPoint[][] shifted = [.. all.Select((series, at) => series
            .Select(point => point with { TimeNs = point.TimeNs + offsetsNs[at] }).ToArray())];
        SeriesPoint[] points = [.. shifted.SelectMany(series => series)];
        if (points.Length == 0)
        {
            return [];
        }

        long endNs = points.Max(point => point.TimeNs);
        long typicalNs = shifted.Where(series => series.Length > 0).Max(Typical);
        int cellsMax = Math.Max(CellsOfFew, 2 * points.Length);
        int cells = (int)Math.Clamp(Math.Round((double)endNs / Math.Max(1, typicalNs)), 1, cellsMax);
        List<SeriesPoint> merged = new(cells);
        for (int cell = 0; cell < cells; cell++)
        {
            merged.Add(Cell(shifted, EdgeNs(endNs, cell, cells), EdgeNs(endNs, cell + 1, cells)));
        }

        return merged;
    }

    /// <summary>The drains of several runs as one: from the first that ended to the last.</summary>
    public static SeriesPoint Drain(RunDocument[] runs, long[] offsetsNs)
    {
        SeriesPoint[] drains = [.. runs.Select((run, at) => run.Drain is { } drain
            ? drain with { TimeNs = drain.TimeNs + offsetsNs[at] } : null).OfType<SeriesPoint>()];
        long endNs = drains.Max(one => one.TimeNs);
        long beginNs = drains.Min(one => one.TimeNs - one.IntervalNs);
        return Cell([.. drains.Select(one => new[] { one })], beginNs, endNs) with
        {
            Time = drains.MaxBy(one => one.TimeNs)!.Time,
            Response = Worst(drains.Select(one => one.Response)),
            Lag = Worst(drains.Select(one => one.Lag)),
            IsDrain = true,
        };
    }

    private static long EdgeNs(long endNs, int edge, int cells) => (long)((Int128)endNs * edge / cells);

    private static long Typical(SeriesPoint[] series) =>
        series.Select(point => point.IntervalNs).Order().ElementAt(series.Length / 2);

    /// <summary>The interval between two moments, of all series.</summary>
    public static SeriesPoint Cell(SeriesPoint[][] all, long fromNs, long toNs)
    {
        Counts counts = default;
        long[] sums = new long[Others.Length];
        List<SeriesPoint> within = [];
        long open = 0;
        long connecting = 0;
        foreach (SeriesPoint[] series in all)
        {
            Add(ref counts, sums, series, fromNs, toNs);
            within.AddRange(series.Where(point => IsWithin(point, fromNs, toNs)));

            // The state at the end of the cell is that of the interval it lies in. Before its first and after its
            // last a run has none open.
            SeriesPoint? standing = series.FirstOrDefault(point => point.TimeNs >= toNs);
            standing = standing?.TimeNs - standing?.IntervalNs < toNs ? standing : null;
            open += standing?.Open ?? 0;
            connecting += standing?.Connecting ?? 0;
        }

        return new SeriesPoint
        {
            TimeNs = toNs, IntervalNs = toNs - fromNs, Open = open, Connecting = connecting,
            Counts = counts,
            Closed = sums[0], Failed = sums[1], Retransmits = sums[2], UserNs = sums[3], SystemNs = sums[4],
            Response = Worst(within.Select(point => point.Response)),
            Lag = Worst(within.Select(point => point.Lag)),
            BusyMax = within.Max(point => point.BusyMax),
        };
    }

    // By what had come about at either edge, so that rounding loses nothing.
    private static void Add(ref Counts counts, long[] sums, SeriesPoint[] series, long fromNs, long toNs)
    {
        foreach (SeriesPoint point in series)
        {
            long startNs = point.TimeNs - point.IntervalNs;
            if (point.TimeNs <= fromNs || startNs >= toNs)
            {
                continue;
            }

            long Within(long count) => Until(count, point, toNs) - Until(count, point, fromNs);
            Counts inPoint = point.Counts;
            for (int i = 0; i < Counts.Length; i++)
            {
                counts[i] += Within(inPoint[i]);
            }

            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += Within(Others[i](point));
            }
        }
    }

    /// <summary>How much of an interval's count lies before a moment.</summary>
    private static long Until(long count, SeriesPoint point, long ns)
    {
        long passedNs = Math.Clamp(ns - (point.TimeNs - point.IntervalNs), 0, point.IntervalNs);
        return passedNs == point.IntervalNs ? count : (long)((Int128)count * passedNs / point.IntervalNs);
    }

    private static bool IsWithin(SeriesPoint point, long fromNs, long toNs)
    {
        long middleNs = point.TimeNs - (point.IntervalNs / 2);
        return middleNs >= fromNs && middleNs < toNs;
    }

    /// <summary>An upper bound of each figure; null where nothing was measured.</summary>
    public static IntervalLatency? Worst(IEnumerable<IntervalLatency?> all)
    {
        IntervalLatency[] measured = [.. all.OfType<IntervalLatency>()];
        return measured.Length == 0 ? null : new IntervalLatency(
            measured.Max(one => one.P50Ns), measured.Max(one => one.P99Ns), measured.Max(one => one.MaxNs));
    }
}
