using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Notes on a run while it goes on: a point a second, the peak, what happened when. Fed by the sampler, read when the
/// document is made. One writer at a time (the run's lock).
/// </summary>
/// <param name="pointsMax">Points of the series at most; an even number.</param>
internal sealed class RunRecord(int pointsMax = RunRecord.PointsMax)
{
    private const long PointNs = Ns.Second;

    /// <summary>
    /// With an hour of seconds the points are merged two by two, so that the document of a day stays below 5 MB.
    /// </summary>
    internal const int PointsMax = 3600;

    /// <summary>Events beyond are counted, not kept.</summary>
    internal const int EventsMax = 4096;

    private readonly List<SeriesPoint> _series = [];
    private readonly List<IntervalSamples> _samples = []; // of each point
    private readonly List<RunEvent> _events = [];
    private readonly Queue<RunNews> _news = [];
    private readonly GrowingHistogram _response = new();
    private readonly GrowingHistogram _lag = new();
    private Sample _lastPoint = Sampling.Start;
    private long _pointNs = PointNs;
    private long _lost;
    private long _lastEventNs;
    private long _eventsNotKept;

    /// <summary>Wall-clock time 0 of the run; null: its times are not told by the wall clock.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Intervals end with full seconds of the wall clock, so that they do so on many hosts.</summary>
    public bool EndsAtFullSeconds { get; init; }

    /// <summary>Somebody takes what is noted while it is noted.</summary>
    public bool KeepsNews { get; init; }

    public long Peak { get; private set; }

    /// <summary>Most connections at a look that had had an answer.</summary>
    public long ServedPeak { get; private set; }

    /// <summary>When as many as wanted were first held; null until then.</summary>
    public long? ReachedNs { get; private set; }

    public long RssPeakBytes { get; private set; }

    /// <summary>Resident before the first connection, and with those that were held.</summary>
    public long RssBeforeBytes { get; init; } = Resident();
    public long RssHeldBytes { get; private set; }

    /// <summary>The same, or resident now while the plateau lasts.</summary>
    public long RssHeldOrNowBytes => Held is null ? Resident() : RssHeldBytes;

    public Sample? Held { get; private set; }

    public IReadOnlyList<SeriesPoint> Series => _series;

    /// <summary>Events of the run; the last one counts those that did not fit.</summary>
    public IReadOnlyList<RunEvent> Events => _eventsNotKept == 0
        ? _events
        : [.. _events, new(_lastEventNs, $"{_eventsNotKept} more since, not kept") { Time = TimeOf(_lastEventNs) }];

    /// <summary>The last points, at most so many.</summary>
    public IReadOnlyList<SeriesPoint> Last(int points) => _series[Math.Max(0, _series.Count - points)..];

    /// <summary>The last events, at most so many.</summary>
    public IReadOnlyList<RunEvent> LastEvents(int events) => [.. Events.Skip(Math.Max(0, Events.Count - events))];

    public void Note(long atNs, string what)
    {
        if (_events.Count < EventsMax)
        {
            _events.Add(new RunEvent(atNs, what) { Time = TimeOf(atNs) });
            Tell(new RunNews(null, _events[^1]));
            return;
        }

        _eventsNotKept++;
        _lastEventNs = atNs;
    }

    /// <summary>Takes the news noted since the last call; the oldest is forgotten when nobody calls.</summary>
    public IReadOnlyList<RunNews> TakeNews()
    {
        RunNews[] taken = [.. _news];
        _news.Clear();
        return taken;
    }

    private void Tell(RunNews news)
    {
        if (KeepsNews)
        {
            _news.Enqueue(news);
            if (_news.Count > PointsMax)
            {
                _news.Dequeue();
            }
        }
    }

    /// <summary>Whether the next look ends an interval: then it needs what is costly to read.</summary>
    public bool IsPointDue(long nowNs) => nowNs >= (EndsAtFullSeconds && Started is { } started
        ? FullSeconds.After(started, _lastPoint.AtNs, _pointNs)
        : _lastPoint.AtNs + _pointNs);

    /// <summary>Takes one look; adds a point when an interval has passed.</summary>
    /// <param name="merge">Adds the workers' response times and lags to two histograms.</param>
    public void Take(Sample sample, Action<Histogram, Histogram> merge, double busyMax)
    {
        Peak = Math.Max(Peak, sample.Open);
        ServedPeak = Math.Max(ServedPeak, sample.Served);
        NoteLosses(sample);
        if (ReachedNs is null && sample.Requested > 0 && sample.Open >= sample.Requested)
        {
            ReachedNs = sample.AtNs;
        }

        if (IsPointDue(sample.AtNs))
        {
            Add(PointOf(_lastPoint, sample, merge, busyMax, out IntervalSamples samples), samples);
            _lastPoint = sample;
            RssPeakBytes = Math.Max(RssPeakBytes, Resident());
        }
    }

