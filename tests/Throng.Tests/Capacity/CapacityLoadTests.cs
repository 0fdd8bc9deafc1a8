using Throng.Engine;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;
using static Throng.Measurement.Counter;

namespace Throng.Tests;

/// <summary>
/// The capacity workload on a simulated network with faults, under orders that come at any moment: every attempt, every
/// connection and every check has exactly one end.
/// </summary>
public sealed class CapacityLoadTests
{
    private const long TroubleNs = 8 * Ns.Second;
    private const long DrainMaxNs = 120 * Ns.Second;

    [Fact]
    public void Every_attempt_has_one_outcome_whatever_the_network_does()
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 60, all: 1000); seed++)
        {
            new Play(seed).Run();
        }
    }

    private sealed class Play
    {
        private readonly ulong _seed;
        private readonly Scene _scene;
        private readonly SimulatedNetwork _network;
        private readonly CapacityTally[] _tallies;
        private readonly SimulatedWorker[] _clients;
        private readonly SimulatedWorker[] _all;
        private Prng _random;
        private int _orders;

        public Play(ulong seed)
        {
            _seed = seed;
            _random = new Prng(seed);
            _scene = Scene.Draw(seed) with { Kind = SceneKind.Query, Servers = 1, Ports = 500, SlabSlots = 4096 };
            _network = new SimulatedNetwork(seed, _scene.Faults);
            CapacitySpec spec = new()
            {
                Connections = _scene.ConnectionsMax,
                Plan = new CapacityPlan
                {
                    Limit = _scene.ConnectionsMax, RatePerSecond = 500, Checks = seed % 5 != 0,
                },
                CheckTimeoutNs = 2 * Ns.Second,
                ConnectTimeoutNs = 3 * Ns.Second,
                Close = _scene.Close,
            };
            WorkerPlan server = _scene.Server(0);
            SimulatedWorker echo = new SimulatedWorker<Echo>(
                _network, server, new Echo(ServeMode.Echo, server.Listen));
            _tallies = [.. Enumerable.Range(0, _scene.Clients).Select(_ => new CapacityTally())];
            _clients =
            [
                .. _tallies.Select((tally, worker) =>
                {
                    WorkerPlan plan = _scene.Client(worker);
                    return new SimulatedWorker<CapacityLoad>(
                        _network, plan, new CapacityLoad(spec, tally, plan.Targets.Length, ownsTargets: false));
                }),
            ];
            _all = [echo, .. _clients];
        }

        public void Run()
        {
            try
            {
                long endNs = _network.NowNs + TroubleNs;
                while (_network.NowNs < endNs)
                {
                    Post(new WorkerMessage(WorkerMessageKind.Capacity, 0) { Capacity = Order() });
                    RunUntil(_network.NowNs + _random.NextInRange(1, Ns.Second), () => false);
                }

                Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
                RunUntil(_network.NowNs + DrainMaxNs, () => _clients.All(one => one.IsFinished));
                Check(_clients.All(one => one.IsFinished), "every worker ends");
                CheckEnds();
            }
            finally
            {
                Array.ForEach(_all, one => one.Dispose());
            }
        }

        private CapacityOrder Order() => new(
            ++_orders, (CapacityOrderKind)_random.NextInRange(1, 4), _random.NextInRange(0, _scene.ConnectionsMax),
            _random.NextInRange(1, 800))
        {
            AttemptsMax = _random.NextInRange(0, 1) == 0 ? long.MaxValue : _random.NextInRange(0, 30),
            Ratio = _random.NextDouble(),
            Resets = _random.NextInRange(0, 1) == 0,
        };

        private void CheckEnds()
        {
            for (int i = 0; i < _clients.Length; i++)
            {
                SimulatedWorker worker = _clients[i];
                Counters counters = worker.Client;
                CapacityCounts all = CapacityTally.Sum([_tallies[i]], [counters]);
                Check(worker.Slab.Used == 0 && worker.Plan.InUse == 0, "nothing is in use");
                Check(all.Connecting == 0 && all.Awaiting == 0, $"every attempt has an outcome: {all}");
                Check(all.Held == 0, $"every held connection has an end: {all}");
                Check(all.Checking == 0 && all.Overdue == 0, $"no check is under way: {all}");
                Check(
                    all.Opened == counters.ClosedTotal && all.Opened == all.Served + all.NotServed - all.Failed.Total,
                    $"opened ones are served or not: {all}");
                Check(counters[Served] == all.Served && counters[ServedEnded] == all.Served, "served ones end");
                long ends = counters[MessagesAnswered] + counters[Counter.MessagesTimedOut]
                    + counters[Counter.MessagesLost] + counters[Counter.MessagesInvalid];
                Check(counters[MessagesSent] == ends, $"every check has one end: {counters[MessagesSent]}, {ends}");
            }
        }

        private void Check(bool isSo, string what) => Assert.True(isSo, $"seed {_seed}: {what}");

        private void Post(in WorkerMessage message)
        {
            foreach (SimulatedWorker client in _clients)
            {
                client.Shard.Post(message);
            }
        }

        private void RunUntil(long untilNs, Func<bool> isDone)
        {
            while (_network.NowNs < untilNs && !isDone())
            {
                int from = (int)_random.NextInRange(0, _all.Length - 1);
                SimulatedWorker? next = Enumerable.Range(0, _all.Length).Select(i => _all[(from + i) % _all.Length])
                    .FirstOrDefault(one => one.IsRunnable(_network.NowNs));
                if (next is not null)
                {
                    next.Turn();
                    continue;
                }

                long nextNs = Math.Min(untilNs, _network.NextEventNs);
                _network.RunUntil(_all.Where(one => !one.IsFinished).Aggregate(
                    nextNs, (earliest, one) => Math.Min(earliest, one.Backend.WakesAtNs)));
            }
        }
    }
}
