using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Rounds of one worker with its own server, in the simulated network.</summary>
public class BenchTests
{
    private const int Connections = 20;
    private const long LeadNs = 1_000_000;
    private static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    [Theory]
    [InlineData(13, "")]
    [InlineData(5000, "")] // longer than the pattern
    [InlineData(13, "dummy message")]
    public void All_wait_for_the_release_and_each_is_answered_once_however_the_network_cuts_it(int bytes, string text)
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 5, all: 20); seed++)
        {
            FaultPlan rough = FaultPlan.None with { WriteIsPartial = 0.3, ReadIsPartial = 0.3, WriteIsSplit = 0.3 };
            BenchTally tally = new(Connections);
            BenchSpec spec = Spec() with { MessageBytes = bytes, Message = text };
            SimulatedNetwork network = new(seed, rough);
            using SimulatedWorker<Both<Bench, Echo>> worker = new(
                network, Plan(seed), new(new Bench(spec, tally, 1), new Echo(ServeMode.Echo, Listen)));
            for (int round = 1; round <= 3; round++)
            {
                Do(network, worker, new(WorkerMessageKind.Assemble, round), () => tally.OpenedRound == round);
                Assert.Equal(Connections, worker.Client.Open);
                Assert.Equal((round - 1) * Connections, worker.Client[Counter.MessagesSent]);

                long releaseNs = network.NowNs + LeadNs;
                Do(network, worker, new(WorkerMessageKind.Release, releaseNs), () => tally.AnsweredRound == round);
                Assert.Equal((Connections, 0L), (tally.Exchanges, tally.Errors.Sum()));
                Assert.Equal(Connections, tally.Ranks);
                Assert.All(tally.DoneNs, doneNs => Assert.True(doneNs > releaseNs));
                Assert.Equal(tally.DoneNs.Order(), tally.DoneNs);
                Assert.Equal(tally.LastNs, tally.DoneNs[^1]);

                Do(network, worker, new(WorkerMessageKind.Dismiss, 0), () => tally.ClosedRound == round);
                Assert.Equal(0, worker.Client.Open);
            }

            Assert.Equal(3 * Connections, worker.Client.Closed(CloseReason.Finished));
        }
    }

    [Fact]
    public void Whatever_happens_each_connection_of_a_round_is_answered_or_has_one_error()
    {
        long answered = 0;
        long failed = 0;
        int seeds = Suite.Rounds(few: 30, all: 300);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            Prng random = new(seed);
            BenchTally tally = new(0);
            BenchSpec spec = Spec() with
            {
                MessageBytes = (int)random.NextInRange(1, 20_000),
                ReplyTimeoutNs = random.NextInRange(20, 2000) * LeadNs,
                ConnectTimeoutNs = random.NextInRange(20, 2000) * LeadNs,
            };
            SimulatedNetwork network = new(seed, FaultPlan.Draw(ref random));
            using SimulatedWorker<Both<Bench, Echo>> worker = new(
                network, Plan(seed), new(new Bench(spec, tally, 1), new Echo(ServeMode.Echo, Listen)));
            for (int round = 1; round <= 3; round++)
            {
                Do(network, worker, new(WorkerMessageKind.Assemble, round), () => tally.OpenedRound == round);
                WorkerMessage release = new(WorkerMessageKind.Release, network.NowNs + LeadNs);
                Do(network, worker, release, () => tally.AnsweredRound == round);
                Assert.True(Connections == tally.Exchanges + tally.Errors.Sum(), $"seed {seed}, round {round}");
                answered += tally.Exchanges;
                failed += tally.Errors.Sum();
                Do(network, worker, new(WorkerMessageKind.Dismiss, 0), () => tally.ClosedRound == round);
            }

            Counters client = worker.Client;
            Assert.Equal(0, client.Open);
            Assert.Equal(
                client[Counter.MessagesSent],
                client[Counter.MessagesAnswered] + client[Counter.MessagesTimedOut]
                    + client[Counter.MessagesInvalid] + client[Counter.MessagesLost]);
            worker.Shard.Post(new(WorkerMessageKind.Abort, 0));
            Run(network, worker, () => worker.IsFinished);
        }

        Assert.True(answered > seeds * 16 && failed > seeds * 5 / 3, $"{answered} answered, {failed} failed");
    }

    [Fact]
    public void A_closed_loop_goes_on_until_its_time_is_over()
    {
        const long ForNs = 50_000_000;
        BenchTally tally = new(0);
        SimulatedNetwork network = new(1, FaultPlan.None);
        using SimulatedWorker<Both<Bench, Echo>> worker = new(
            network, Plan(1),
            new(new Bench(Spec() with { ForNs = ForNs }, tally, 1), new Echo(ServeMode.Echo, Listen)));
        int round = 2; // the first does not count, and has one message a connection
        Do(network, worker, new(WorkerMessageKind.Assemble, round), () => tally.OpenedRound == round);
        long releaseNs = network.NowNs + LeadNs;
        Do(network, worker, new(WorkerMessageKind.Release, releaseNs), () => tally.AnsweredRound == round);
        Assert.True(tally.Exchanges > 5 * Connections, $"{tally.Exchanges} exchanges");
        Assert.Equal(tally.Exchanges, tally.InTime + Connections);
        Assert.InRange(tally.LastNs - releaseNs, ForNs, 2 * ForNs);
        Assert.Equal(Connections, tally.Lag.Count);
    }

    [Fact]
    public void Servers_take_turns_after_a_round_each_that_does_not_count()
    {
        BenchSpec spec = new()
        {
            Servers = [new BenchServer("a", 0, 1), new BenchServer("b", 1, 1)],
            Concurrency = [1, 500],
            Rounds = 2,
        };
        Assert.Equal(
            "a100 b100 a1 b1 a1 b1 a500 b500 a500 b500",
            string.Join(' ', spec.AllRounds().Select(round => $"{"ab"[round.Server]}{round.Connections}")));
        Assert.Equal(8, spec.AllRounds().Count(round => round.Counts));
    }

    [Fact]
    public void A_timetable_gives_each_round_its_moment_and_leaves_out_those_whose_moment_is_over()
    {
        const long BeginNs = 1_000;
        const long EveryNs = 300;
        const long ForNs = 100;
        BenchTimetable timetable = new(BeginNs, EveryNs, ForNs);
        Assert.Equal([1_200, 1_500, 1_800], Enumerable.Range(1, 3).Select(timetable.ReleaseNs));
        Assert.Equal(1, timetable.NextRound(1, 3, BeginNs, leadNs: 20));
        Assert.Equal(1, timetable.NextRound(1, 3, nowNs: 1_180, leadNs: 20));
        Assert.Equal(2, timetable.NextRound(1, 3, nowNs: 1_181, leadNs: 20));
        Assert.Equal(3, timetable.NextRound(3, 3, nowNs: 1_181, leadNs: 20));
        Assert.Equal(4, timetable.NextRound(2, 3, nowNs: 9_999, leadNs: 20));
    }

    [Fact]
    public void Parts_of_a_round_are_all_of_its_connections_whatever_workers_they_have()
    {
        foreach (long connections in (long[])[1, 2, 10, 99, 1000])
        {
            int[] workers = [1, 3, 2];
            long all = 0;
            for (int part = 0; part < workers.Length; part++)
            {
                HostShare share = new(part, workers.Length);
                for (int worker = 0; worker < workers[part]; worker++)
                {
                    all += Shares.OfPart(
                        connections, share.PartOf(worker, workers[part]), share.PartsOf(workers[part]));
                }
            }

            Assert.Equal(connections, all);
        }
    }

    private static BenchSpec Spec() => new()
    {
        Targets = Listen, Concurrency = [Connections], Rounds = 2, ReplyTimeoutNs = 60_000_000_000,
    };

    private static WorkerPlan Plan(ulong seed) => new()
    {
        Connections = 64,
        Targets = Listen,
        Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
        Ports = PortSpan.From(20_000, 20_999),
        Listen = Listen,
        Shard = new ShardSpec(0, 1, seed, default),
    };

    private static void Do(SimulatedNetwork network, SimulatedWorker worker, WorkerMessage command, Func<bool> isDone)
    {
        worker.Shard.Post(command);
        Run(network, worker, isDone);
        Assert.True(isDone(), $"{command.Kind} {command.Value} never came to its end");
    }

    private static void Run(SimulatedNetwork network, SimulatedWorker worker, Func<bool> isDone)
    {
        for (int i = 0; i < 200_000 && !isDone() && !worker.IsFinished; i++)
        {
            if (!worker.IsRunnable(network.NowNs))
            {
                network.RunUntil(Math.Min(network.NextEventNs, worker.Backend.WakesAtNs));
            }

            worker.Turn();
        }
    }
}
