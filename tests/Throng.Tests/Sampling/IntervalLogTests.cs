using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class IntervalLogTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void An_interval_has_what_came_since_the_one_before()
    {
        Histogram response = new();
        Histogram connect = new();
        IntervalLog log = new([("response", response.CopyTo), ("connect", connect.CopyTo)]);
        response.Record(5_000, 2);
        log.Take(SecondNs);
        log.Take(2 * SecondNs);
        connect.Record(7_000);
        response.Record(9_000);
        log.Take(3 * SecondNs);
        Assert.Equal(
            [
                new("response", 0, SecondNs, 5_000, Encoded(5_000, 5_000)),
                new("response", 2 * SecondNs, SecondNs, 9_000, Encoded(9_000)),
                new TaggedHistogram("connect", 2 * SecondNs, SecondNs, 7_000, Encoded(7_000)),
            ],
            log.Taken);
    }

    [Fact]
    public void A_long_run_keeps_fewer_and_longer_intervals_and_every_value()
    {
        const int Most = 256;
        const int Intervals = Most + 100;
        Histogram response = new();
        IntervalLog log = new([("response", response.CopyTo)], Most);
        for (int i = 1; i <= Intervals; i++)
        {
            response.Record(i * 1000L);
            log.Take(i * SecondNs);
        }

        IReadOnlyList<TaggedHistogram> taken = log.Taken;
        Assert.Equal((Most / 2) + 100, taken.Count);
        Assert.Equal((0, 2 * SecondNs, 2000), (taken[0].StartNs, taken[0].LengthNs, taken[0].MaxNs));
        Assert.Equal(Intervals * SecondNs, taken.Sum(one => one.LengthNs));
        Histogram all = new();
        foreach (TaggedHistogram one in taken)
        {
            all.Add(HdrV2.Decode(one.Histogram));
        }

        HistogramTests.AssertSameCells(response, all);
    }

    private static string Encoded(params long[] valuesNs) => HdrV2.Encode(HistogramTests.Recorded(valuesNs));
}
