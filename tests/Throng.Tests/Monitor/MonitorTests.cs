using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;
using static Throng.Measurement.Counter;
using Lives = Throng.Engine.Churn;
using Monitor = Throng.Engine.Monitor;

namespace Throng.Tests;

/// <summary>Lasting connections of one worker to its own server, in networks with every fault there is.</summary>
public class MonitorTests
{
    private const long SecondNs = 1_000_000_000;
    private const long MillisecondNs = 1_000_000;

    [Fact]
    public void Whatever_happens_each_message_and_each_connection_is_counted_once()
    {
        long answered = 0;
        long disturbed = 0;
        int seeds = Suite.Rounds(few: 20, all: 200);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            Prng random = new(seed);
            MonitorSpec spec = Spec(random.NextInRange(20, 400)) with
            {
                MessageBytes = (int)random.NextInRange(64, 40_000),
                ReplyTimeoutNs = random.NextInRange(20, 2000) * MillisecondNs,
                ConnectTimeoutNs = random.NextInRange(20, 2000) * MillisecondNs,
                Reconnects = random.NextInRange(0, 4) > 0,
                RetriesMax = random.NextInRange(0, 1) == 0 ? long.MaxValue : random.NextInRange(0, 5),
                NewRatePerSecond = random.NextInRange(0, 50),
                IsZeroFilled = seed % 3 == 0,
                ConnectUntilNs = seed % 4 == 0 ? SecondNs : long.MaxValue,
                WarmUpNs = seed % 7 == 0 ? SecondNs / 2 : 0,
                DroppedPerMessageMax = seed % 5 == 0 ? 2 : long.MaxValue,
            };
            using Bench bench = new(seed, FaultPlan.Draw(ref random), spec);
            bench.RunFor(random.NextInRange(1, 5) * SecondNs);
            bench.End(atOnce: random.NextInRange(0, 3) == 0);
            answered += bench.Worker.Client[MessagesAnswered];
            disturbed += bench.Tally.Disturbances.Count;
        }

