using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Parts of one plan, whatever the number of workers of each: together they are the plan.</summary>
public sealed class HostShareTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 1, 1, 1)]
    [InlineData(100_000, 1, 3, 2, 20)]
    [InlineData(99_999, 5, 1, 7, 2, 2, 64, 1)]
    public void Parts_with_any_numbers_of_workers_have_each_connection_once(long total, params int[] workers)
    {
        long next = 0;
        for (int host = 0; host < workers.Length; host++)
        {
            HostShare share = new(host, workers.Length);
            long before = next;
            for (int worker = 0; worker < workers[host]; worker++)
            {
                int part = share.PartOf(worker, workers[host]);
                int parts = share.PartsOf(workers[host]);
                Assert.Equal(next, Shares.FirstOf(total, part, parts));
                next += Shares.OfPart(total, part, parts);
            }

            Assert.Equal(share.Of(total), next - before);
        }

        Assert.Equal(total, next);
    }

    [Theory]
    [InlineData(Arrivals.Poisson, 100)]
    [InlineData(Arrivals.Poisson, 0)]
    [InlineData(Arrivals.Constant, 7)]
    [InlineData(Arrivals.Constant, 0)]
    public void Parts_have_each_arrival_of_the_plan_once(Arrivals arrivals, long connections)
    {
        RateProfile profile = Walk.Profile("2s@500");
        Schedule plan = connections > 0
            ? new(profile, arrivals, ConnectionPick.RoundRobin, 42, connections)
            : new(profile, arrivals, 42);
        List<long> whole = Due(plan, 0, 1);
        int[] workers = [1, 3, 2];
        List<long> together = [];
        for (int host = 0; host < workers.Length; host++)
        {
            HostShare share = new(host, workers.Length);
            for (int worker = 0; worker < workers[host]; worker++)
            {
                together.AddRange(Due(plan, share.PartOf(worker, workers[host]), share.PartsOf(workers[host])));
            }
        }

        Assert.NotEmpty(whole);
        Assert.Equal(whole.Order(), together.Order());
    }

    [Theory]
    [InlineData("1/3", 0, 3)]
    [InlineData("3/3", 2, 3)]
    [InlineData("1/1", 0, 1)]
    [InlineData("1000/1000", 999, 1000)]
    public void A_part_is_counted_from_one(string text, int index, int count)
    {
        Assert.True(Kinds.Share(text, out HostShare share, out _));
        Assert.Equal(new HostShare(index, count), share);
        Assert.Equal(text, share.ToString());
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1/1000001")]
    [InlineData("-1/3")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    [InlineData("")]
    public void What_is_no_part_is_refused(string text)
    {
        Assert.False(Kinds.Share(text, out _, out string error));
        Assert.Contains("write 1/3, 2/3 and 3/3", error, StringComparison.Ordinal);
    }

    private static List<long> Due(Schedule schedule, int part, int parts)
    {
        List<long> due = [];
        OwnArrivals arrivals = new(schedule, part, parts, new ScheduleTally());
        arrivals.Begin(1);
        while (arrivals.NextNs < long.MaxValue)
        {
            due.Add(arrivals.Next().IntendedNs);
        }

        return due;
    }
}
