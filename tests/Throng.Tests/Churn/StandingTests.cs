using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>A worker that is asked for more than it may begin wakes for what it can do, and counts the rest.</summary>
public sealed class StandingTests
{
    private const int InFlightMax = 16;
    private const int RatePerSecond = 200_000;
    private const long StallNs = Ns.Second / 5;
    private static readonly SockAddr[] Server = [SockAddr.FromIPv4(0x0A00_0001, 7000)];
    private static readonly SockAddr Source = SockAddr.FromIPv4(0x0A00_0002, 0);

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void At_the_limit_of_those_under_way_it_sleeps_until_one_ends(Arrivals arrivals)
    {
        Figures seen = Run(arrivals, slots: 1000, ports: 1000);
        Assert.InRange(seen.Attempted, 1000, 2000); // 16 under way, 10 ms each
        Assert.Equal(seen.Due, seen.Attempted + seen.Full);
        Assert.Equal(seen.Attempted, seen.Ok);
        Assert.True(seen.Turns < seen.Attempted * 8, $"{seen.Turns} turns for {seen.Attempted} connections");
        Assert.True(seen.LagMaxNs < Ns.Millisecond, $"lag of up to {seen.LagMaxNs} ns");
    }

    [Theory]
    [InlineData(1000, 8, ChurnOutcome.NoPort)]
    [InlineData(8, 1000, ChurnOutcome.NoDescriptor)]
    public void Without_ports_or_room_it_sleeps_too_and_each_attempt_has_that_outcome(
        int slots, int ports, ChurnOutcome outcome)
    {
        Figures seen = Run(Arrivals.Constant, slots, ports);
        Assert.Equal(seen.Due, seen.Attempted);
        Assert.Equal(seen.Attempted, seen.Ok + seen.Outcomes[(int)outcome]);
        Assert.InRange(seen.Ok, 500, 1000);
        Assert.True(seen.Turns < seen.Ok * 10, $"{seen.Turns} turns for {seen.Ok} connections");
    }

    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void What_is_passed_over_counts_in_the_step_it_fell_due_in(Arrivals arrivals)
    {
        Assert.True(RateProfile.TryParse("300ms@100k,200ms@300k,100ms@0,400ms@50k", out RateProfile profile, out _));
        ChurnTally tally = new();
        _ = Run(new Schedule(profile, arrivals, seed: 1), slots: 1000, ports: 1000, tally);
        foreach ((int step, double due) in (ReadOnlySpan<(int, double)>)[(0, 30_000), (1, 60_000), (3, 20_000)])
        {
            ChurnStepTally one = tally.Step(step);
            Assert.InRange(tally.TakenIn(step), due * 0.97, due * 1.03);
            Assert.Equal(tally.TakenIn(step), one.Attempted + one.InFlightFull + one.TooLate);
            Assert.True(one.InFlightFull > due / 2, $"step {step}: {one.InFlightFull} at the limit");
        }
    }

    [Fact]
    public void A_worker_without_a_CPU_at_the_end_still_begins_what_fell_due()
    {
        Schedule schedule = new(RateProfile.Constant(100).EndedAt(Ns.Second), Arrivals.Constant, seed: 1);
        Figures seen = Run(schedule, slots: 1000, ports: 1000, new(), stallAtNs: Ns.Second * 9 / 10);
        Assert.Equal(100, seen.Ok);
        Assert.InRange(seen.LagMaxNs, Ns.Second / 20, StallNs);
    }

    private static Figures Run(Arrivals arrivals, int slots, int ports) => Run(
        new Schedule(RateProfile.Constant(RatePerSecond).EndedAt(Ns.Second), arrivals, seed: 1), slots, ports, new());

    /// <param name="stallAtNs">When the worker has no CPU for a while.</param>
    private static Figures Run(
        Schedule schedule, int slots, int ports, ChurnTally tally, long stallAtNs = long.MaxValue)
    {
        SimulatedNetwork network = new(1, FaultPlan.None);
        using SimulatedWorker<Exchange> server = new(
            network, PlanOf(4000, 1, listens: true),
            new Exchange(new ExchangeSpec { DelayNs = 10 * Ns.Millisecond }, Server));
        ChurnSpec spec = new()
        {
            Connections = InFlightMax, Content = new byte[10], Close = CloseKind.Rst,
            TimeoutNs = Ns.Second,
        };
        using SimulatedWorker<Churn> client = new(
            network, PlanOf(slots, ports, listens: false), new Churn(spec, schedule, tally, 1, ownsTargets: false));
        long beginNs = network.NowNs;
        client.Shard.Post(new WorkerMessage(WorkerMessageKind.Begin, beginNs));
        while (!client.IsFinished)
        {
            if (network.NowNs - beginNs >= stallAtNs)
            {
                network.RunUntil(network.NowNs + StallNs);
                stallAtNs = long.MaxValue;
            }

            while (client.IsRunnable(network.NowNs))
            {
                client.Turn();
            }

            while (server.IsRunnable(network.NowNs))
            {
                server.Turn();
            }

            network.RunUntil(Math.Min(
                network.NextEventNs, Math.Min(client.Backend.WakesAtNs, server.Backend.WakesAtNs)));
        }

        ChurnStepTally step = tally.Step(0);
        return new Figures(
            tally.Taken, step.Attempted, step.InFlightFull, step.Outcomes,
            client.Shard.Loop.Turns, step.Lag.MaxNs);
    }

    private static WorkerPlan PlanOf(int slots, int ports, bool listens) => new()
    {
        Connections = slots,
        Targets = listens ? [] : Server,
        Sources = listens ? [] : [Source],
        Ports = PortSpan.From(20_000, 20_000 + ports - 1),
        Listen = listens ? Server : [],
        Shard = new ShardSpec(0, 1, 1, default),
    };

    private sealed record Figures(
        long Due, long Attempted, long Full, long[] Outcomes, long Turns, long LagMaxNs)
    {
        public long Ok => Outcomes[(int)ChurnOutcome.Ok];
    }
}
