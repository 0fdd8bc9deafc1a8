using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A walk from its beginning to its end: what is too late, what follows a change, what is counted.</summary>
public sealed class OwnArrivalsLifeTests
{
    private const long SecondNs = 1_000_000_000;
    private const long OriginNs = 1_000 * SecondNs;

    [Fact]
    public void Nothing_is_due_before_it_begins_and_after_it_has_ended()
    {
        OwnArrivals arrivals = Own("1s@100");
        Assert.Equal((long.MaxValue, long.MaxValue), (arrivals.NextNs, arrivals.EndNs));
        arrivals.Begin(5 * SecondNs);
        Assert.Equal((5 * SecondNs, 6 * SecondNs), (arrivals.NextNs, arrivals.EndNs));
        for (int i = 0; i < 100; i++)
        {
            Assert.InRange(arrivals.Next().IntendedNs, 5 * SecondNs, 6 * SecondNs);
        }

        Assert.Equal(long.MaxValue, arrivals.NextNs);
    }

    [Fact]
    public void It_follows_a_changed_offer_and_ends()
    {
        Schedule schedule = new(Walk.Profile("1s@0"), Arrivals.Constant, seed: 3);
        OwnArrivals arrivals = new(schedule, 0, 1, new ScheduleTally());
        arrivals.Begin(OriginNs);
        Assert.Equal((long.MaxValue, OriginNs + SecondNs), (arrivals.NextNs, arrivals.EndNs));
        arrivals.Follow(schedule.WithRate(SecondNs / 2, 10));
        Assert.Equal((OriginNs + (SecondNs / 2), 1), (arrivals.NextNs, arrivals.Step));
        arrivals.End(OriginNs);
        arrivals.Follow(schedule.WithRate(SecondNs * 3 / 5, 10));
        arrivals.Begin(OriginNs);
        Assert.Equal((long.MaxValue, long.MaxValue), (arrivals.NextNs, arrivals.EndNs));
    }

    [Fact]
    public void What_a_pause_has_overtaken_is_too_late_and_what_others_follow_is_not()
    {
        OwnArrivals arrivals = Own("1s@10,1s@20,1s@0,1s@10");
        arrivals.Begin(OriginNs);
        Assert.False(arrivals.IsTooLate(OriginNs + (9 * SecondNs)));
        while (arrivals.Step == 0)
        {
            arrivals.MoveNext();
        }

        Assert.False(arrivals.IsTooLate(OriginNs + (2 * SecondNs) + Schedule.EndGraceNs));
        Assert.True(arrivals.IsTooLate(OriginNs + (2 * SecondNs) + 1 + Schedule.EndGraceNs));
        while (arrivals.IsTooLate(OriginNs + (SecondNs * 7 / 2)))
        {
            arrivals.MoveNext();
        }

        Assert.Equal((30, OriginNs + (3 * SecondNs)), (arrivals.Number, arrivals.NextNs));
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void At_the_end_all_that_was_due_is_counted_by_stretch_and_without_the_warm_up(Arrivals arrivals)
    {
        Schedule schedule = new(
            Walk.Profile("1s@1k,1s@0,1s@2k"), arrivals, ConnectionPick.Random, seed: 8, connections: 10);
        List<Walked> own = Walk.Part(schedule, 1, 3, 4 * SecondNs);
        long stoppedNs = SecondNs * 5 / 2;
        ScheduleTally tally = new() { WarmUpNs = SecondNs / 4 };
        OwnArrivals walk = new(schedule, 1, 3, tally);
        walk.Begin(OriginNs);
        for (int i = 0; i < 100; i++)
        {
            _ = walk.Next();
        }

        Assert.Equal(walk.NextNs, tally.NextNs);
        walk.End(OriginNs + stoppedNs);
        Assert.Equal(own.Count(one => one.Ns <= stoppedNs && one.Ns >= SecondNs / 4), tally.Taken);
        Assert.Equal(own.Count(one => one.Step == 0 && one.Ns >= SecondNs / 4), tally.TakenIn(0));
        Assert.Equal(0, tally.TakenIn(1));
        Assert.Equal(own.Count(one => one.Step == 2 && one.Ns <= stoppedNs), tally.TakenIn(2));
        Assert.Equal((long.MaxValue, OriginNs + stoppedNs), (tally.NextNs, tally.StoppedNs));
    }

    private static OwnArrivals Own(string profile) => new(
        new Schedule(Walk.Profile(profile), Arrivals.Constant, seed: 3), 0, 1, new ScheduleTally());
}
