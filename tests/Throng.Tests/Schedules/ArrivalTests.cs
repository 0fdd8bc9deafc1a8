using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class ArrivalTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void Constant_arrivals_are_evenly_spaced_and_as_many_as_the_rate_says()
    {
        List<long> times = Walk(RateProfile.Constant(1_000).EndedAt(10 * SecondNs), Arrivals.Constant, 1);
        Assert.Equal(10_000, times.Count);
        Assert.Equal(0, times[0]);
        for (int i = 1; i < times.Count; i++)
        {
            Assert.InRange(times[i] - times[i - 1], 999_999, 1_000_001);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    public void Poisson_arrivals_have_the_mean_and_the_spread_of_independent_clients(ulong seed)
    {
        List<long> times = Walk(RateProfile.Constant(10_000).EndedAt(20 * SecondNs), Arrivals.Poisson, seed);
        double count = times.Count;
        Assert.InRange(count, 200_000 - (4 * Math.Sqrt(200_000)), 200_000 + (4 * Math.Sqrt(200_000)));
        double[] gaps = [.. times.Zip(times.Skip(1), (a, b) => (b - a) / 100_000.0)];
        double mean = gaps.Average();
        double variance = gaps.Average(gap => (gap - mean) * (gap - mean));
        Assert.InRange(mean, 0.99, 1.01);
        Assert.InRange(variance, 0.97, 1.03); // an exponential's variance is its mean squared
        Assert.InRange(gaps.Count(gap => gap > 1) / count, Math.Exp(-1) - 0.01, Math.Exp(-1) + 0.01);
    }

    [Fact]
    public void A_ramp_has_the_rate_of_its_profile_in_every_second()
    {
        Assert.True(RateProfile.TryParse("10s@0..1k,5s@1k", out RateProfile profile, out _));
        List<long> times = Walk(profile, Arrivals.Constant, 1);
        for (int second = 0; second < 15; second++)
        {
            int within = times.Count(ns => ns / SecondNs == second);
            Assert.InRange(within, profile.CountAt((second + 1) * SecondNs) - profile.CountAt(second * SecondNs) - 1.01,
                profile.CountAt((second + 1) * SecondNs) - profile.CountAt(second * SecondNs) + 1.01);
        }
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void What_is_due_by_a_time_is_what_a_walk_has_passed(Arrivals arrivals)
    {
        Assert.True(RateProfile.TryParse("3s@700..1300,2s@0,2s@333", out RateProfile profile, out _));
        List<long> times = Walk(profile, arrivals, 5);
        ArrivalCount count = new(profile, arrivals, 5);
        for (long ns = 0; ns < 8 * SecondNs; ns += 7_654_321)
        {
            Assert.Equal(times.Count(time => time < ns), count.DueBefore(ns));
        }

        Assert.Equal(times.Count, count.DueBefore(long.MaxValue));
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void A_change_on_the_way_is_the_same_for_every_walker(Arrivals arrivals)
    {
        RateProfile profile = RateProfile.Constant(1_000).EndedAt(4 * SecondNs);
        RateProfile changed = profile.WithRateFrom(2 * SecondNs, 5_000);
        List<long> early = WalkWithChange(1 * SecondNs);
        List<long> late = WalkWithChange((2 * SecondNs) - 1);
        Assert.Equal(early, late);
        Assert.InRange(late.Count(ns => ns >= 2 * SecondNs), 9_500, 10_500);

        List<long> WalkWithChange(long seenAtNs)
        {
            List<long> times = [];
            bool isChanged = false;
            ArrivalCursor cursor = new(profile, arrivals, 9);
            while (!cursor.IsAtEnd)
            {
                if (!isChanged && cursor.TimeNs >= seenAtNs)
                {
                    cursor.Follow(changed);
                    isChanged = true;
                }

                times.Add(cursor.TimeNs);
                cursor.MoveNext();
            }

            return times;
        }
    }

    [Theory]
    [InlineData(ConnectionPick.Random, 7)]
    [InlineData(ConnectionPick.Random, 2000)]
    [InlineData(ConnectionPick.RoundRobin, 7)]
    public void Every_connection_gets_its_equal_share(ConnectionPick pick, int connections)
    {
        const int Slots = 1_000_000;
        int[] counts = new int[connections];
        for (long slot = 0; slot < Slots; slot++)
        {
            counts[ConnectionPicks.Pick(pick, 3, slot, connections)]++;
        }

        double each = (double)Slots / connections;
        double spread = pick == ConnectionPick.Random ? 5 * Math.Sqrt(each) : 1;
        Assert.All(counts, count => Assert.InRange(count, each - spread, each + spread));
    }

    private static List<long> Walk(RateProfile profile, Arrivals arrivals, ulong seed)
    {
        List<long> times = [];
        ArrivalCursor cursor = new(profile, arrivals, seed);
        while (!cursor.IsAtEnd)
        {
            times.Add(cursor.TimeNs);
            cursor.MoveNext();
        }

        return times;
    }

    [Fact]
    public void A_count_that_walks_so_far_at_most_comes_to_the_same_in_several_looks()
    {
        RateProfile profile = RateProfile.Constant(100_000);
        long whole = new ArrivalCount(profile, Arrivals.Poisson, seed: 7).DueBefore(1_000_000_000);
        ArrivalCount bounded = new(profile, Arrivals.Poisson, seed: 7);
        int looks = 1;
        for (; bounded.DueBefore(1_000_000_000, walkedMax: 30_000) == looks * 30_000; looks++)
        {
            Assert.False(bounded.IsComplete);
        }

        Assert.True(bounded.IsComplete);
        Assert.Equal((whole / 30_000) + 1, looks);
        Assert.Equal(whole, bounded.DueBefore(1_000_000_000));
    }
}
