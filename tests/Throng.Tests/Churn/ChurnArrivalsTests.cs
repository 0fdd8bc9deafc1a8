using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The slots of a schedule, dealt to workers: each goes to one of them, at its own time.</summary>
public sealed class ChurnArrivalsTests
{
    private const long OriginNs = 1_000_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Any_number_of_workers_begins_the_same(int workers)
    {
        Schedule schedule = Of("200ms@1k,100ms@0,300ms@500..2k");
        List<(long Slot, long DueNs, int Step)> all = [];
        for (int worker = 0; worker < workers; worker++)
        {
            ChurnArrivals arrivals = new(schedule, worker, workers);
            Assert.Equal(long.MaxValue, arrivals.NextNs);
            arrivals.Begin(OriginNs);
            while (arrivals.NextNs < long.MaxValue)
            {
                all.Add((arrivals.Slot, arrivals.NextNs - OriginNs, arrivals.Step));
                arrivals.MoveNext();
            }
        }

        all.Sort();
        Assert.Equal(575, all.Count);
        Assert.Equal(Enumerable.Range(0, 575).Select(slot => (long)slot), all.Select(one => one.Slot));
        Assert.Equal([.. Enumerable.Repeat(0, 200), .. Enumerable.Repeat(2, 375)], all.Select(one => one.Step));
        Assert.Equal(5_000_000, all[5].DueNs);
        Assert.Equal(300_000_000, all[200].DueNs);
    }

    [Fact]
    public void It_follows_a_changed_offer_and_ends()
    {
        Schedule schedule = Of("1s@0");
        ChurnArrivals arrivals = new(schedule, 0, 1);
        arrivals.Begin(OriginNs);
        Assert.Equal(long.MaxValue, arrivals.NextNs);
        Assert.Equal(OriginNs + 1_000_000_000, arrivals.EndNs);
        arrivals.Follow(schedule.WithRate(500_000_000, 10));
        Assert.Equal(OriginNs + 500_000_000, arrivals.NextNs);
        Assert.Equal(1, arrivals.Step);
        arrivals.End();
        arrivals.Follow(schedule.WithRate(600_000_000, 10));
        Assert.Equal((long.MaxValue, long.MaxValue), (arrivals.NextNs, arrivals.EndNs));
    }

    [Fact]
    public void What_a_pause_has_overtaken_is_too_late_and_what_others_follow_is_not()
    {
        ChurnArrivals arrivals = new(Of("1s@10,1s@20,1s@0,1s@10"), 0, 1);
        arrivals.Begin(OriginNs);
        Assert.False(arrivals.IsTooLate(OriginNs + 9_000_000_000));
        while (arrivals.Step == 0)
        {
            arrivals.MoveNext();
        }

        Assert.False(arrivals.IsTooLate(OriginNs + 2_000_000_000 + Schedule.EndGraceNs));
        Assert.True(arrivals.IsTooLate(OriginNs + 2_000_000_001 + Schedule.EndGraceNs));
        while (arrivals.IsTooLate(OriginNs + 3_500_000_000))
        {
            arrivals.MoveNext();
        }

        Assert.Equal((30, OriginNs + 3_000_000_000), (arrivals.Slot, arrivals.NextNs));
    }

    private static Schedule Of(string profile)
    {
        Assert.True(RateProfile.TryParse(profile, out RateProfile parsed, out string error), error);
        return new Schedule(parsed, Arrivals.Constant, seed: 3);
    }
}
