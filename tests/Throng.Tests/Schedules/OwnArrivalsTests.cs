using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Same seed, same arrivals on the same connections, however many parts share them.</summary>
public sealed class OwnArrivalsTests
{
    private const long SecondNs = 1_000_000_000;
    private const long EndNs = 6 * SecondNs;

    private static readonly int[] Splits = [2, 3, 7, 64, 1024];

    public static TheoryData<Arrivals, ConnectionPick, int> Kinds { get; } = new(
        from arrivals in new[] { Arrivals.Constant, Arrivals.Poisson }
        from pick in new[] { ConnectionPick.Random, ConnectionPick.RoundRobin }
        from connections in new[] { 1, 5, 2_000, 10_000 }
        select (arrivals, pick, connections));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_parts_of_any_split_are_the_whole(Arrivals arrivals, ConnectionPick pick, int connections)
    {
        Schedule schedule = new(Walk.Profile("2s@500..2k,1s@0,1s@3k"), arrivals, pick, 11, connections);
        List<Walked> alone = Walk.Whole(schedule, 1, EndNs);
        Assert.InRange(alone.Count, 5_200, 5_800);
        Assert.Equal(alone.Count, alone.DistinctBy(one => one.Number).Count());
        Assert.All(alone, one => Assert.InRange(one.Connection, 0, connections - 1));
        foreach (int parts in Splits)
        {
            Assert.Equal(alone, Walk.Whole(schedule, parts, EndNs));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_with_changes_of_rate_and_connections_on_the_way(
        Arrivals arrivals, ConnectionPick pick, int connections)
    {
        Schedule schedule = new(Walk.Profile("2s@1k..2k,2s@2k"), arrivals, pick, 3, connections);
        Schedule faster = schedule.WithRate(SecondNs, 5_000);
        Schedule more = faster.WithConnections((2 * SecondNs) + 7, 6_000);
        Schedule none = more.WithConnections((5 * SecondNs) / 2, 0);
        Schedule few = none.WithConnections((5 * SecondNs) / 2 + 1_000_000, 40).WithRate(3 * SecondNs, 800);
        (long, Schedule)[] changes =
            [(SecondNs - 1, faster), (SecondNs, more), ((9 * SecondNs) / 4, none), ((9 * SecondNs) / 4, few)];
        List<Walked> alone = Walk.Whole(schedule, 1, EndNs, changes);
        Assert.Equal(alone.Count, alone.DistinctBy(one => one.Number).Count());
        Assert.InRange(alone.Count(one => one.Ns >= SecondNs && one.Ns < 3 * SecondNs), 9_500, 10_500);
        Assert.InRange(alone.Count(one => one.Ns >= 3 * SecondNs), 680, 920);
        Assert.All(alone.Where(one => one.Ns <= 2 * SecondNs), one => Assert.True(one.Connection < connections));
        Assert.Contains(alone, one => one.Connection > 5_000);
        Assert.All(alone.Where(one => one.Ns >= 3 * SecondNs), one => Assert.True(one.Connection < 40));
        foreach (int parts in Splits)
        {
            Assert.Equal(alone, Walk.Whole(schedule, parts, EndNs, changes));
        }

        // Who comes later, and walks the changed schedule from its start, sees the same.
        Assert.Equal(alone.Select(Bare), Walk.Whole(few, 3, EndNs).Select(Bare));

        static (long, long, long) Bare(Walked one) => (one.Ns, one.Number, one.Connection);
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void A_schedule_that_keeps_no_connections_splits_as_well(Arrivals arrivals)
    {
        Schedule schedule = new(Walk.Profile("200ms@10k,100ms@0,300ms@5k..20k"), arrivals, seed: 3);
        List<Walked> alone = Walk.Whole(schedule, 1, EndNs);
        Assert.InRange(alone.Count, arrivals == Arrivals.Constant ? 5_750 : 5_400, 6_100);
        Assert.Equal([0, 2], alone.Select(one => one.Step).Distinct());
        foreach (int parts in Splits)
        {
            Assert.Equal(alone, Walk.Whole(schedule, parts, EndNs));
        }
    }

    /// <summary>Each of several hosts has workers of its own.</summary>
    [Fact]
    public void A_part_of_a_part_is_a_part()
    {
        foreach (long total in new long[] { 0, 1, 5, 4_095, 4_097, 100_000, 1L << 32 })
        {
            for (int host = 0; host < 16; host++)
            {
                Assert.Equal(Shares.FirstOf(total, host, 16), Shares.FirstOf(total, host * 64, 16 * 64));
            }
        }
    }

    [Theory]
    [InlineData(Arrivals.Poisson, ConnectionPick.Random)]
    [InlineData(Arrivals.Poisson, ConnectionPick.RoundRobin)]
    [InlineData(Arrivals.Constant, ConnectionPick.Random)]
    [InlineData(Arrivals.Constant, ConnectionPick.RoundRobin)]
    public void Every_connection_is_reached_and_has_its_equal_share(Arrivals arrivals, ConnectionPick pick)
    {
        foreach (int connections in new[] { 5, 2_000, 100_000 })
        {
            Schedule schedule = new(RateProfile.Constant(1_000_000), arrivals, pick, seed: 5, connections);
            int[] counts = new int[connections];
            OwnArrivals all = new(schedule, 0, 1, new ScheduleTally());
            all.Begin(0);
            long slots = Math.Max(200_000, 40L * connections);
            for (long slot = 0; slot < slots; slot++)
            {
                counts[all.Next().Seat]++;
            }

            double each = (double)slots / connections;
            bool isRound = arrivals == Arrivals.Constant && (pick == ConnectionPick.RoundRobin || connections <= 4_096);
            double most = isRound ? 1 : 6.5 * Math.Sqrt(each);
            Assert.InRange(counts.Min(), Math.Max(1, each - most), each);
            Assert.InRange(counts.Max(), each, each + most);

            // Blocks with a connection more have that much more: together, their connections have their share too.
            ConnectionBlocks blocks = new(connections);
            long inLarger = 0;
            long larger = 0;
            for (int connection = 0; connection < connections; connection++)
            {
                int block = blocks.BlockOf(connection);
                bool isLarger = blocks.FirstOf(block + 1) - blocks.FirstOf(block) > connections / blocks.Count;
                inLarger += isLarger ? counts[connection] : 0;
                larger += isLarger ? 1 : 0;
            }

            double error = 5 * Math.Sqrt(slots);
            Assert.InRange(inLarger, (larger * each) - error, (larger * each) + error);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(2_000)]
    [InlineData(100_000)]
    public void Poisson_arrivals_of_all_and_of_one_connection_are_independent(int connections)
    {
        double rate = 200_000;
        Schedule schedule = new(
            RateProfile.Constant(rate), Arrivals.Poisson, ConnectionPick.Random, seed: 9, connections);
        List<Walked> walked = Walk.Part(schedule, 0, 1, 2 * SecondNs);
        long[] times = [.. walked.Select(one => one.Ns)];
        Assert.InRange(Exponential.Distance(Exponential.Gaps(times), 1e9 / rate), 0, 1);
        Assert.InRange(Exponential.Dispersion(times, SecondNs / 1_000, 2_000), 0, 1);
        Assert.InRange(times.Length, (2 * rate) - (5 * Math.Sqrt(2 * rate)), (2 * rate) + (5 * Math.Sqrt(2 * rate)));

        // The connections of a block, and one of them.
        int few = Math.Max(1, connections / 2_000);
        long[] ofOne = [.. walked.Where(one => one.Connection < few).Select(one => one.Ns)];
        Assert.InRange(Exponential.Distance(Exponential.Gaps(ofOne), 1e9 / rate * connections / few), 0, 1);
        Schedule slow = new(RateProfile.Constant(rate), Arrivals.Poisson, ConnectionPick.Random, 10, connections);
        long[] own = [.. Walk.Part(slow, 0, connections, 2L * SecondNs * connections / 200).Select(one => one.Ns)];
        Assert.InRange(own.Length, 1_500, 2_500);
        Assert.InRange(Exponential.Distance(Exponential.Gaps(own), 1e9 / rate * connections), 0, 1);
    }

    [Fact]
    public void Poisson_arrivals_have_the_rate_of_the_profile_and_nothing_in_a_pause()
    {
        RateProfile profile = Walk.Profile("10s@0..10k,5s@10k,2s@0,3s@20k..5k");
        Schedule schedule = new(profile, Arrivals.Poisson, ConnectionPick.Random, seed: 21, connections: 500);
        int[] within = new int[20];
        foreach (Walked one in Walk.Whole(schedule, 4, 20 * SecondNs))
        {
            within[one.Ns / SecondNs]++;
        }

        for (int second = 0; second < within.Length; second++)
        {
            double due = profile.CountAt((second + 1) * SecondNs) - profile.CountAt(second * SecondNs);
            Assert.InRange(within[second], due - (5 * Math.Sqrt(due)), due + (5 * Math.Sqrt(due)));
        }
    }

    [Fact]
    public void Constant_arrivals_are_evenly_spaced_and_as_many_as_the_rate_says()
    {
        Schedule schedule = new(
            RateProfile.Constant(1_000).EndedAt(10 * SecondNs), Arrivals.Constant, ConnectionPick.RoundRobin, 1, 77);
        List<Walked> walked = Walk.Whole(schedule, 5, EndNs * 2);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(slot => (long)slot), walked.Select(one => one.Number));
        Assert.All(walked, one => Assert.InRange(one.Ns - (one.Number * 1_000_000), -1, 1));
    }

    [Fact]
    public void A_ramp_has_the_rate_of_its_profile_in_every_second()
    {
        RateProfile profile = Walk.Profile("10s@0..1k,5s@1k");
        Schedule schedule = new(profile, Arrivals.Constant, ConnectionPick.RoundRobin, 1, 30);
        List<Walked> walked = Walk.Whole(schedule, 2, 15 * SecondNs);
        for (int second = 0; second < 15; second++)
        {
            double due = profile.CountAt((second + 1) * SecondNs) - profile.CountAt(second * SecondNs);
            Assert.InRange(walked.Count(one => one.Ns / SecondNs == second), due - 1.01, due + 1.01);
        }
    }

    /// <summary>Neighbours are far apart in a round: a worker is never given a burst, nor left without.</summary>
    [Theory]
    [InlineData(10, 2)]
    [InlineData(2_000, 2)]
    [InlineData(2_000, 7)]
    [InlineData(100_000, 64)]
    [InlineData(4_096, 64)]
    public void Constant_arrivals_of_a_part_are_spread_evenly(int connections, int parts)
    {
        Schedule schedule = new(
            RateProfile.Constant(1_000_000), Arrivals.Constant, ConnectionPick.RoundRobin, 1, connections);
        for (int part = 0; part < parts; part += Math.Max(1, parts / 7))
        {
            List<Walked> own = Walk.Part(schedule, part, parts, 3L * connections * 1_000);
            long longest = own.Zip(own.Skip(1), (one, next) => next.Number - one.Number).Max();
            Assert.InRange(longest, 1, (3L * parts) + 1);
            int mostWithin = own.Max(one => own.Count(
                other => other.Number >= one.Number && other.Number < one.Number + (4L * parts)));
            Assert.InRange(mostWithin, 4, 10);
        }
    }

    [Theory]
    [InlineData(Arrivals.Constant, ConnectionPick.RoundRobin)]
    [InlineData(Arrivals.Constant, ConnectionPick.Random)]
    [InlineData(Arrivals.Poisson, ConnectionPick.Random)]
    public void What_is_passed_over_is_what_a_walk_would_have_taken(Arrivals arrivals, ConnectionPick pick)
    {
        Schedule schedule = new Schedule(Walk.Profile("1s@700..1300,200ms@2k,300ms@0,2s@333"), arrivals, pick, 5, 6_000)
            .WithConnections(SecondNs / 3, 35).WithConnections(2 * SecondNs, 9_000);
        for (int part = 0; part < 3; part++)
        {
            List<Walked> walked = Walk.Part(schedule, part, 3, EndNs);
            ScheduleTally tally = new() { WarmUpNs = SecondNs / 5 };
            OwnArrivals own = new(schedule, part, 3, tally);
            own.Begin(EndNs);
            long passed = 0;
            for (long ns = 0; ns < 4 * SecondNs; ns += 76_543_211)
            {
                passed += own.PassDueBefore(EndNs + ns);
                Assert.Equal(walked.Count(one => one.Ns < ns), passed);
                Assert.Equal(walked.Count(one => one.Ns < ns && one.Ns >= SecondNs / 5), tally.Taken);
                for (int step = 0; step < 4; step++)
                {
                    Assert.Equal(
                        walked.Count(one => one.Ns < ns && one.Ns >= SecondNs / 5 && one.Step == step),
                        tally.TakenIn(step));
                }

                Walked next = walked.FirstOrDefault(one => one.Ns >= ns);
                Assert.Equal(next.Number, own.NextNs < long.MaxValue ? own.Number : 0);
            }
        }
    }

    [Fact]
    public void No_more_are_passed_over_in_one_call_than_it_says()
    {
        OwnArrivals own = new(
            new Schedule(RateProfile.Constant(1_000), Arrivals.Poisson, seed: 1), 0, 1, new ScheduleTally());
        own.Begin(0);
        Assert.Equal(10, own.PassDueBefore(SecondNs, walkedMax: 10));
        Assert.InRange(own.NextNs, 1, SecondNs / 10);
    }

    [Theory]
    [InlineData(Arrivals.Poisson)]
    [InlineData(Arrivals.Constant)]
    public void The_schedule_is_the_sum_of_as_many_processes_as_queries_a_second(Arrivals arrivals)
    {
        const int Processes = 50;
        const int Seconds = 400;
        Schedule schedule = new(
            RateProfile.Constant(Processes - 0.5), arrivals, ConnectionPick.Random, seed: 5, connections: Processes);
        int[] counts = new int[Processes];
        int alike = 0;
        foreach (Walked one in Walk.Whole(schedule, 1, Seconds * SecondNs))
        {
            int process = schedule.ProcessOf(one.Number, one.Ns);
            counts[process]++;
            alike += process == one.Connection ? 1 : 0;
        }

        // Poisson: 396 each, with a standard deviation of 20. The connection is drawn apart from it.
        int most = arrivals == Arrivals.Poisson ? 100 : 1;
        Assert.All(counts, count => Assert.InRange(count, 396 - most, 396 + most));
        Assert.True(arrivals == Arrivals.Constant || alike is > Seconds / 2 and < Seconds * 3 / 2, $"{alike} alike");
    }

    [Fact]
    public void With_less_than_a_query_a_second_or_none_there_is_one_process()
    {
        Schedule schedule = new(
            RateProfile.Constant(0.2), Arrivals.Poisson, ConnectionPick.Random, seed: 5, connections: 1);
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(slot => schedule.ProcessOf(slot, slot)));
        Assert.Equal(0, schedule.WithRate(10, 0).ProcessOf(7, 20));
    }
}
