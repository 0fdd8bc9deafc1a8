using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Rounds of one worker with its own echo server, in the simulated network.</summary>
public sealed class IdleTests
{
    private const int Lanes = 20;
    private static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    [Fact]
    public void Without_faults_each_lane_is_silent_for_its_time_and_remembered()
    {
        IdleTally tally = new();
        SimulatedNetwork network = new(1, FaultPlan.None);
        using SimulatedWorker<Both<Idle<EchoProtocol>, Echo>> worker = Worker(network, tally, new IdleSpec(), 1);
        Assemble(network, worker, tally, 1, dismissAfterNs: long.MaxValue);
        foreach (IdleSeat seat in tally.Seats)
        {
            Assert.Equal(IdleOutcome.Remembered, seat.Outcome);
            Assert.InRange(seat.EndedSilenceNs, seat.SilenceNs, seat.SilenceNs + (5 * Ns.Millisecond));
        }

        Assert.Equal(2 * Lanes, worker.Client[Counter.MessagesAnswered]);
    }

    [Fact]
    public void Half_closed_lanes_are_remembered_by_a_server_that_sends_later_and_tell_nothing_with_one_that_echoes()
    {
        foreach (ServeMode mode in (ServeMode[])[ServeMode.Later, ServeMode.Echo])
        {
            IdleTally tally = new();
            SimulatedNetwork network = new(1, FaultPlan.None);
            using SimulatedWorker<Both<Idle<EchoProtocol>, Echo>> worker =
                Worker(network, tally, new IdleSpec(), 1, mode);
            Assemble(network, worker, tally, 1, dismissAfterNs: long.MaxValue, halfCloses: true);
            foreach (IdleSeat seat in tally.Seats)
            {
                Assert.Equal(mode == ServeMode.Later ? IdleOutcome.Remembered : IdleOutcome.Wrong, seat.Outcome);
                if (mode == ServeMode.Later)
                {
                    Assert.InRange(seat.EndedSilenceNs, seat.SilenceNs, seat.SilenceNs + (5 * Ns.Millisecond));
                }
            }

            Assert.Equal(mode == ServeMode.Later ? Lanes : 0, worker.Client[Counter.MessagesAnswered]);
        }
    }

