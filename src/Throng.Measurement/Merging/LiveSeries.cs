namespace Throng.Measurement;

/// <summary>
/// The intervals of all parts of a run while they go on, merged once each and in order: an interval ends with a second
/// of the wall clock, and is there as soon as every part that is awaited has told of it. What comes later than
/// <see cref="SilentNs"/> is missing here, and in no count.
/// </summary>
public sealed class LiveSeries
{
    /// <summary>Nobody is waited for longer than this.</summary>
    public const long SilentNs = 3 * Ns.Second;

    /// <summary>With so many intervals neighbours become one.</summary>
    private const int PointsMax = 7_200;

    /// <summary>Most that are added at a time, whatever end a part tells of; the rest comes with the next figures.
    /// </summary>
    private const int AddedMax = 3_600;

    private IReadOnlyList<SeriesPoint> _points = [];
    private long _toldNs;

    /// <summary>The start that intervals are timed from; null: not all parts have told of themselves.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>Whole intervals until now; a new list whenever one is added.</summary>
    public IReadOnlyList<SeriesPoint> Points => _points;

    /// <summary>Adds what has become whole, and returns it.</summary>
    /// <param name="isOver">Nothing comes any more: the last interval ends where the last part did.</param>
    public IReadOnlyList<SeriesPoint> Advance(IReadOnlyList<LivePart> parts, bool isOver = false)
    {
        LivePart[] known = [.. parts.Where(static part => part.Run is { Series.Count: > 0 } run
            && run.Series.All(static point => point.HasTimes))];
        if (known.Length == 0)
        {
            return [];
        }

        DateTimeOffset first = Started ?? known.Min(static part => part.Run!.Started);
        long[] offsetsNs = [.. known.Select(part => (part.Run!.Started - first).Ticks * 100)];
        long endNs = known.Select((part, at) => part.EndNs + offsetsNs[at]).Max();
        long wholeNs = isOver ? endNs
            : parts.Any(static part => part is { IsAwaited: true, Run: null or { Series.Count: 0 } }) ? 0
            : known.Select((part, at) => part.IsAwaited ? part.EndNs + offsetsNs[at] : endNs).Min();
        wholeNs = Math.Max(wholeNs, endNs - SilentNs);
        if (wholeNs <= 0)
        {
            return [];
        }

        Started = first;
        List<SeriesPoint> added = [];
        long cellNs = Math.Max(1, known.Max(static part => part.TypicalNs + (Ns.Second / 2)) / Ns.Second) * Ns.Second;
        for (long toNs = Edge(); toNs <= wholeNs && added.Count < AddedMax; toNs = Edge())
        {
            Add(toNs);
        }

        if (isOver && endNs > _toldNs)
        {
            Add(endNs);
        }

        if (added.Count > 0)
        {
            _points = SeriesTail.Append(_points, added, PointsMax);
        }

        return added;

        long Edge() => FullSeconds.After(first, _toldNs, cellNs);

        void Add(long toNs)
        {
            SeriesPoint[][] near = [.. known.Select((part, at) => part.Since(_toldNs - offsetsNs[at], offsetsNs[at]))];
            added.Add(SeriesMerge.Cell(near, _toldNs, toNs) with { Time = first.AddTicks(toNs / 100) });
            _toldNs = toNs;
        }
    }
}

/// <summary>A part of a run while it goes on.</summary>
/// <param name="Run">Its figures; null: none came yet.</param>
/// <param name="IsAwaited">More figures are to come.</param>
public readonly record struct LivePart(RunDocument? Run, bool IsAwaited)
{
    private const int LookedAt = 5;

    /// <summary>Its last interval's end, from its start.</summary>
    internal long EndNs => Run!.Series[^1].TimeNs;

    /// <summary>The length that its last intervals have.</summary>
    internal long TypicalNs
    {
        get
        {
            SeriesPoint[] last = [.. Run!.Series.TakeLast(LookedAt)];
            return last.Select(static point => point.IntervalNs).Order().ElementAt(last.Length / 2);
        }
    }

    /// <summary>Intervals that end after a moment, timed from elsewhere.</summary>
    internal SeriesPoint[] Since(long ns, long offsetNs)
    {
        IReadOnlyList<SeriesPoint> all = Run!.Series;
        int from = all.Count;
        while (from > 0 && all[from - 1].TimeNs > ns)
        {
            from--;
        }

        SeriesPoint[] last = new SeriesPoint[all.Count - from];
        for (int at = 0; at < last.Length; at++)
        {
            last[at] = all[from + at] with { TimeNs = all[from + at].TimeNs + offsetNs };
        }

        return last;
    }
}
