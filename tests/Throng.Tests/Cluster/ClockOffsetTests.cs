using Throng.Cluster;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>How far apart two clocks are, from questions whose ways there and back take their time.</summary>
public class ClockOffsetTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 30)]
    [InlineData(30, 0)]
    [InlineData(4, 4)]
    [InlineData(1, 15)]
    public void The_truth_is_within_the_bound_however_long_each_way_takes(int thereMs, int backMs)
    {
        ClockOffset offset = new();
        TimeSpan ahead = TimeSpan.FromMilliseconds(-1_234.5678);
        Ask(offset, 0, thereMs * 1_000_000L, backMs * 1_000_000L, ahead);
        Assert.True(offset.IsKnown);
        Assert.InRange((offset.Ahead - ahead).Duration(), TimeSpan.Zero, offset.Bound);
        Assert.InRange(offset.Bound.TotalMilliseconds, (thereMs + backMs) / 2.0, ((thereMs + backMs) / 2.0) + 0.001);
    }

    [Fact]
    public void The_fastest_answer_counts_and_the_truth_stays_within_the_bound_while_clocks_drift()
    {
        Prng random = new(3);
        for (int round = 0; round < 200; round++)
        {
            ClockOffset offset = new();
            double drift = (random.NextDouble() - 0.5) * 2 * 40e-6;
            long firstNs = random.NextInRange(-3_000_000_000, 3_000_000_000);
            TimeSpan Ahead(long atNs) => TimeSpan.FromTicks((firstNs + (long)(atNs * drift)) / 100);
            for (long atNs = 0; atNs < 600 * Ns.Second; atNs += Ns.Second)
            {
                long thereNs = random.NextInRange(20_000, 15_000_000);
                Ask(offset, atNs, thereNs, random.NextInRange(20_000, 15_000_000), Ahead(atNs + thereNs));
                long laterNs = atNs + (Ns.Second / 2);
                TimeSpan far = (offset.Ahead - Ahead(laterNs)).Duration();
                Assert.InRange(far, TimeSpan.Zero, offset.BoundAt(At(laterNs)) + TimeSpan.FromTicks(2));
            }
        }
    }

    [Fact]
    public void A_slow_answer_does_not_replace_a_fast_one_until_it_has_drifted_away()
    {
        ClockOffset offset = new();
        Ask(offset, 0, 50_000, 50_000, TimeSpan.FromSeconds(1));
        Ask(offset, Ns.Second, 10_000_000, 0, TimeSpan.FromSeconds(1));
        Assert.Equal(50_000 / 100, offset.Bound.Ticks, tolerance: 1);
        Ask(offset, 300 * Ns.Second, 10_000_000, 0, TimeSpan.FromSeconds(1));
        Assert.Equal(5_000_000 / 100, offset.Bound.Ticks, tolerance: 1);
    }

    [Fact]
    public void A_clock_that_is_set_is_believed_at_once()
    {
        ClockOffset offset = new();
        Ask(offset, 0, 50_000, 50_000, TimeSpan.Zero);
        Ask(offset, Ns.Second, 10_000_000, 10_000_000, TimeSpan.FromSeconds(2));
        Assert.Equal(2, offset.Ahead.TotalSeconds, tolerance: 0.011);
    }

    private static ClusterTime At(long ns) => new(1_000 + ns, Epoch.AddTicks(ns / 100));

    private static void Ask(ClockOffset offset, long atNs, long thereNs, long backNs, TimeSpan ahead) =>
        offset.Take(At(atNs), At(atNs + thereNs + backNs), At(atNs + thereNs).Utc + ahead);
}
