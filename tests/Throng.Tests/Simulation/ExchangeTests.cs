using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Exchanges of one worker's clients with its own server, in networks with every fault there is.</summary>
public class ExchangeTests
{
    private const int Connections = 60;
    private static readonly SockAddr[] Listen =
        [SockAddr.FromIPv4(0x7F00_0001, 7000), SockAddr.FromIPv4(0x7F00_0001, 7001)];

    [Fact]
    public void Whatever_happens_an_answer_is_whole_or_its_end_is_an_error_and_each_is_counted_once()
    {
        long whole = 0;
        int seeds = Suite.Rounds(few: 30, all: 300);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            Prng random = new(seed);
            FaultPlan faults = FaultPlan.Draw(ref random) with { PeerVanishes = 0 };
            ExchangeSpec spec = new()
            {
                Content = Content((int)random.NextInRange(0, 40_000)),
                DelayNs = random.NextInRange(0, 1) * 30_000_000,
                AcceptRatePerSecond = random.NextInRange(0, 2) == 0 ? random.NextInRange(5, 500) : 0,
                IdleTimeoutNs = random.NextInRange(0, 3) * 400_000_000,
            };
            whole += Run(seed, faults, spec);
        }

        Assert.True(whole > seeds * Connections / 4, $"{whole} answers came whole");
    }

    [Fact]
    public void Without_faults_all_who_ask_are_answered_at_the_rate()
    {
        SimulatedNetwork network = new(1, FaultPlan.None);
        ExchangeSpec spec = new() { AcceptRatePerSecond = 100 };
        using SimulatedWorker<Both<Exchanger, Exchange>> worker = new(network, Plan(1, spec), Workload(1, spec));
        long beganNs = network.NowNs;
        Turn(network, worker, 1_000_000);
        Assert.True(worker.IsFinished);
        Counters server = worker.Server;
        Assert.InRange(network.NowNs - beganNs, (server[Counter.Opened] - 2) * 10_000_000, long.MaxValue);
        Assert.True(server[Counter.ExchangesAnswered] > 0 && server[Counter.ExchangesCut] == 0);
        Assert.Equal(server[Counter.ExchangesAnswered], server.Closed(CloseReason.Finished));
    }

    private static long Run(ulong seed, FaultPlan faults, ExchangeSpec spec)
    {
        SimulatedNetwork network = new(seed, faults);
        using SimulatedWorker<Both<Exchanger, Exchange>> worker = new(network, Plan(seed, spec), Workload(seed, spec));
        Turn(network, worker, 2_000_000);
        Assert.True(worker.IsFinished, $"seed {seed} comes to its end");
        Counters server = worker.Server;
        long ended = server[Counter.ExchangesAnswered] + server[Counter.ExchangesAborted] + server[Counter.ExchangesCut]
            + server.Closed(CloseReason.IdleClosed);
        Assert.True(server[Counter.Opened] == ended, $"seed {seed}: {server[Counter.Opened]} accepted, {ended} ended");
        Assert.Equal(0, worker.Pool.Rented);
        Assert.Equal(0, worker.Backend.OutboxesUsed);
        Assert.Equal(0, worker.Shard.Timers.Count);
        return server[Counter.ExchangesAnswered];
    }

    private static Both<Exchanger, Exchange> Workload(ulong seed, ExchangeSpec spec) =>
        new(new Exchanger(Connections, spec.Content, seed), new Exchange(spec, Listen));

    private static WorkerPlan Plan(ulong seed, ExchangeSpec spec) => new()
    {
        Connections = 64,
        Targets = Listen,
        Sources = [SockAddr.FromIPv4(0x7F00_0001, 0), SockAddr.FromIPv4(0x7F00_0001, 0)],
        Ports = PortSpan.From(20_000, 20_999),
        Listen = Listen,
        IsPaced = spec.IsPaced,
        Shard = new ShardSpec(0, 1, seed, default),
    };

    private static byte[] Content(int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        return content;
    }

    private static void Turn(SimulatedNetwork network, SimulatedWorker worker, int turns)
    {
        for (int i = 0; i < turns && !worker.IsFinished; i++)
        {
            if (!worker.IsRunnable(network.NowNs))
            {
                network.RunUntil(Math.Min(network.NextEventNs, worker.Backend.WakesAtNs));
            }

            worker.Turn();
        }
    }
}
