using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Same seed, same queries on the same connections, however many workers share them.</summary>
public sealed class SeatArrivalsTests
{
    private const long SecondNs = 1_000_000_000;

    [Theory]
    [InlineData(Arrivals.Poisson)]
    [InlineData(Arrivals.Constant)]
    public void The_schedule_is_the_sum_of_as_many_processes_as_queries_a_second(Arrivals arrivals)
    {
        const int Processes = 50;
        const int Seconds = 400;
        Schedule schedule = new(
            RateProfile.Constant(Processes - 0.5), arrivals, ConnectionPick.Random, seed: 5, connections: Processes);
        ArrivalCursor cursor = schedule.Cursor();
        int[] counts = new int[Processes];
        int alike = 0;
        for (; cursor.TimeNs < Seconds * 1_000_000_000L; cursor.MoveNext())
        {
            int process = schedule.ProcessOf(cursor.Slot, cursor.TimeNs);
            counts[process]++;
            alike += process == schedule.ConnectionOf(cursor.Slot, Processes) ? 1 : 0;
        }

        // Poisson: 396 each, with a standard deviation of 20. The connection is drawn apart from it.
        int most = arrivals == Arrivals.Poisson ? 100 : 1;
        Assert.All(counts, count => Assert.InRange(count, 396 - most, 396 + most));
        Assert.InRange(alike, Seconds / 2, Seconds * 3 / 2);
    }

    [Fact]
    public void With_less_than_a_query_a_second_or_none_there_is_one_process()
    {
        Schedule schedule = new(
            RateProfile.Constant(0.2), Arrivals.Poisson, ConnectionPick.Random, seed: 5, connections: 1);
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(slot => schedule.ProcessOf(slot, slot)));
        Assert.Equal(0, schedule.WithRate(10, 0).ProcessOf(7, 20));
    }

    [Theory]
    [InlineData(Arrivals.Constant, ConnectionPick.Random, 10)]
    [InlineData(Arrivals.Poisson, ConnectionPick.Random, 10)]
    [InlineData(Arrivals.Poisson, ConnectionPick.RoundRobin, 7)]
    [InlineData(Arrivals.Constant, ConnectionPick.Random, 1)]
    public void Any_number_of_workers_walks_the_same_sequence(Arrivals arrivals, ConnectionPick pick, int connections)
    {
        Assert.True(RateProfile.TryParse("2s@500..2k,1s@0,1s@3k", out RateProfile profile, out _));
        Schedule schedule = new(profile, arrivals, pick, 11, connections);
        List<(long Slot, long Ns, long Connection)> alone = Walk(schedule, 1, null);
        Assert.InRange(alone.Count, 5300, 5700);
        foreach (int workers in new[] { 2, 3, 16 })
        {
            Assert.Equal(alone, Walk(schedule, workers, null));
        }
    }

    [Fact]
    public void A_change_of_rate_and_of_connections_on_the_way_is_the_same_for_all()
    {
        Schedule schedule = new(
            RateProfile.Constant(1000).EndedAt(4 * SecondNs), Arrivals.Poisson, ConnectionPick.Random, 3, 10);
        Schedule changed = schedule.WithRate(SecondNs, 5000).WithConnections(2 * SecondNs, 25);
        List<(long Slot, long Ns, long Connection)> alone = Walk(schedule, 1, changed);
        Assert.InRange(alone.Count(one => one.Ns >= SecondNs), 14_400, 15_600);
        Assert.All(alone.Where(one => one.Ns < 2 * SecondNs), one => Assert.True(one.Connection < 10));
        Assert.Contains(alone, one => one.Connection == 24);
        Assert.Equal(alone, Walk(schedule, 2, changed));
        Assert.Equal(alone, Walk(schedule, 7, changed));
    }

    [Fact]
    public void Nothing_is_due_before_it_begins_and_after_it_has_ended()
    {
        Schedule schedule = new(
            RateProfile.Constant(100).EndedAt(SecondNs), Arrivals.Constant, ConnectionPick.Random, 1, 1);
        SeatArrivals arrivals = new(schedule, 0, 1);
        Assert.Equal(long.MaxValue, arrivals.NextNs);
        Assert.Equal(long.MaxValue, arrivals.EndNs);
        arrivals.Begin(5 * SecondNs);
        Assert.Equal(5 * SecondNs, arrivals.NextNs);
        Assert.Equal(6 * SecondNs, arrivals.EndNs);
        for (int i = 0; i < 100; i++)
        {
            Assert.InRange(arrivals.Next().IntendedNs, 5 * SecondNs, 6 * SecondNs);
        }

        Assert.Equal(long.MaxValue, arrivals.NextNs);
    }

    /// <summary>All workers' own arrivals in the order of slots, with connections numbered over the run.</summary>
    private static List<(long Slot, long Ns, long Connection)> Walk(Schedule schedule, int workers, Schedule? changed)
    {
        List<(long Slot, long Ns, long Connection)> all = [];
        for (int worker = 0; worker < workers; worker++)
        {
            SeatArrivals own = new(schedule, worker, workers);
            own.Begin(0);
            bool isChanged = changed is null;
            while (own.NextNs < long.MaxValue)
            {
                if (!isChanged && own.NextNs > SecondNs / 2)
                {
                    own.Follow(changed!);
                    isChanged = true;
                    continue;
                }

                SeatArrival due = own.Next();
                long connections = (changed ?? schedule).ConnectionsAt(due.IntendedNs);
                long connection = due.Seat + Shares.Before(connections, worker, workers);
                all.Add((due.Slot, due.IntendedNs, connection));
            }
        }

        return [.. all.OrderBy(one => one.Slot)];
    }
}
