using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>A server that stamps, and one that retires, against clients that send in pieces.</summary>
public sealed class StampTests
{
    private const string Name = "pod-1";
    private static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    [Fact]
    public void However_the_first_64_bytes_come_they_go_back_together_with_the_name()
    {
        int[][] pieces =
        [
            .. Enumerable.Range(1, 63).Select(first => new[] { first, 64 - first }),
            .. Enumerable.Range(1, 63).Select(first => new[] { first, 20_000 - first, 1 }),
            [.. Enumerable.Repeat(1, 200)],
            [.. Enumerable.Repeat(63, 3)],
            [64], [65], [64, 1], [100_000], [1, 16_384], [63, 16_384, 16_384], [63], [1], [0], [30, 33],
        ];
        Assert.Equal(pieces.Length, Run(1, FaultPlan.None, pieces, Name).Whole);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a-name-that-is-longer-than-all-of-the-sixty-four-bytes-which-it-is-cut-to")]
    public void A_name_is_cut_to_the_head_and_may_be_nothing(string name)
    {
        int[][] pieces = [[64], [10, 54], [1000, 1000], [10, 1000]];
        Assert.Equal(pieces.Length, Run(1, FaultPlan.None, pieces, name).Whole);
    }

    [Fact]
    public void Whatever_the_network_does_nothing_wrong_comes_and_nothing_is_left()
    {
        GreetTally all = new();
        int seeds = Suite.Rounds(few: 30, all: 300);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            Prng random = new(seed);
            FaultPlan faults = FaultPlan.Draw(ref random) with { PeerVanishes = 0 };
            int[][] pieces = new int[12][];
            for (int i = 0; i < pieces.Length; i++)
            {
                pieces[i] = new int[random.NextInRange(1, 6)];
                long most = random.NextInRange(0, 2) == 0 ? 20_000 : 40;
                for (int piece = 0; piece < pieces[i].Length; piece++)
                {
                    pieces[i][piece] = (int)random.NextInRange(1, most);
                }
            }

            GreetTally one = Run(seed, faults, pieces, Name);
            all.Whole += one.Whole;
            all.Lost += one.Lost;
        }

        Assert.True(all.Whole > seeds * 6, $"{all.Whole} came whole");
        Assert.True(all.Lost > 0, "some were lost");
    }

    [Fact]
    public void Who_connected_before_a_server_retires_is_served_to_the_end_and_nobody_after()
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 10, all: 50); seed++)
        {
            int[][] pieces = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Repeat(100, 4).ToArray())];
            GreetTally tally = new();
            SimulatedNetwork network = new(seed, FaultPlan.None);
            using SimulatedWorker<Echo> server = Server(network, seed, Name);
            using SimulatedWorker<Greeter> client =
                new(network, Plan(seed, listens: false), new Greeter(pieces, Name, tally, everyNs: 1_000_000));
            Turn(network, network.NowNs + 30_000_000 + ((long)seed * 1_000_000), server, client);
            Assert.False(server.IsFinished);
            server.Shard.Post(new WorkerMessage(WorkerMessageKind.Retire, 0));
            Turn(network, long.MaxValue, server, client);
            Assert.True(server.IsFinished, $"seed {seed}: it ends when the last has gone");
            Turn(network, long.MaxValue, client);
            Assert.Equal(0, server.Server.Closed(CloseReason.Drained));
            Assert.Equal((tally.Opened, 0), (tally.Whole, tally.Lost));
            Assert.True(tally is { Opened: > 20, Failed: > 20 }, $"{tally.Opened} opened, {tally.Failed} failed");
        }
    }

    [Theory]
    [InlineData(WorkerMessageKind.Drain)]
    [InlineData(WorkerMessageKind.Abort)]
    public void A_drain_ends_a_server_that_retires_at_once(WorkerMessageKind kind)
    {
        SimulatedNetwork network = new(1, FaultPlan.None);
        using SimulatedWorker<Echo> server = Server(network, 1, Name);
        GreetTally tally = new();
        using SimulatedWorker<Greeter> client = new(
            network, Plan(1, listens: false), new Greeter([[.. Enumerable.Repeat(1, 1000)]], Name, tally));
        Turn(network, network.NowNs + 100_000_000, server, client);
        server.Shard.Post(new WorkerMessage(WorkerMessageKind.Retire, 0));
        Turn(network, network.NowNs + 500_000_000, server, client);
        Assert.False(server.IsFinished, "somebody is still there");
        server.Shard.Post(new WorkerMessage(kind, 0));
        Turn(network, network.NowNs + 100_000_000, server);
        Assert.True(server.IsFinished);
        Assert.Equal(1, server.Server.Closed(CloseReason.Drained));
    }

    private static GreetTally Run(ulong seed, FaultPlan faults, int[][] pieces, string name)
    {
        GreetTally tally = new();
        SimulatedNetwork network = new(seed, faults);
        using SimulatedWorker<Echo> server = Server(network, seed, name);
        using SimulatedWorker<Greeter> client =
            new(network, Plan(seed, listens: false), new Greeter(pieces, Cut(name), tally));
        Turn(network, long.MaxValue, client, server);
        Assert.True(client.IsFinished, $"seed {seed} comes to its end");
        server.Shard.Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
        Turn(network, long.MaxValue, server);
        Assert.Equal(0, server.Pool.Rented);
        Assert.Equal(0, server.Backend.OutboxesUsed);
        Assert.Equal(0, server.Workload.HeadsUsed);
        return tally;
    }

    private static string Cut(string name) => name.Length > 64 ? name[..64] : name;

    private static SimulatedWorker<Echo> Server(SimulatedNetwork network, ulong seed, string name) =>
        new(network, Plan(seed, listens: true), new Echo(ServeMode.Stamp, Listen, name));

    private static WorkerPlan Plan(ulong seed, bool listens) => new()
    {
        Connections = 512,
        Targets = listens ? [] : Listen,
        Sources = listens ? [] : [SockAddr.FromIPv4(0x7F00_0001, 0)],
        Ports = listens ? PortSpan.From(1, 0) : PortSpan.From(20_000, 20_999),
        Listen = listens ? Listen : [],
        Shard = new ShardSpec(0, 1, seed, default),
    };

    /// <summary>Until that time, or until the first of them has ended.</summary>
    private static void Turn(SimulatedNetwork network, long untilNs, params ReadOnlySpan<SimulatedWorker> workers)
    {
        for (int turn = 0; turn < 1_000_000 && network.NowNs < untilNs && !workers[0].IsFinished; turn++)
        {
            long nextNs = Math.Min(untilNs, network.NextEventNs);
            bool hasTurned = false;
            foreach (SimulatedWorker worker in workers)
            {
                if (worker.IsRunnable(network.NowNs))
                {
                    worker.Turn();
                    hasTurned = true;
                }

                nextNs = worker.IsFinished ? nextNs : Math.Min(nextNs, worker.Backend.WakesAtNs);
            }

            if (!hasTurned)
            {
                network.RunUntil(nextNs);
            }
        }
    }
}
