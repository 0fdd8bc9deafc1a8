using FsCheck;
using FsCheck.Fluent;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class RateProfileTests
{
    private const long SecondNs = 1_000_000_000;

    [Theory]
    [InlineData("10s@1k", 10_000)]
    [InlineData("10s@1k,30s@1k..50k,10s@50k", 10_000 + 765_000 + 500_000)]
    [InlineData("2s@0..100", 100)]
    [InlineData("2s@100..0", 100)]
    [InlineData("1s@10, 1s@0, 1s@10", 20)]
    public void A_profile_brings_the_area_under_its_rate(string text, double count)
    {
        Assert.True(RateProfile.TryParse(text, out RateProfile profile, out string error), error);
        Assert.Equal(count, profile.Count, 6);
        Assert.Equal(profile.ToString(), Reread(profile.ToString()).ToString());
    }

    [Theory]
    [InlineData("", "DURATION@RATE")]
    [InlineData("1k", "DURATION@RATE")]
    [InlineData("0s@1k", "longer than 0")]
    [InlineData("10s@x", "x")]
    [InlineData("10s@1k..", "")]
    [InlineData("10s@1k,,5s@2k", "DURATION@RATE")]
    [InlineData("10s@-5", "")]
    public void What_is_no_profile_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(RateProfile.TryParse(text, out _, out string error));
        Assert.NotEqual("", error);
        Assert.Contains(reason, error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rate_set_before_the_beginning_is_the_rate_from_there_on(bool isEndless)
    {
        RateProfile profile = RateProfile.Constant(1_000);
        RateProfile changed = (isEndless ? profile : profile.EndedAt(2 * SecondNs)).WithRateFrom(0, 500);
        Assert.Equal(500, changed.CountAt(SecondNs));
        Assert.Equal(isEndless ? "500" : "2000ms@500", changed.ToString());
        RateProfile paused = changed.WithRateFrom(0, 0).WithRateFrom(0, 200);
        Assert.Equal(200, paused.CountAt(SecondNs));
        Assert.Equal(0, new RateSegment(0, 0, 0).CountWithin(0));
    }

    [Fact]
    public void Constant_arrivals_stay_exact_after_a_hundred_days()
    {
        RateProfile profile = RateProfile.Constant(1_000_000);
        long slot = 100L * 86_400 * 1_000_000;
        int hint = 0;
        Assert.InRange(profile.TimeOf(slot, ref hint), (slot * 1000) - 1, (slot * 1000) + 1);
    }

    [Fact]
    public void A_rate_of_zero_brings_nothing_and_the_next_stretch_goes_on()
    {
        RateProfile profile = Reread("1s@10,5s@0,1s@10");
        int hint = 0;
        Assert.Equal(900_000_000, profile.TimeOf(9, ref hint));
        Assert.Equal(6 * SecondNs, profile.TimeOf(10, ref hint));
        Assert.Equal(long.MaxValue, profile.TimeOf(20, ref hint));
        hint = 0;
        Assert.Equal(long.MaxValue, RateProfile.Constant(0).TimeOf(0, ref hint));
    }

    [Fact]
    public void Time_and_count_are_each_others_inverse()
    {
        Gen<RateSegment> segment =
            from durationMs in Gen.Choose(1, 20_000)
            from first in Gen.Choose(0, 100_000)
            from last in Gen.Choose(0, 100_000)
            select new RateSegment(durationMs * 1_000_000L, first, last);
        Gen<RateSegment[]> segments = segment.ArrayOf().Where(list => list.Length is > 0 and < 6);
        Prop.ForAll(segments.ToArbitrary(), list =>
        {
            RateProfile profile = new(list);
            int hint = 0;
            long before = 0;
            for (int i = 0; i < 50; i++)
            {
                double count = profile.Count * i / 50;
                long ns = profile.TimeOf(count, ref hint);
                if (ns == long.MaxValue)
                {
                    return profile.Count == 0;
                }

                // A nanosecond at the highest rate, and what doubles leave of a million.
                double off = Math.Abs(profile.CountAt(ns) - count);
                if (ns < before || ns > profile.DurationNs || off > 0.01)
                {
                    return false;
                }

                before = ns;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("10s@1k")]
    [InlineData("5s@1k..3k,5s@3k..0")]
    public void A_rate_changed_on_the_way_leaves_what_was_due_before(string text)
    {
        RateProfile profile = Reread(text);
        RateProfile changed = profile.WithRateFrom(3 * SecondNs, 7_000);
        Assert.Equal(profile.DurationNs, changed.DurationNs);
        Assert.Equal(7_000, changed.RateAt(9 * SecondNs));
        Assert.Equal(profile.CountAt(3 * SecondNs) + 49_000, changed.Count, 6);
        int a = 0;
        int b = 0;
        for (int slot = 0; slot < (int)profile.CountAt(3 * SecondNs); slot++)
        {
            Assert.InRange(profile.TimeOf(slot, ref a) - changed.TimeOf(slot, ref b), -1, 1);
        }
    }

    [Fact]
    public void It_can_be_ended_sooner()
    {
        RateProfile profile = RateProfile.Constant(100).EndedAt(2 * SecondNs);
        Assert.Equal(200, profile.Count);
        Assert.Equal(2 * SecondNs, profile.DurationNs);
        Assert.Equal(0, profile.RateAt(3 * SecondNs));
    }

    private static RateProfile Reread(string text)
    {
        Assert.True(RateProfile.TryParse(text, out RateProfile profile, out string error), error);
        return profile;
    }
}
