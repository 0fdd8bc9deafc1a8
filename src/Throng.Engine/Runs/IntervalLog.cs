using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The latencies of a run, interval by interval, as whole histograms: what <c>--hlog</c> writes at the end. An interval
/// in which nothing was measured leaves nothing. In a long run neighbours are merged, so memory stays bounded and no
/// value is lost.
/// </summary>
/// <param name="sources">What is measured, and how to add up the workers' cumulative histograms of it.</param>
internal sealed class IntervalLog(IReadOnlyList<(string Tag, Action<Histogram> Merge)> sources)
{
    /// <summary>Intervals kept of one latency; some 8 MiB when each has thousands of values.</summary>
    internal const int IntervalsMax = 4096;

    private readonly List<IntervalHistogram>[] _taken = [.. sources.Select(_ => new List<IntervalHistogram>())];
    private readonly Histogram[] _before = [.. sources.Select(_ => new Histogram())];
    private readonly Histogram _now = new();
    private readonly Histogram _interval = new();
    private long _takenNs;

    /// <summary>What the workers of a crew measure.</summary>
    public static IntervalLog Of(Crew crew)
    {
        Action<Histogram> Sum(Func<Shard, Histogram> of) => into =>
        {
            foreach (Worker worker in crew.Workers)
            {
                into.Add(of(worker.Shard));
            }
        };

        return new IntervalLog(
        [
            ("response", Sum(shard => shard.Latencies.Response)),
            ("service", Sum(shard => shard.Latencies.Service)),
            ("lag", Sum(shard => shard.Latencies.Lag)),
            ("connect", Sum(shard => shard.Latencies.Connect)),
        ]);
    }

    /// <summary>All that was taken, in order of time.</summary>
    public IReadOnlyList<IntervalHistogram> Taken => [.. _taken.SelectMany(one => one).OrderBy(one => one.StartNs)];

    /// <summary>Ends an interval now and begins the next one.</summary>
    /// <param name="nowNs">Since the start of the run.</param>
    public void Take(long nowNs)
    {
        for (int i = 0; i < sources.Count; i++)
        {
            _now.Reset();
            sources[i].Merge(_now);
            _now.CopyTo(_interval);
            _interval.Subtract(_before[i]);
            _now.CopyTo(_before[i]);
            if (_interval.Count > 0)
            {
                Add(_taken[i], new IntervalHistogram(
                    sources[i].Tag, _takenNs, nowNs - _takenNs, _interval.MaxNs, HdrV2.Encode(_interval)));
            }
        }

        _takenNs = nowNs;
    }

    private static void Add(List<IntervalHistogram> to, IntervalHistogram interval)
    {
        to.Add(interval);
        if (to.Count < IntervalsMax)
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

    private static IntervalHistogram Merge(IntervalHistogram first, IntervalHistogram second)
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
