using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Once warm, a worker under echo traffic allocates nothing; the simulated network is built for it.</summary>
public class AllocationTests
{
    [Fact]
    public void Echo_traffic_allocates_nothing()
    {
        FaultPlan rough = FaultPlan.None with { WriteIsPartial = 0.3, ReadIsPartial = 0.3, WriteIsSplit = 0.3 };
        SimulatedNetwork network = new(1, rough);
        SockAddr[] listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];
        WorkerPlan plan = new()
        {
            Connections = 64,
            Targets = listen,
            Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
            Ports = PortSpan.From(20_000, 20_999),
            Listen = listen,
            Shard = new ShardSpec(0, 1, 1, default),
        };
        HoldSpec spec = new()
        {
            Connections = 20,
            Ping = true,
            PingIntervalMinNs = 1_000_000,
            PingIntervalMaxNs = 9_000_000,
        };
        Both<Hold, Echo> workload = new(new Hold(spec, 1, ownsTargets: true), new Echo(ServeMode.Echo, listen));
        using BareWorker worker = new(network, plan, workload);
        Turn(network, worker, 20_000);
        Assert.Equal(20, worker.Client.Open);

        long answeredBefore = worker.Client[Counter.MessagesAnswered];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn(network, worker, 50_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(worker.Client[Counter.MessagesAnswered] - answeredBefore > 1000, "there was traffic");
        Assert.Equal(0, allocated);
        worker.Shard.Post(new WorkerMessage(WorkerMessageKind.Abort, 0));
        Turn(network, worker, 2000);
        Assert.True(worker.IsFinished);
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

    /// <summary>Without the checks of <see cref="Observed{T}"/>, whose sets allocate.</summary>
    private sealed class BareWorker : SimulatedWorker
    {
        private readonly EventLoop<Both<Hold, Echo>> _loop;

        public BareWorker(SimulatedNetwork network, WorkerPlan plan, Both<Hold, Echo> workload)
            : base(network, plan)
        {
            _loop = new EventLoop<Both<Hold, Echo>>(Shard, workload);
            _loop.Start();
        }

        public override bool IsFinished => _loop.IsFinished;

        public override void Turn() => _loop.Turn();

        public override void Abandon() => _loop.Abandon();
    }
}