    /// <summary>Turns all losses since the last look into one event, however many there were.</summary>
    private void NoteLosses(Sample sample)
    {
        if (sample.Lost > _lost)
        {
            Note(sample.AtNs, $"{sample.Lost - _lost} lost");
            _lost = sample.Lost;
        }
    }

    /// <summary>
    /// The plateau ends here. What has passed of an interval is a point of its own, or, where that is less than half of
    /// one, the end of the point before: a percentile over a moment would look like those over a second.
    /// </summary>
    /// <param name="busyMax">Of the interval that ends here; null: not read.</param>
    public void Hold(Sample sample, Action<Histogram, Histogram> merge, double? busyMax)
    {
        if (Held is null)
        {
            AddRest(sample, merge, busyMax);
            Held = sample;
            RssHeldBytes = Resident(); // later the workers and their memory are gone
            RssPeakBytes = Math.Max(RssPeakBytes, RssHeldBytes);
        }
    }

    /// <summary>Everything since the plateau's end as one point; null where the run ended with it.</summary>
    /// <param name="end">The last look, when nobody counts any more.</param>
    public SeriesPoint? DrainUntil(Sample end, Action<Histogram, Histogram> merge)
    {
        if (Held is not { } held || end.AtNs <= held.AtNs)
        {
            return null;
        }

        SeriesPoint drain = PointOf(held, end, merge, null, out _) with { IsDrain = true };
        Tell(new RunNews(drain, null));
        return drain;
    }

    private void AddRest(Sample now, Action<Histogram, Histogram> merge, double? busyMax)
    {
        if (now.AtNs <= _lastPoint.AtNs)
        {
            return;
        }

        SeriesPoint rest = PointOf(_lastPoint, now, merge, busyMax, out IntervalSamples samples);
        _lastPoint = now;
        if (_series.Count == 0 || 2 * rest.IntervalNs >= _pointNs)
        {
            Add(rest, samples);
            return;
        }

        Tell(new RunNews(rest, null));
        IntervalSamples both = _samples[^1].With(samples);
        _samples[^1] = both;
        _series[^1] = Joined(_series[^1], rest, both) with { BusyMax = _series[^1].BusyMax };
    }

    private void Add(SeriesPoint point, IntervalSamples samples)
    {
        _samples.Add(samples);
        _series.Add(point);
        Tell(new RunNews(point, null));
        if (_series.Count == pointsMax)
        {
            Halve();
        }
    }

    private SeriesPoint PointOf(
        Sample before, Sample now, Action<Histogram, Histogram> merge, double? busyMax, out IntervalSamples samples)
    {
        merge(_response.Restart(), _lag.Restart());
        samples = new(
            CompactHistogram.From(_response.TakeInterval()), CompactHistogram.From(_lag.TakeInterval()));
        Counts counts = now.Counts.Since(before.Counts);
        return new SeriesPoint
        {
            TimeNs = now.AtNs,
            Time = TimeOf(now.AtNs),
            IntervalNs = now.AtNs - before.AtNs,
            Open = now.Open,
            Counts = counts.With(
                Counter.MessagesLost, counts.Of(Counter.MessagesLost) + counts.Of(Counter.MessagesInvalid)),
            Closed = now.ClosedTotal - before.ClosedTotal,
            Failed = now.Failed - before.Failed,
            Connecting = Math.Max(0, now.Connecting), // its parts are not read at the same moment
            Retransmits = now.Retransmits - before.Retransmits,
            Response = IntervalLatency.From(samples.Response),
            Lag = IntervalLatency.From(samples.Lag),
            UserNs = now.UserNs - before.UserNs,
            SystemNs = now.SystemNs - before.SystemNs,
            BusyMax = busyMax,
        };
    }

    private void Halve()
    {
        int kept = 0;
        for (int i = 0; i + 1 < _series.Count; i += 2)
        {
            IntervalSamples both = _samples[i].With(_samples[i + 1]);
            _samples[kept] = both;
            _series[kept++] = Joined(_series[i], _series[i + 1], both);
        }

        _series.RemoveRange(kept, _series.Count - kept);
        _samples.RemoveRange(kept, _samples.Count - kept);
        _pointNs *= 2;
    }

    private static SeriesPoint Joined(SeriesPoint a, SeriesPoint b, in IntervalSamples both) =>
        SeriesTail.Joined(a, b) with
        {
            Response = IntervalLatency.From(both.Response), Lag = IntervalLatency.From(both.Lag),
        };

    private DateTimeOffset? TimeOf(long ns) => Started?.AddTicks(ns / TimeSpan.NanosecondsPerTick);

    private static long Resident() => ProcessMemory.TryRead(out ProcessMemory memory) ? memory.ResidentBytes : 0;
}

/// <summary>Samples measured within an interval, kept until the interval is merged with its neighbour.</summary>
internal readonly record struct IntervalSamples(CompactHistogram? Response, CompactHistogram? Lag)
{
    public IntervalSamples With(IntervalSamples next) => new(
        CompactHistogram.Merge(Response, next.Response), CompactHistogram.Merge(Lag, next.Lag));
}
