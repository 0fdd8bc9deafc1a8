using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The latencies of a run, interval by interval, as whole histograms: what <c>--hlog</c> writes at the end. An interval
/// in which nothing was measured leaves nothing. In a long run neighbours are merged, so memory stays bounded and no
/// value is lost.
/// </summary>
/// <param name="sources">What is measured, and how to add up the workers' cumulative histograms of it.</param>
/// <param name="intervalsMax">Intervals kept of one latency: some 8 MiB when each has thousands of values.</param>
internal sealed class IntervalLog(
    IReadOnlyList<(string Tag, Action<Histogram> Merge)> sources, int intervalsMax = 4096)
{
    private readonly List<TaggedHistogram>[] _taken = [.. sources.Select(_ => new List<TaggedHistogram>())];
    private readonly GrowingHistogram[] _intervals = [.. sources.Select(_ => new GrowingHistogram())];
    private long _takenNs;

    /// <summary>Makes the log of what the workers of a group measure.</summary>
    public static IntervalLog Create(WorkerGroup group)
    {
        Action<Histogram> Sum(Func<Shard, Histogram> of) => into => group.AddTo(into, of);

        return new IntervalLog(
        [
            ("response", Sum(shard => shard.Latencies.Response)),
            ("service", Sum(shard => shard.Latencies.Service)),
            ("lag", Sum(shard => shard.Latencies.Lag)),
            ("connect", Sum(shard => shard.Latencies.Connect)),
        ]);
    }

    /// <summary>All that was taken, in order of time.</summary>
    public IReadOnlyList<TaggedHistogram> Taken => [.. _taken.SelectMany(one => one).OrderBy(one => one.StartNs)];

    /// <summary>Ends an interval now and begins the next one.</summary>
    /// <param name="nowNs">Since the start of the run.</param>
    public void Take(long nowNs)
    {
        for (int i = 0; i < sources.Count; i++)
        {
            sources[i].Merge(_intervals[i].Restart());
            Histogram interval = _intervals[i].TakeInterval();
            if (interval.Count > 0)
            {
                Add(_taken[i], new TaggedHistogram(
                    sources[i].Tag, _takenNs, nowNs - _takenNs, interval.MaxNs, HdrV2.Encode(interval)));
            }
        }

        _takenNs = nowNs;
    }

    private void Add(List<TaggedHistogram> to, TaggedHistogram interval)
    {
        to.Add(interval);
        if (to.Count < intervalsMax)
        {
            return;
        }

        int kept = 0;
        for (int i = 0; i + 1 < to.Count; i += 2)
        {
            to[kept++] = Merge(to[i], to[i + 1]);
        }

        to.RemoveRange(kept, to.Count - kept);
    }

    private static TaggedHistogram Merge(TaggedHistogram first, TaggedHistogram second)
    {
        Histogram both = HdrV2.Decode(first.Histogram);
        both.Add(HdrV2.Decode(second.Histogram));
        return first with
        {
            LengthNs = second.StartNs + second.LengthNs - first.StartNs,
            MaxNs = Math.Max(first.MaxNs, second.MaxNs),
            Histogram = HdrV2.Encode(both),
        };
    }
}
