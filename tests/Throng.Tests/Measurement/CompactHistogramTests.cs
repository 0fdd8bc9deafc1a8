using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class CompactHistogramTests
{
    [Fact]
    public void It_says_what_the_whole_histogram_says_also_of_two_merged()
    {
        Prng prng = new(31);
        for (int round = 0; round < 200; round++)
        {
            Histogram one = Any(ref prng);
            Histogram other = Any(ref prng);
            CompactHistogram? merged = CompactHistogram.Merge(CompactHistogram.From(one), CompactHistogram.From(other));
            Agree(one, CompactHistogram.From(one));
            one.Add(other);
            Agree(one, merged);
        }
    }

    [Fact]
    public void Values_beyond_the_last_cell_keep_their_maximum()
    {
        Histogram histogram = new();
        histogram.Record(5);
        histogram.Record(Histogram.TopNs * 3);
        Agree(histogram, CompactHistogram.From(histogram));
    }

    private static void Agree(Histogram histogram, CompactHistogram? compact)
    {
        Assert.Equal(histogram.Count, compact?.Count ?? 0);
        Assert.Equal(IntervalLatency.From(histogram), IntervalLatency.From(compact));
        foreach (double percentile in (double[])[0, 10, 50, 90, 99, 99.9, 100])
        {
            Assert.Equal(histogram.Percentile(percentile), compact?.Percentile(percentile) ?? 0);
        }
    }

    private static Histogram Any(ref Prng prng)
    {
        Histogram histogram = new();
        for (long left = prng.NextInRange(0, 300); left > 0; left--)
        {
            histogram.Record(1L << (int)prng.NextInRange(0, 43), prng.NextInRange(1, 3_000));
            histogram.Record(prng.NextInRange(0, 100_000));
        }

        return histogram;
    }
}
