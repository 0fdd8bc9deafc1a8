using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Connections that churn holds beside its lives: there before the first, gone after the last.</summary>
public sealed class HeldBesideTests
{
    private const int Held = 200;
    private const int Lives = 300;
    private const int InFlightMax = 50;
    private static readonly SockAddr[] Server = [SockAddr.FromIPv4(0x0A00_0001, 7000)];
    private static readonly SockAddr Source = SockAddr.FromIPv4(0x0A00_0002, 0);

    [Theory]
    [InlineData(CloseKind.Fin)]
    [InlineData(CloseKind.Rst)]
    public void They_are_open_before_the_first_life_and_are_closed_after_the_last(CloseKind close)
    {
        Figures seen = Run(1, FaultPlan.None, close);
        Assert.Equal(Held, seen.OpenBefore);
        Assert.Equal(Held, seen.Tally.HeldOpened);
        Assert.Equal(0, seen.Tally.HeldLost);
        Assert.Equal(Lives, seen.Tally.Taken);
        Assert.Equal(Lives, seen.Tally.Step(0).Outcomes[(int)ChurnOutcome.Ok]);
        Assert.Equal(Held, seen.Drained);
        Assert.Equal(Held + Lives, seen.Opened);
    }

    [Fact]
    public void Whatever_happens_none_is_counted_as_a_life_and_the_lost_ones_were_opened()
    {
        long lost = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            Prng random = new(seed);
            Figures seen = Run(seed, FaultPlan.Draw(ref random), CloseKind.Fin, seed % 2 == 0);
            ChurnStepTally step = seen.Tally.Step(0);
            Assert.InRange(seen.Tally.HeldOpened, 0, Held);
            Assert.InRange(seen.Tally.HeldLost, 0, seen.Tally.HeldOpened);
            Assert.True(seen.Drained <= seen.Tally.HeldOpened - seen.Tally.HeldLost, $"seed {seed}");
            Assert.Equal(Lives, step.Attempted + step.InFlightFull + step.TooLate);
            Assert.Equal(step.Attempted, step.Outcomes.Sum());
            lost += seen.Tally.HeldLost;
        }

        Assert.True(lost > 0, "no server that went took one that was held with it");
    }

    /// <param name="serverGoes">The server ends, with all of its connections, while lives come and go.</param>
    private static Figures Run(ulong seed, FaultPlan faults, CloseKind close, bool serverGoes = false)
    {
        SimulatedNetwork network = new(seed, faults);
        ChurnTally tally = new();
        ChurnSpec spec = new()
        {
            Connections = InFlightMax + Held, Held = Held, Life = ChurnLife.Requests, Requests = 1, Close = close,
            TimeoutNs = 2 * Ns.Second,
        };
        Schedule schedule = new(RateProfile.Constant(Lives).EndedAt(Ns.Second), Arrivals.Constant, seed);
        using SimulatedWorker<Echo> server = new(
            network, PlanOf(listens: true), new Echo(ServeMode.Echo, Server));
        using SimulatedWorker<Churn> client = new(
            network, PlanOf(listens: false), new Churn(spec, schedule, tally, 1, ownsTargets: false));
        long untilNs = network.NowNs + (3 * Ns.Second);
        Go(() => network.NowNs < untilNs);
        long before = client.Client.Open;
        client.Shard.Post(new WorkerMessage(WorkerMessageKind.Begin, network.NowNs));
        if (serverGoes)
        {
            long goesNs = network.NowNs + (Ns.Second / 2);
            Go(() => network.NowNs < goesNs);
            server.Shard.Post(new WorkerMessage(WorkerMessageKind.Abort, 0));
        }

        Go(() => tally.StoppedNs == 0);
        client.Shard.Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
        Go(() => !client.IsFinished);
        return new Figures(
            tally, before, client.Client[Counter.Opened], client.Client.Closed(CloseReason.Drained));

        void Go(Func<bool> goesOn)
        {
            for (int i = 0; i < 2_000_000 && goesOn(); i++)
            {
                while (client.IsRunnable(network.NowNs))
                {
                    client.Turn();
                }

                while (!server.IsFinished && server.IsRunnable(network.NowNs))
                {
                    server.Turn();
                }

                network.RunUntil(Math.Min(
                    network.NextEventNs,
                    Math.Min(client.Backend.WakesAtNs, server.IsFinished ? long.MaxValue : server.Backend.WakesAtNs)));
            }

            Assert.False(goesOn());
        }
    }

    private static WorkerPlan PlanOf(bool listens) => new()
    {
        Connections = 1000,
        Targets = listens ? [] : Server,
        Sources = listens ? [] : [Source],
        Ports = PortSpan.From(20_000, 20_999),
        Listen = listens ? Server : [],
        Shard = new ShardSpec(0, 1, 1, default),
    };

    private sealed record Figures(ChurnTally Tally, long OpenBefore, long Opened, long Drained);
}
