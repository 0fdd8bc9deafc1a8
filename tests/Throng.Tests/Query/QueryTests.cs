using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Queries against an echo server and against servers with habits, in the simulated network.</summary>
public sealed class QueryTests
{
    private const long SecondNs = 1_000_000_000;
    private static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(5000)]
    [InlineData(40_000)] // more than two buffers
    public void Every_query_is_answered_however_the_network_cuts_it(int messageBytes)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            FaultPlan rough = FaultPlan.None with { WriteIsPartial = 0.3, ReadIsPartial = 0.3, WriteIsSplit = 0.3 };
            using Bench<Echo> bench = new(seed, rough, Spec(500, 1) with { MessageBytes = messageBytes },
                new Echo(ServeMode.Echo, Listen));
            bench.RunFor(2 * SecondNs);
            bench.Drain();
            Counters client = bench.Worker.Client;
            Assert.Equal(500, client[Counter.MessagesSent]);
            Assert.Equal(500, client[Counter.MessagesAnswered]);
            Assert.Equal(500L * messageBytes, client[Counter.BytesReceived]);
            Assert.Equal(0, client[Counter.MessagesUnsolicited] + bench.Tally.Malformed);
        }
    }

    [Fact]
    public void A_warm_up_is_sent_and_not_counted()
    {
        using Bench<Echo> bench = new(1, FaultPlan.None, Spec(1000, 2) with { WarmUpNs = SecondNs },
            new Echo(ServeMode.Echo, Listen));
        bench.RunFor(3 * SecondNs);
        bench.Drain();
        Assert.Equal(1000, bench.Worker.Client[Counter.MessagesSent]);
        Assert.Equal(2000L * 64, bench.Worker.Client[Counter.BytesSent]);
        Assert.Equal(1000, bench.Worker.Shard.Latencies.Lag.Count);
    }

    [Fact]
    public void A_worker_without_a_CPU_at_the_end_still_sends_what_fell_due()
    {
        using Bench<Echo> bench = new(1, FaultPlan.None, Spec(100, 1), new Echo(ServeMode.Echo, Listen));
        bench.RunFor(SecondNs * 9 / 10);
        bench.Stall(SecondNs / 5);
        bench.RunFor(SecondNs);
        bench.Drain();
        Assert.Equal(100, bench.Worker.Client[Counter.MessagesSent]);
        Assert.InRange(bench.Worker.Shard.Latencies.Lag.MaxNs, SecondNs / 20, SecondNs / 5);
    }

    [Fact]
    public void Without_answers_every_query_times_out_once_at_its_age()
    {
        using Bench<OddServer> bench = new(
            1, FaultPlan.None, Spec(100, 1) with { TimeoutNs = SecondNs / 2 }, new OddServer(Habit.Mute));
        bench.RunFor(3 * SecondNs);
        bench.Drain();
        Assert.Equal(100, bench.Worker.Client[Counter.MessagesSent]);
        Assert.Equal(100, bench.Worker.Client[Counter.MessagesTimedOut]);
        Assert.Equal(100, bench.Worker.Shard.Latencies.Response.Count);
        Assert.InRange(bench.Worker.Shard.Latencies.Response.MinNs, SecondNs / 2, SecondNs);
        Assert.Equal(0, bench.Worker.Shard.Latencies.Service.Count);
        Assert.Equal(0, bench.Worker.Client.Closed(CloseReason.PeerClosed));
    }

    [Fact]
    public void At_the_cap_an_arrival_waits_and_that_is_held_back_and_no_lag()
    {
        QuerySpec spec = Spec(100, 1) with { TimeoutNs = SecondNs / 10, OutstandingMax = 1, Connections = 1 };
        using Bench<OddServer> bench = new(1, FaultPlan.None, spec, new OddServer(Habit.Mute));
        bench.RunFor(2 * SecondNs);
        bench.Drain();

        // One every 100 ms, when the one before has timed out.
        Assert.InRange(bench.Worker.Client[Counter.MessagesSent], 9, 11);
        Assert.True(bench.Tally.HeldBack > 80);
        Assert.InRange(bench.Tally.Held.MaxNs, SecondNs / 2, SecondNs);
        Assert.InRange(bench.Tally.Held.Count, 8, 10);
        Assert.InRange(bench.Worker.Shard.Latencies.Lag.MaxNs, 0, Ns.Millisecond);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_connection_ends_after_its_share_of_queries_and_another_takes_its_seat(int perConnection)
    {
        QuerySpec spec = Spec(500, 1) with { QueriesPerConnection = perConnection };
        using Bench<Echo> bench = new(1, FaultPlan.None, spec, new Echo(ServeMode.Echo, Listen));
        bench.RunFor(2 * SecondNs);
        bench.Drain();
        Counters client = bench.Worker.Client;
        Assert.Equal(500, client[Counter.MessagesAnswered]);
        Assert.InRange(client.Closed(CloseReason.Finished), (500 / perConnection) - 20, 500 / perConnection);
        Assert.Equal(0, client[Counter.MessagesLost]);
        Assert.Equal(0, client[Counter.Reconnected]);
    }

    [Fact]
    public void A_server_that_closes_after_each_answer_loses_nothing_that_was_not_sent()
    {
        using Bench<OddServer> bench = new(3, FaultPlan.None, Spec(300, 2), new OddServer(Habit.OneAnswer));
        bench.RunFor(60 * SecondNs);
        bench.Drain();
        Counters client = bench.Worker.Client;
        Assert.Equal(client[Counter.MessagesSent], client[Counter.MessagesAnswered] + client[Counter.MessagesLost]);
        Assert.True(client[Counter.MessagesAnswered] > 10, $"{client[Counter.MessagesAnswered]} answered");
        Assert.True(client.Closed(CloseReason.PeerClosed) > 10);
    }

    [Fact]
    public void What_a_server_closed_while_idle_is_opened_when_it_is_needed()
    {
        // Two connections and a query every 4 s; the server closes what has been silent for 3 s.
        QuerySpec spec = Spec(1, 1) with
        {
            Connections = 2, Profile = new RateProfile([new RateSegment(40 * SecondNs, 0.25, 0.25)]),
        };
        using Bench<OddServer> bench = new(1, FaultPlan.None, spec, new OddServer(Habit.Impatient));
        bench.RunFor(42 * SecondNs);
        Counters client = bench.Worker.Client;
        Assert.Equal(10, client[Counter.MessagesSent]);
        Assert.Equal(10, client[Counter.MessagesAnswered]);
        Assert.InRange(client.Closed(CloseReason.IdleClosed), 9, 12);
        Assert.Equal(client.Closed(CloseReason.IdleClosed), bench.Worker.Shard.Latencies.IdleBeforeClose.Count);
        Assert.InRange(bench.Worker.Shard.Latencies.IdleBeforeClose.MinNs, 2_900_000_000, 3_200_000_000);
        Assert.True(client[Counter.Opened] < 14, "not before it is needed");
        bench.Drain();
    }

    [Fact]
    public void An_answer_after_its_time_is_late_and_nothing_else()
    {
        QuerySpec spec = Spec(50, 1) with { TimeoutNs = SecondNs / 10 };
        using Bench<OddServer> bench = new(1, FaultPlan.None, spec, new OddServer(Habit.Slow));
        bench.RunFor(4 * SecondNs);
        Assert.Equal(50, bench.Worker.Client[Counter.MessagesTimedOut]);
        Assert.Equal(50, bench.Worker.Client[Counter.MessagesLate]);
        Assert.Equal(0, bench.Worker.Client[Counter.MessagesAnswered]);
        Assert.Equal(0, bench.Worker.Client[Counter.MessagesUnsolicited]);
        bench.Drain();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_waits_on_a_connection_that_is_no_longer_wanted_is_sent_on_those_that_remain(int connections)
    {
        // A query is more than the network takes while the server does not read, so none is sent before 3 s.
        QuerySpec spec = Spec(20, 1) with
        {
            MessageBytes = 1 << 20,
            TimeoutNs = 60 * SecondNs,
            Profile = new RateProfile([new RateSegment(SecondNs, 20, 20), new RateSegment(60 * SecondNs, 0, 0)]),
        };
        using Bench<OddServer> bench = new(1, FaultPlan.None, spec, new OddServer(Habit.Slow));
        bench.RunFor(2 * SecondNs);
        Assert.Equal(0, bench.Worker.Client[Counter.MessagesSent]);
        bench.Set(connections, 2 * SecondNs);
        bench.RunFor(30 * SecondNs);
        Assert.Equal(10 - connections, bench.Worker.Client.Closed(CloseReason.Lowered));
        Assert.Equal(20, bench.Worker.Client[Counter.MessagesSent]);
        Assert.Equal(20, bench.Worker.Client[Counter.MessagesAnswered]);
        bench.Drain();
    }

    private static QuerySpec Spec(int ratePerSecond, int seconds) => new()
    {
        Connections = 10,
        Targets = Listen,
        Kind = QueryKind.Echo,
        Profile = RateProfile.Constant(ratePerSecond).EndedAt(seconds * SecondNs),
    };

    /// <summary>One worker with the client and a server, until nothing is left.</summary>
    private sealed class Bench<TServer> : IDisposable
        where TServer : struct, IWorkload
    {
        private const int TurnsMax = 3_000_000;

        private readonly SimulatedNetwork _network;
        private readonly Schedule _schedule;

        public Bench(ulong seed, FaultPlan faults, QuerySpec spec, TServer server)
        {
            _network = new SimulatedNetwork(seed, faults);
            _schedule = new Schedule(spec.Profile, spec.Arrivals, spec.Pick, seed, spec.Connections);
            Query<EchoProtocol> query = new(
                spec, new EchoProtocol(spec.MessageBytes), _schedule, Tally, 1, ownsTargets: true);
            WorkerPlan plan = new()
            {
                Connections = 4096,
                Targets = Listen,
                Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
                Ports = PortSpan.From(10_000, 29_999),
                Listen = Listen,
                Shard = new ShardSpec(0, 1, seed, default),
            };
            Worker = new SimulatedWorker<Both<Query<EchoProtocol>, TServer>>(_network, plan, new(query, server));
            RunFor(SecondNs / 2);
            Worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Begin, _network.NowNs + 1000));
        }

        public QueryTally Tally { get; } = new(1);

        public SimulatedWorker<Both<Query<EchoProtocol>, TServer>> Worker { get; }

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

        /// <summary>Lets time go by in which the worker has no CPU.</summary>
        public void Stall(long ns) => _network.RunUntil(_network.NowNs + ns);

        /// <summary>Sets the number of connections from a time after the schedule's start on.</summary>
        public void Set(int connections, long fromNs) => Worker.Shard.Post(
            new WorkerMessage(
                WorkerMessageKind.Set, connections, null, _schedule.WithConnections(fromNs, connections)));

        public void Drain()
        {
            Worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
            for (int i = 0; i < 200 && !Worker.IsFinished; i++)
            {
                RunFor(SecondNs / 10);
            }

            Assert.True(Worker.IsFinished, "it ends");
            Counters client = Worker.Client;
            Assert.Equal(
                client[Counter.MessagesSent],
                client[Counter.MessagesAnswered] + client[Counter.MessagesTimedOut] + client[Counter.MessagesLost]
                    + client[Counter.MessagesInvalid]);
            Assert.Equal(client[Counter.MessagesSent], Worker.Shard.Latencies.Lag.Count);
        }

        public void Dispose() => Worker.Dispose();
    }
}
