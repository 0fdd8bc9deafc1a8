using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>How long arrivals wait for each other, and how many workers a load has.</summary>
public sealed class CoalescingTests
{
    [Theory]
    [InlineData(0, 5_000, 0)]
    [InlineData(1_000_000, 1_000, 20_000)]   // waking is cheap: a twentieth of the time
    [InlineData(1_000_000, 50_000, 125_000)] // it is dear: an eighth of the target, and no more
    [InlineData(6_000_000, 50_000, 750_000)]
    [InlineData(60_000, 50_000, 7_500)]
    [InlineData(3_600_000_000_000, 50_000, 2_500_000)] // what waits at the end of the schedule is still sent
    public void The_gap_follows_the_cost_of_a_wake_up_within_the_target(long targetNs, long wakeUpNs, long gapNs) =>
        Assert.Equal(gapNs, Coalescing.Gap(targetNs, wakeUpNs));

    /// <summary>One that is due later than that leaves when it is due: what comes alone never waits.</summary>
    [Theory]
    [InlineData(1_000_000, 1, 150_000)] // 1,000 a second: hardly another one would come
    [InlineData(100_000, 1, 300_000)]   // 10,000 a second: as long as there is
    [InlineData(300_000, 4, 225_000)]   // 13,000 a second: until three are due
    [InlineData(150_000, 6, 150_000)]   // 40,000 a second: they are due within the gap
    [InlineData(150_000, 60, 150_000)]
    public void A_gap_grows_until_a_wake_up_is_worth_it(long sinceNs, int begun, long gapNs)
    {
        Coalescing pace = default;
        pace.OnBegun(1_000_000_000, 150_000, 1);
        pace.OnBegun(1_000_000_000 + sinceNs, 150_000, begun);
        Assert.Equal(1_000_000_000 + sinceNs + gapNs, pace.NotBeforeNs);
    }

    [Theory]
    [InlineData(1_000, 100, 1)]
    [InlineData(20_000, 2_000, 1)]
    [InlineData(50_000, 2_000, 2)]
    [InlineData(300_000, 5, 1)]
    [InlineData(1_000_000, 5, 1)]
    [InlineData(10_000_000, 100, 19)]
    [InlineData(10_000_000, 100_000, 64)]
    public void A_load_has_as_many_workers_as_it_keeps_busy(double rate, long connections, int workers)
    {
        QuerySpec query = new()
        {
            Profile = RateProfile.Constant(rate),
            Connections = connections,
            Targets = [Linux.SockAddr.FromIPv4(0x7F00_0001, 53)],
        };
        RunSpec run = new() { Command = "query" };
        Assert.InRange(Setup.Threads(run, query, cpus: 64), workers, workers);
        Assert.Equal(5, Setup.Threads(run with { Threads = 5 }, query, cpus: 64));
        Assert.Equal(Math.Min(2, workers), Setup.Threads(run, query, cpus: 2));
    }

    [Fact]
    public void A_server_elsewhere_leaves_a_worker_more_to_do()
    {
        QuerySpec query = new()
        {
            Profile = RateProfile.Constant(50_000),
            Connections = 2_000,
            Targets = [Linux.SockAddr.FromIPv4(0x0A00_0001, 53)],
        };
        Assert.Equal(1, Setup.Threads(new RunSpec { Command = "query" }, query, cpus: 64));
    }
}
