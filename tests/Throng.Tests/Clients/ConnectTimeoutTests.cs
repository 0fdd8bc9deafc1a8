using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;
using Lives = Throng.Engine.Churn;
using Monitor = Throng.Engine.Monitor;

namespace Throng.Tests;

/// <summary>A SYN that nobody answers ends the same way whoever sent it.</summary>
public sealed class ConnectTimeoutTests
{
    private const long SecondNs = 1_000_000_000;
    private static readonly SockAddr[] Target = [SockAddr.FromIPv4(0x0A00_0001, 7000)];
    private static readonly Schedule Rate = new(RateProfile.Constant(20), Arrivals.Constant, 1);

    public static TheoryData<string, bool> All =>
        new MatrixTheoryData<string, bool>(["hold", "query", "churn", "probe", "monitor", "bench"], [true, false]);

    /// <param name="byKernel">The kernel gives up before this program does.</param>
    [Theory]
    [MemberData(nameof(All))]
    public void A_connect_without_an_answer_is_a_connect_timeout(string client, bool byKernel)
    {
        FaultPlan faults = FaultPlan.None with
        {
            ConnectNeverAnswered = byKernel ? 0 : 1, ConnectTimesOut = byKernel ? 1 : 0,
        };
        Role role = client == "probe" ? Role.Probe : Role.Client;
        SimulatedNetwork network = new(1, faults);
        using SimulatedWorker worker = Start(network, client);
        worker.Shard.Post(client == "bench"
            ? new WorkerMessage(WorkerMessageKind.Assemble, 1)
            : new WorkerMessage(WorkerMessageKind.Begin, network.NowNs + 1000));
        RunFor(network, worker, 300 * SecondNs);
        Counters counters = worker.Shard.Counters[(int)role];
        long timedOut = counters.ConnectFailed(CloseReason.ConnectTimeout);
        Assert.True(timedOut > 0, "no connect has timed out");
        Assert.Equal(timedOut, counters.ConnectFailedTotal);
        Assert.Equal(0, counters[Counter.Opened]);
    }

    private static SimulatedWorker Start(SimulatedNetwork network, string client)
    {
        WorkerPlan plan = new()
        {
            Connections = 4096,
            Targets = Target,
            Sources = [SockAddr.FromIPv4(0x0A00_0101, 0)],
            Ports = PortSpan.From(10_000, 29_999),
            Shard = new ShardSpec(0, 1, 1, default),
        };
        SimulatedWorker Worker<T>(T workload)
            where T : struct, IWorkload => new SimulatedWorker<T>(network, plan, workload);
        Schedule seats = new(RateProfile.Constant(20), Arrivals.Constant, ConnectionPick.RoundRobin, 1, 5);
        Role role = client == "probe" ? Role.Probe : Role.Client;
        return client switch
        {
            "hold" => Worker(new Hold(new HoldSpec { Connections = 5 }, 1, ownsTargets: false)),
            "query" => Worker(new Query<EchoProtocol>(
                new QuerySpec { Connections = 5, Kind = QueryKind.Echo }, new EchoProtocol(64), seats,
                new QueryTally(1), 1, ownsTargets: false)),
            "monitor" => Worker(new Monitor(
                new MonitorSpec { Connections = 5 }, seats, new MonitorTally(), 1, ownsTargets: false)),
            "bench" => Worker(new Bench(new BenchSpec { Connections = 5 }, new BenchTally(0), 1)),
            _ => Worker(new Lives(new ChurnSpec(), Rate, new ChurnTally(), 1, ownsTargets: false, role)),
        };
    }

    private static void RunFor(SimulatedNetwork network, SimulatedWorker worker, long ns)
    {
        long untilNs = network.NowNs + ns;
        while (network.NowNs < untilNs && !worker.IsFinished)
        {
            if (worker.IsRunnable(network.NowNs))
            {
                worker.Turn();
            }
            else
            {
                network.RunUntil(Math.Min(untilNs, Math.Min(network.NextEventNs, worker.Backend.WakesAtNs)));
            }
        }
    }
}
