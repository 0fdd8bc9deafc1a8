using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A schedule with a number of arrivals has exactly so many, however it is split and changed.</summary>
public sealed class ArrivalLimitTests
{
    private const long SecondNs = 1_000_000_000;

    // All of these are over by then; what is passed over until then is all there is.
    private const long LongNs = 10_000 * SecondNs;

    public static TheoryData<Arrivals, string, long> Kinds { get; } = new(
        from arrivals in new[] { Arrivals.Constant, Arrivals.Poisson }
        from rates in new[] { "1000", "7", "333.3", "10000000", "1s@700..1300,200ms@2k,300ms@0,2000s@333" }
        from count in new long[] { 1, 2, 7, 1_000, 4_321 }
        select (arrivals, rates, count));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_ends_after_so_many(Arrivals arrivals, string rates, long count)
    {
        foreach (long connections in (long[])[1, 6, 5_000])
        {
            Schedule schedule = new(
                ProfileOf(rates), arrivals, ConnectionPick.Random, 5, connections, new ArrivalLimit(count));
            Assert.False(schedule.Profile.IsEndless);
            List<Walked> whole = Walk.Whole(schedule, 1, LongNs);
            Assert.Equal(count, whole.Count);
            Assert.True(whole[^1].Ns < schedule.Profile.DurationNs);
            Assert.Equal(whole, Walk.Whole(schedule, 3, LongNs));
            Assert.Equal(count, Walk.DueBefore(schedule, LongNs));

            // The same arrivals as without a number, as far as they go.
            Schedule endless = new(ProfileOf(rates), arrivals, ConnectionPick.Random, 5, connections);
            Assert.Equal(whole, Walk.Whole(endless, 1, whole[^1].Ns + 1).Take((int)count));
        }
    }

    [Theory]
    [InlineData(Arrivals.Constant, "500", 300, true)]
    [InlineData(Arrivals.Poisson, "500", 300, true)]
    [InlineData(Arrivals.Constant, "2s@500", 300, true)]
    [InlineData(Arrivals.Constant, "2s@500", 2000, false)]
    [InlineData(Arrivals.Poisson, "2s@500", 2000, false)]
    [InlineData(Arrivals.Constant, "2s@500", 0, false)]
    public void It_is_known_whether_the_number_ends_it(Arrivals arrivals, string rates, long count, bool isEnded)
    {
        Schedule schedule = new(ProfileOf(rates), arrivals, 5, new ArrivalLimit(count));
        Assert.Equal(isEnded, schedule.IsEndedByCount);
        Assert.Equal(ProfileOf(rates).ToString(), schedule.Asked.ToString());
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void The_warm_up_is_not_among_them(Arrivals arrivals)
    {
        Schedule schedule = new(
            RateProfile.Constant(777), arrivals, ConnectionPick.Random, 3, 50, new ArrivalLimit(1_000, SecondNs));
        List<Walked> whole = Walk.Whole(schedule, 3, LongNs);
        Assert.Equal(1_000, whole.Count(one => one.Ns >= SecondNs));
        Assert.InRange(whole.Count(one => one.Ns < SecondNs), 600, 900);
        Schedule faster = schedule.WithRate(SecondNs / 2, 2_000);
        Assert.Equal(1_000, Walk.Whole(faster, 3, LongNs).Count(one => one.Ns >= SecondNs));
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void Changes_on_the_way_leave_the_number(Arrivals arrivals)
    {
        Schedule schedule = new(
            RateProfile.Constant(1_000), arrivals, ConnectionPick.Random, 3, 50, new ArrivalLimit(5_000));
        Schedule faster = schedule.WithRate(SecondNs, 3_000);
        Schedule more = faster.WithConnections(3 * SecondNs / 2, 200);
        Schedule paused = more.WithRate(2 * SecondNs, 0);
        Schedule again = paused.WithRate(60 * SecondNs, 500);
        (long, Schedule)[] changes =
            [(SecondNs / 2, faster), (SecondNs, more), (3 * SecondNs / 2, paused), (2 * SecondNs, again)];
        Assert.Equal(5_000, Walk.Whole(schedule, 1, LongNs).Count);
        Assert.Equal(5_000, Walk.Whole(again, 1, LongNs).Count);
        Assert.Equal(Walk.Whole(again, 1, LongNs), Walk.Whole(again, 7, LongNs));
        Assert.True(paused.Profile.IsEndless); // a pause lasts until it is ended
        Assert.Equal(
            5_000, Enumerable.Range(0, 3).Sum(part => Walk.Part(schedule, part, 3, LongNs, changes).Count));
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void The_time_may_be_over_first(Arrivals arrivals)
    {
        Schedule schedule = new(
            RateProfile.Constant(1_000).EndedAt(SecondNs), arrivals, ConnectionPick.Random, 3, 50,
            new ArrivalLimit(1L << 40));
        Assert.Equal(SecondNs, schedule.Profile.DurationNs);
        Assert.InRange(Walk.Whole(schedule, 2, LongNs).Count, 900, 1_100);
    }

    private static RateProfile ProfileOf(string rates) => rates.Contains('@')
        ? Walk.Profile(rates)
        : RateProfile.Constant(double.Parse(rates, System.Globalization.CultureInfo.InvariantCulture));
}