    [Fact]
    public void A_request_that_comes_byte_by_byte_is_one_all_the_same()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            IdleTally tally = new();
            FaultPlan bytewise = FaultPlan.None with { WriteIsSplit = 1, ReadIsPartial = 0.8, WriteIsPartial = 0.5 };
            SimulatedNetwork network = new(seed, bytewise);
            using SimulatedWorker<Both<Idle<EchoProtocol>, Echo>> worker =
                Worker(network, tally, new IdleSpec(), seed, ServeMode.Later);
            Assemble(network, worker, tally, 1, dismissAfterNs: long.MaxValue, halfCloses: true);
            Assert.All(tally.Seats, seat => Assert.Equal(IdleOutcome.Remembered, seat.Outcome));
        }
    }

    [Fact]
    public void Whatever_happens_each_lane_has_one_outcome_and_messages_add_up()
    {
        HashSet<IdleOutcome> seen = [];
        int seeds = Suite.Rounds(few: 600, all: 2000);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            Prng random = new(seed);
            IdleTally tally = new();
            IdleSpec spec = new()
            {
                ReplyTimeoutNs = random.NextInRange(20, 2000) * Ns.Millisecond,
                ConnectTimeoutNs = random.NextInRange(20, 2000) * Ns.Millisecond,
            };
            SimulatedNetwork network = new(seed, FaultPlan.Draw(ref random));
            using SimulatedWorker<Both<Idle<EchoProtocol>, Echo>> worker =
                Worker(network, tally, spec, seed, ServeMode.Later);
            for (int round = 1; round <= 3; round++)
            {
                long dismissAfterNs =
                    random.NextInRange(0, 2) == 0 ? random.NextInRange(1, 4 * Ns.Second) : long.MaxValue;
                Assemble(
                    network, worker, tally, round, dismissAfterNs, halfCloses: random.NextInRange(0, 1) == 0);
                foreach (IdleSeat seat in tally.Seats)
                {
                    Assert.NotEqual(IdleOutcome.None, seat.Outcome);
                    Assert.True(
                        seat.Outcome != IdleOutcome.Remembered || seat.EndedSilenceNs >= seat.SilenceNs, $"{seed}");
                    seen.Add(seat.Outcome);
                }
            }

            Counters client = worker.Client;
            Assert.Equal(0, client.Open);
            Assert.Equal(
                client[Counter.MessagesSent],
                client[Counter.MessagesAnswered] + client[Counter.MessagesTimedOut]
                    + client[Counter.MessagesInvalid] + client[Counter.MessagesLost]);
        }

        // Only some of many seeds let the kernel give a lane up before this end does.
        IdleOutcome[] rare = Suite.IsFull ? [IdleOutcome.NotAcknowledged] : [];
        IdleOutcome[] expected =
        [
            IdleOutcome.Remembered, IdleOutcome.NotOpened, IdleOutcome.NotNeeded, IdleOutcome.NotAnswered,
            IdleOutcome.ResetInAnswer, IdleOutcome.NotArrived, .. rare,
        ];
        Assert.Empty(expected.Except(seen));
    }

    private static SimulatedWorker<Both<Idle<EchoProtocol>, Echo>> Worker(
        SimulatedNetwork network, IdleTally tally, IdleSpec spec, ulong seed, ServeMode mode = ServeMode.Echo) => new(
            network,
            new WorkerPlan
            {
                Connections = 64,
                Targets = Listen,
                Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
                Ports = PortSpan.From(20_000, 20_999),
                Listen = Listen,
                Shard = new ShardSpec(0, 1, seed, default),
            },
            new(
                new Idle<EchoProtocol>(spec, new EchoProtocol(IdleSpec.MessageBytes), tally, 1),
                new Echo(mode, Listen)));

    [Fact]
    public void The_end_of_a_connection_tells_how_it_was_forgotten()
    {
        (IdleStage Stage, CloseReason Reason, IdleOutcome Outcome)[] ends =
        [
            (IdleStage.Silent, CloseReason.Reset, IdleOutcome.ResetWhileSilent),
            (IdleStage.Silent, CloseReason.PeerClosed, IdleOutcome.ClosedWhileSilent),
            (IdleStage.Silent, CloseReason.TimedOut, IdleOutcome.ProbesNotAnswered),
            (IdleStage.Asked, CloseReason.Reset, IdleOutcome.ResetInAnswer),
            (IdleStage.Asked, CloseReason.PeerClosed, IdleOutcome.ClosedInAnswer),
            (IdleStage.Greeting, CloseReason.Reset, IdleOutcome.NotOpened),
            (IdleStage.Silent, CloseReason.Drained, IdleOutcome.NotNeeded),
        ];
        Assert.All(ends, end => Assert.Equal(
            end.Outcome, Idle<EchoProtocol>.OutcomeOf(end.Stage, end.Reason)));
    }

    /// <summary>Orders a round and waits for its end.</summary>
    private static void Assemble(
        SimulatedNetwork network, SimulatedWorker worker, IdleTally tally, int round, long dismissAfterNs,
        bool halfCloses = false)
    {
        tally.Seats =
        [
            .. Enumerable.Range(1, Lanes).Select(lane => new IdleSeat
            {
                SilenceNs = lane * 200 * Ns.Millisecond, HalfCloses = halfCloses,
            }),
        ];
        worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Assemble, round));
        long dismissNs = dismissAfterNs == long.MaxValue ? long.MaxValue : network.NowNs + dismissAfterNs;
        for (int i = 0; i < 500_000 && tally.ClosedRound != round; i++)
        {
            if (network.NowNs >= dismissNs)
            {
                dismissNs = long.MaxValue;
                worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Dismiss, 0));
            }

            if (!worker.IsRunnable(network.NowNs))
            {
                network.RunUntil(Math.Min(network.NextEventNs, worker.Backend.WakesAtNs));
            }

            worker.Turn();
        }

        Assert.Equal(round, tally.ClosedRound);
    }
}
