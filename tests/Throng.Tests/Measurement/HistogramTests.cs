using FsCheck;
using FsCheck.Fluent;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    [InlineData(Histogram.HighestTrackableNs)]
    [InlineData(Histogram.TopNs)]
    public void A_value_lies_in_its_cell(long valueNs)
    {
        int index = Histogram.IndexOf(valueNs);
        Assert.InRange(index, 0, Histogram.CellCount - 1);
        Assert.InRange(valueNs, Histogram.LowestNs(index), Histogram.HighestNs(index));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void A_batch_counts_each_value_once_and_none_before_it_is_flushed_or_full(int count)
    {
        Histogram each = new();
        Histogram together = new();
        HistogramBatch batch = new(together);
        for (int i = 0; i < count; i++)
        {
            long valueNs = (i * 7919L) - 3; // negative ones too
            each.Record(valueNs);
            batch.Record(valueNs);
            Assert.InRange(together.Count, 0, i);
        }

        batch.Flush();
        batch.Flush();
        Assert.Equal(count, together.Count);
        Assert.Equal(each.MinNs, together.MinNs);
        Assert.Equal(each.MaxNs, together.MaxNs);
        Assert.Equal(each.MeanNs, together.MeanNs);
        Assert.All(
            Enumerable.Range(0, Histogram.CellCount),
            cell => Assert.Equal(each.CountAt(cell), together.CountAt(cell)));
    }

    [Fact]
    public void Cells_follow_one_another_without_a_gap()
    {
        for (int index = 1; index < Histogram.CellCount; index++)
        {
            Assert.Equal(Histogram.HighestNs(index - 1) + 1, Histogram.LowestNs(index));
        }

        Assert.Equal(Histogram.TopNs, Histogram.HighestNs(Histogram.CellCount - 1));
    }

    [Fact]
    public void Every_value_is_known_to_a_thousandth() => Prop.ForAll(
        Arb.From(Latencies),
        valueNs =>
        {
            int index = Histogram.IndexOf(valueNs);
            long widthNs = Histogram.HighestNs(index) - Histogram.LowestNs(index);
            return widthNs <= valueNs / 1000.0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merging_is_recording_the_union() => Prop.ForAll(
        Arb.From(LatencyLists),
        Arb.From(LatencyLists),
        (first, second) =>
        {
            Histogram merged = Recorded(first);
            merged.Add(Recorded(second));
            AssertSame(Recorded([.. first, .. second]), merged);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_percentile_is_the_ranked_value_to_a_thousandth() => Prop.ForAll(
        Arb.From(LatencyLists.Where(list => list.Length > 0)),
        Arb.From(Gen.Elements(0.0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100)),
        (values, percentile) =>
        {
            long[] sorted = [.. values.Order()];
            int rank = Math.Max(1, (int)Math.Ceiling((decimal)percentile * sorted.Length / 100));
            long exactNs = sorted[rank - 1];
            long actualNs = Recorded(values).Percentile(percentile);
            return actualNs >= exactNs && actualNs <= Math.Min(sorted[^1], exactNs + (exactNs / 1000.0) + 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_interval_is_what_was_recorded_between_two_copies() => Prop.ForAll(
        Arb.From(LatencyLists),
        Arb.From(LatencyLists),
        (before, within) =>
        {
            Histogram cumulative = Recorded(before);
            Histogram earlier = new();
            cumulative.CopyTo(earlier);
            RecordAll(cumulative, within);
            Histogram interval = new();
            cumulative.CopyTo(interval);
            interval.Subtract(earlier);
            AssertSameCells(Recorded(within), interval);
            Histogram expected = Recorded(within);
            Assert.Equal(expected.MeanNs, interval.MeanNs);
            Assert.InRange(interval.MaxNs, expected.MaxNs, expected.MaxNs * 1.001);
            Assert.InRange(interval.MinNs, expected.MinNs * 0.999, expected.MinNs);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Copies_taken_while_another_thread_records_add_up_to_all_of_it()
    {
        Histogram cumulative = new();
        const int total = 2_000_000;
        Thread writer = new(() =>
        {
            Prng random = new(7);
            for (int i = 0; i < total; i++)
            {
                cumulative.Record(random.NextInRange(0, 10_000_000));
            }
        });
        Histogram previous = new();
        Histogram sum = new();
        writer.Start();
        bool isLast;
        do
        {
            isLast = writer.Join(0);
            Histogram now = new();
            cumulative.CopyTo(now);
            Histogram interval = new();
            now.CopyTo(interval);
            interval.Subtract(previous);
            sum.Add(interval);
            previous = now;
        }
        while (!isLast);

        Assert.Equal(total, sum.Count);
        AssertSameCells(cumulative, sum);
        Assert.Equal(cumulative.MeanNs, sum.MeanNs, tolerance: 1e-6);
    }

    [Fact]
    public void What_is_too_long_is_counted_on_top_and_its_maximum_stays_exact()
    {
        Histogram histogram = new();
        histogram.Record(10);
        histogram.Record(long.MaxValue, 3);
        Assert.Equal(4, histogram.Count);
        Assert.Equal(3, histogram.CountAt(Histogram.CellCount - 1));
        Assert.Equal(long.MaxValue, histogram.MaxNs);
        Assert.Equal(long.MaxValue, histogram.Percentile(100));
        Assert.Equal(long.MaxValue * 0.75, histogram.MeanNs, tolerance: 1e6);
    }

    [Fact]
    public void A_negative_value_counts_as_none()
    {
        Histogram histogram = new();
        histogram.Record(-5);
        Assert.Equal((1, 0, 0), (histogram.Count, histogram.MinNs, histogram.MaxNs));
    }

    [Fact]
    public void An_empty_one_is_all_zeros_and_after_a_reset_again()
    {
        Histogram histogram = Recorded([1, 2, 3]);
        histogram.Reset();
        AssertSame(new Histogram(), histogram);
        Assert.Equal(0, histogram.Percentile(99));
        Assert.Equal(0, histogram.MeanNs);
        Assert.Null(LatencySummary.From(histogram).P50Ns);
    }

    [Fact]
    public void Something_that_is_not_an_earlier_copy_is_refused() =>
        Assert.Throws<ArgumentException>(() => Recorded([1]).Subtract(Recorded([2])));

    [Fact]
    public void Recording_allocates_nothing()
    {
        Histogram histogram = new();
        histogram.Record(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            histogram.Record(i * 977L);
            histogram.Record(i, 2);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Uniform in magnitude from 1 us to 1 h: where three digits are promised.
    internal static Gen<long> Latencies => Gen.Choose(0, 1_000_000).Select(
        step => (long)Math.Exp(Math.Log(1e3) + (step / 1e6 * (Math.Log(3.6e12) - Math.Log(1e3)))));

    internal static Gen<long[]> LatencyLists =>
        Gen.OneOf(Latencies, Gen.Choose(0, 5_000).Select(ns => (long)ns)).ArrayOf();

    internal static Histogram Recorded(IEnumerable<long> values)
    {
        Histogram histogram = new();
        RecordAll(histogram, values);
        return histogram;
    }

    internal static void AssertSame(Histogram expected, Histogram actual)
    {
        AssertSameCells(expected, actual);
        Assert.Equal(expected.MinNs, actual.MinNs);
        Assert.Equal(expected.MaxNs, actual.MaxNs);
        Assert.Equal(expected.MeanNs, actual.MeanNs);
    }

    internal static void AssertSameCells(Histogram expected, Histogram actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int index = 0; index < Histogram.CellCount; index++)
        {
            if (expected.CountAt(index) != actual.CountAt(index))
            {
                Assert.Fail($"cell {index}: {expected.CountAt(index)} expected, {actual.CountAt(index)} found");
            }
        }
    }

    private static void RecordAll(Histogram histogram, IEnumerable<long> values)
    {
        foreach (long valueNs in values)
        {
            histogram.Record(valueNs);
        }
    }

    [Fact]
    public void A_sum_taken_while_its_owner_records_agrees_with_its_cells()
    {
        Histogram live = new();
        bool isOver = false;
        Thread owner = new(() =>
        {
            Prng random = new(7);
            while (!Volatile.Read(ref isOver))
            {
                live.Record((long)(random.NextDouble() * 1e9));
            }
        });
        owner.Start();
        try
        {
            for (int round = 0; round < 200; round++)
            {
                Histogram sum = new();
                sum.Add(live);
                long cells = 0;
                for (int cell = 0; cell < Histogram.CellCount; cell++)
                {
                    cells += sum.CountAt(cell);
                }

                Assert.Equal(cells, sum.Count);
                Assert.True(LatencySummary.From(sum).TryToHistogram(out _, out string error), error);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            owner.Join();
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1_234_567)]
    [InlineData(987_654_321)]
    public void A_summary_keeps_the_sum_of_all_values(long count)
    {
        Histogram histogram = new();
        histogram.Record(36_970, count - 1);
        histogram.Record(41_811, 1);
        double sumNs = (36_970.0 * (count - 1)) + 41_811;
        LatencySummary summary = LatencySummary.From(histogram);
        Assert.Equal(sumNs, summary.SumNs);
        Assert.True(summary.TryToHistogram(out Histogram again, out string error), error);
        Assert.Equal(sumNs, LatencySummary.From(again).SumNs);
    }
}