        Assert.True(
            answered > seeds * 50 && disturbed > seeds * 5 / 2, $"{answered} answered, {disturbed} disturbances");
    }

    [Fact]
    public void Without_faults_all_is_answered_and_nothing_noted()
    {
        using Bench bench = new(1, FaultPlan.None, Spec(100) with { NewRatePerSecond = 20 });
        bench.RunFor(3 * SecondNs);
        bench.End();
        Assert.Equal(200, bench.Worker.Client[MessagesAnswered]);
        Assert.Equal(0, bench.Tally.Disturbances.Count);
        Assert.Equal(40, bench.Probes.Steps.Sum(step => step.Outcomes[(int)ChurnOutcome.Ok]));
        Assert.Equal(10, bench.Tally.Records.Count);
        Assert.All(bench.Tally.Records.Items.ToArray(), one => Assert.Equal(CloseReason.Drained, one.Reason));
    }

    [Fact]
    public void While_nothing_comes_back_slots_are_dropped_and_it_is_one_disturbance_each()
    {
        MonitorSpec spec = Spec(100) with { ReplyTimeoutNs = 10 * SecondNs, LateNs = 50 * MillisecondNs };
        using Bench bench = new(1, FaultPlan.None, spec);
        bench.RunFor(SecondNs);
        bench.Delay(400 * MillisecondNs);
        bench.RunFor(500 * MillisecondNs);
        bench.Delay(50_000);
        bench.RunFor(2 * SecondNs);
        bench.End();
        Disturbance[] noted = bench.Tally.Disturbances.Items.ToArray();
        Assert.Equal(10, noted.Length);
        Assert.All(noted, one => Assert.Equal(DisturbanceCause.Slow, one.Cause));
        Assert.All(noted, one => Assert.InRange(one.DurationNs, 800 * MillisecondNs, 1100 * MillisecondNs));
        Assert.All(noted, static one => Assert.False(one.IsOpen));
        Assert.Equal(0, bench.Worker.Client[Counter.MessagesTimedOut]);
        Assert.InRange(bench.Worker.Client[MessagesDropped], 60, 110);
    }

    [Fact]
    public void A_disturbance_that_the_run_does_not_see_the_end_of_stays_open()
    {
        MonitorSpec spec = Spec(100) with { ReplyTimeoutNs = SecondNs / 2, LateNs = 50 * MillisecondNs };
        using Bench bench = new(1, FaultPlan.None, spec);
        bench.RunFor(SecondNs / 2);
        bench.Delay(400 * MillisecondNs);
        bench.RunFor(300 * MillisecondNs);
        bench.Delay(50_000);
        bench.RunFor(700 * MillisecondNs);
        int seen = bench.Tally.Disturbances.Count;
        bench.Delay(20 * SecondNs);
        bench.RunFor(2 * SecondNs);
        bench.End();
        Disturbance[] noted = bench.Tally.Disturbances.Items.ToArray();
        Assert.Equal((10, 20), (seen, noted.Length));
        Assert.All(noted[..seen], static one => Assert.False(one.IsOpen));
        Assert.All(noted[seen..], static one => Assert.True(one is { IsOpen: true, IsReconnected: false }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_that_waits_for_its_answer_when_the_run_ends_is_a_disturbance_if_it_is_late(bool isLate)
    {
        MonitorSpec spec = Spec(100) with { ReplyTimeoutNs = 10 * SecondNs, LateNs = (isLate ? 1 : 5) * SecondNs / 2 };
        using Bench bench = new(1, FaultPlan.None, spec);
        bench.RunFor(SecondNs);
        bench.Delay(20 * SecondNs);
        bench.RunFor(SecondNs);
        bench.End();
        Disturbance[] noted = bench.Tally.Disturbances.Items.ToArray();
        Assert.Equal(isLate ? 10 : 0, noted.Length);
        Assert.All(noted, static one => Assert.True(one is { IsOpen: true, Cause: DisturbanceCause.Timeout }));
        Assert.Equal(0, bench.Worker.Client[Counter.MessagesTimedOut]);
    }

    [Theory]
    [InlineData(true, 9_000_000_000)]
    [InlineData(false, 2_000_000_000)]
    public void An_open_disturbance_lasts_at_least_to_the_end_of_the_plateau(bool isOpen, long endNs)
    {
        Disturbance lost = new()
        {
            Connection = 1, StartNs = SecondNs, EndNs = 2 * SecondNs, Cause = DisturbanceCause.Closed, IsOpen = isOpen,
        };
        Assert.Equal(endNs, lost.OpenUntil(9 * SecondNs).EndNs);
        Assert.Equal(2 * SecondNs, lost.OpenUntil(0).EndNs);
    }

    [Fact]
    public void A_limit_of_drops_is_one_for_each_message()
    {
        MonitorSpec spec = Spec(100) with { ReplyTimeoutNs = 10 * SecondNs, DroppedPerMessageMax = 2 };
        using Bench bench = new(1, FaultPlan.None, spec);
        bench.RunFor(SecondNs);
        bench.Delay(400 * MillisecondNs);
        bench.RunFor(500 * MillisecondNs);
        bench.Delay(50_000);
        bench.RunFor(2 * SecondNs);
        bench.End();
        Assert.InRange(bench.Worker.Client[MessagesDropped], 15, 20);
        Assert.InRange(bench.Tally.Uncounted, 30, 100);
    }

    [Fact]
    public void Messages_of_the_warm_up_are_in_no_count_and_its_disturbances_are_told()
    {
        MonitorSpec spec = Spec(100) with
        {
            WarmUpNs = SecondNs, ReplyTimeoutNs = 300 * MillisecondNs, LateNs = 50 * MillisecondNs,
        };
        using Bench bench = new(1, FaultPlan.None, spec);
        bench.RunFor(300 * MillisecondNs);
        bench.Delay(400 * MillisecondNs);
        bench.RunFor(300 * MillisecondNs);
        bench.Delay(50_000);
        bench.RunFor(2 * SecondNs);
        bench.End();
        Assert.Equal(100, bench.Tally.Taken);
        Assert.InRange(bench.Worker.Client[MessagesSent], 1, 100);
        Assert.Equal(bench.Worker.Client[MessagesSent], bench.Worker.Client[MessagesAnswered]);
        Assert.Equal(bench.Worker.Client[MessagesSent], bench.Worker.Shard.Latencies.Response.Count);
        long? maxNs = LatencySummary.From(bench.Worker.Shard.Latencies.Response).MaxNs;
        Assert.InRange(maxNs ?? long.MaxValue, 0, 50 * MillisecondNs);
        Assert.Equal(0, bench.Worker.Client[Counter.MessagesTimedOut]);
        Assert.InRange(bench.Tally.WarmUpFailed, 1, 20);
        Assert.All(bench.Tally.Disturbances.Items.ToArray(), one => Assert.NotNull(one.LastGoodNs));
        Assert.NotEqual(0, bench.Tally.Disturbances.Count);
    }

    [Fact]
    public void A_worker_without_a_CPU_at_the_end_still_sends_what_fell_due()
    {
        using Bench bench = new(1, FaultPlan.None, Spec(20));
        bench.RunFor(2 * SecondNs - (60 * MillisecondNs));
        bench.Stall(200 * MillisecondNs);
        bench.RunFor(SecondNs);
        bench.End();
        Assert.Equal(40, bench.Worker.Client[MessagesAnswered]);
    }

    private static MonitorSpec Spec(long ratePerSecond) => new()
    {
        Connections = 10,
        Targets = Bench.Listen,
        Profile = RateProfile.Constant(ratePerSecond).EndedAt(2 * SecondNs),
        Socket = new SocketOptions(0, 0, TellsEnd: true),
    };

    /// <summary>One worker with the lasting connections, the new ones and a server, until nothing is left.</summary>
    private sealed class Bench : IDisposable
    {
        public static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

        private const int TurnsMax = 3_000_000;

        private readonly SimulatedNetwork _network;
        private readonly MonitorSpec _spec;
        private readonly Schedule _messages;
        private long _beginNs;

        public Bench(ulong seed, FaultPlan faults, MonitorSpec spec)
        {
            _spec = spec;
            _network = new SimulatedNetwork(seed, faults);
            Tally.WarmUpNs = spec.WarmUpNs;
            Schedule messages = new(
                spec.Profile, Arrivals.Constant, ConnectionPick.RoundRobin, seed, spec.Connections,
                new(spec.Count, spec.WarmUpNs));
            _messages = messages;
            ChurnSpec probe = MonitorRun.ProbeOf(spec);
            Schedule probes = new(probe.Profile, Arrivals.Constant, seed);
            WorkerPlan plan = new()
            {
                Connections = 4096,
                Targets = Listen,
                Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
                Ports = PortSpan.From(10_000, 29_999),
                Listen = Listen,
                Shard = new ShardSpec(0, 1, seed, spec.Socket),
            };
            Both<Monitor, Lives> clients = new(
                new Monitor(spec, messages, Tally, 1, ownsTargets: true),
                new Lives(probe, probes, Probes, 1, ownsTargets: true, Role.Probe),
                Role.Probe);
            Worker = new SimulatedWorker<Both<Both<Monitor, Lives>, Echo>>(
                _network, plan, new(clients, new Echo(ServeMode.Echo, Listen)));
            RunFor(SecondNs / 4);
            _beginNs = _network.NowNs + 1000;
            Worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Begin, _beginNs));
        }

        public MonitorTally Tally { get; } = new();

        public ChurnTally Probes { get; } = ChurnTally.NotingFailed();

        public SimulatedWorker Worker { get; }

        /// <summary>Every segment takes so long from now on.</summary>
        public void Delay(long ns) => _network.Faults = FaultPlan.None with { LatencyMinNs = ns, LatencyMaxNs = ns };

        /// <summary>Lets time go by in which the worker has no CPU.</summary>
        public void Stall(long ns) => _network.RunUntil(_network.NowNs + ns);

        public void RunFor(long ns)
        {
            long untilNs = _network.NowNs + ns;
            for (int turns = 0; _network.NowNs < untilNs && !Worker.IsFinished; turns++)
            {
                Assert.True(turns < TurnsMax, "time goes on");
                if (!Worker.IsRunnable(_network.NowNs))
                {
                    _network.RunUntil(Math.Min(untilNs, Math.Min(_network.NextEventNs, Worker.Backend.WakesAtNs)));
                    continue;
                }

                Worker.Turn();
            }
        }

        /// <summary>Drains, or aborts; then nothing is left, and all adds up.</summary>
        public void End(bool atOnce = false)
        {
            Worker.Shard.Post(new WorkerMessage(atOnce ? WorkerMessageKind.Abort : WorkerMessageKind.Drain, 0));
            long fromNs = _network.NowNs;
            RunFor(2 * SecondNs);
            Assert.Equal(0, Worker.Count(Role.Client, _ => true) + Worker.Count(Role.Probe, _ => true));
            if (!Worker.IsFinished)
            {
                // Its server waits for peers that have vanished.
                Worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Abort, 0));
                RunFor(10 * SecondNs);
            }

            Assert.True(Worker.IsFinished, "it ends");
            Assert.True(Worker.Slab.Used == 0 && Worker.Pool.Rented == 0 && Worker.Plan.InUse == 0, "nothing is left");
            Assert.Equal(0, Worker.Shard.Timers.Count);
            Assert.Equal(0, Tally.DisturbedNow);
            Assert.All(Tally.Names.All, peer => Assert.Equal(0, peer.Open));
            CheckMessages();
            CheckConnections();
            CheckProbes();
            CheckDisturbances(fromNs);
        }

        public void Dispose() => Worker.Dispose();

        private void CheckMessages()
        {
            Counters client = Worker.Client;
            Assert.Equal(
                client[MessagesSent],
                client[MessagesAnswered] + client[Counter.MessagesTimedOut]
                    + client[Counter.MessagesLost] + client[Counter.MessagesInvalid]);
            Assert.Equal(0, client[Counter.MessagesInvalid]);
            Assert.Equal(
                client[MessagesAnswered] + client[Counter.MessagesTimedOut], Worker.Shard.Latencies.Response.Count);
            Assert.InRange(Worker.Shard.Latencies.Lag.Count, client[MessagesAnswered], client[MessagesSent]);
            long due = Walk.DueBefore(_messages, Tally.StoppedNs - _beginNs + 1);
            due -= _spec.WarmUpNs > 0 ? Walk.DueBefore(_messages, _spec.WarmUpNs) : 0;
            Assert.Equal(due, client[MessagesSent] + client[MessagesDropped] + Tally.Unconnected
                + Tally.Uncounted);
        }

        private void CheckConnections()
        {
            Counters client = Worker.Client;
            MonitorRecord[] records = Tally.Records.Items.ToArray();
            Assert.Equal(client[Attempts], client[Opened] + client.ConnectFailedTotal);
            Assert.Equal(client[Opened], records.Length);
            Assert.Equal(client.ClosedTotal, records.Length);
            Assert.All(records, one => Assert.InRange(one.Sent - one.Received, 0, 1)); // nothing follows a lost message

            // A connection's own record has the messages of the warm-up too: its bytes go on from them.
            bool isWhole = _spec.WarmUpNs == 0;
            Assert.InRange(
                client[MessagesSent], isWhole ? records.Sum(one => one.Sent) : 0, records.Sum(one => one.Sent));
            Assert.InRange(
                client[MessagesAnswered], isWhole ? records.Sum(one => one.Received) : 0,
                records.Sum(one => one.Received));
            Assert.Equal(client[MessagesDropped], records.Sum(one => one.Dropped));
        }

        private void CheckProbes()
        {
            Counters probe = Worker.Shard.Counters[(int)Role.Probe];
            long attempted = Probes.Steps.Sum(step => step.Attempted);
            Assert.Equal(attempted, probe[Attempts]);
            Assert.Equal(attempted, Probes.Steps.Sum(step => step.Outcomes.Sum()));
            long bad = Probes.Steps.Sum(step => step.Outcomes.Sum()
                - step.Outcomes[(int)ChurnOutcome.Ok] - step.Outcomes[(int)ChurnOutcome.Cancelled]);
            Assert.Equal(bad, Probes.Failed!.Count);
        }

        private void CheckDisturbances(long untilNs)
        {
            foreach (IGrouping<int, Disturbance> ofOne in Tally.Disturbances.Items.ToArray().GroupBy(x => x.Connection))
            {
                long endNs = 0;
                foreach (Disturbance one in ofOne)
                {
                    Assert.True(one.StartNs >= endNs && one.EndNs >= one.StartNs, "they do not overlap");
                    Assert.True(one.Cause != DisturbanceCause.None && (!one.IsReconnected || one.IsLost));
                    Assert.True(one.StartNs <= untilNs);
                    endNs = one.EndNs;
                }
            }

            int before = Tally.Records.Items.ToArray().Count(
                one => !CloseReasons.IsOwn(one.Reason) && one.EndedNs < untilNs);
            Assert.InRange(
                Tally.Disturbances.Items.ToArray().Sum(one => one.Losses), before,
                Tally.Records.Items.ToArray().Count(one => !CloseReasons.IsOwn(one.Reason)));
            int losses = Tally.Records.Items.ToArray().Count(one => !CloseReasons.IsOwn(one.Reason));
            int disturbedByLoss = Tally.Disturbances.Items.ToArray().Count(one => one.IsLost);
            Assert.True(losses == 0 || disturbedByLoss > 0, "a loss is a disturbance");
            Assert.True(disturbedByLoss <= losses);
        }
    }
}
