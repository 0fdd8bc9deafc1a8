using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>Workloads and the loop over the packet engine.</summary>
public sealed class LoopTests
{
    private static readonly SockAddr Source = SockAddr.FromIPv4(0x0A09_0001, 0);

    [Fact]
    public void A_hold_over_a_bad_wire_answers_every_ping()
    {
        SimulatedWire wire = new(3, WireFaults.None with { Lost = 0.05, Doubled = 0.05, Overtaken = 0.1 });
        EchoPeer peer = new(wire, new EchoPeerPlan());
        wire.Peer = peer;
        HoldSpec spec = new()
        {
            Connections = 40,
            Ping = true,
            PingIntervalMinNs = 20_000_000,
            PingIntervalMaxNs = 90_000_000,
            PingTimeoutNs = 60 * Ns.Second,
        };
        using Bench bench = new(new SimulatedPort(wire), new SimulatedLink(wire));
        EventLoop<Hold> loop = bench.Loop(new Hold(spec, 1, ownsTargets: true));
        Turn(loop, wire, () => bench.Client[Counter.MessagesAnswered] >= 5000);
        bench.Shard.Post(new WorkerMessage(WorkerMessageKind.Drain, 0));
        Turn(loop, wire, () => loop.IsFinished);
        Counters client = bench.Client;
        Assert.Equal(client[Counter.MessagesSent], client[Counter.MessagesAnswered]);
        Assert.Equal(40, client[Counter.Attempts]);
        Assert.Equal(40, client[Counter.Opened]);
        Assert.Equal(0, client.Open);
        Assert.True(bench.Backend.Counts.Retransmits > 100);
        Assert.Equal(0, bench.Plan.InUse);
    }

    [Fact]
    public void Lives_over_the_mirror_allocate_nothing()
    {
        ChurnSpec spec = new()
        {
            Connections = 200,
            Profile = RateProfile.Constant(20_000),
            Life = ChurnLife.Requests,
            Requests = 2,
        };
        MirrorPort port = new(4096);
        using Bench bench = new(port, new PlainLink());
        Schedule schedule = new(spec.Profile, spec.Arrivals, seed: 1);
        EventLoop<Churn> loop = bench.Loop(new Churn(spec, schedule, new ChurnTally(), 1, ownsTargets: true));
        bench.Shard.Post(new WorkerMessage(WorkerMessageKind.Begin, port.NowNs()));
        TurnUntilAnswered(loop, bench, 400_000); // more than TIME_WAIT has room for
        long before = GC.GetAllocatedBytesForCurrentThread();
        TurnUntilAnswered(loop, bench, 420_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, bench.Backend.Counts.Retransmits);
        Assert.Equal(0, bench.Backend.Counts.ResetsOut);
        Assert.True(bench.Backend.Counts.TimeWaitsCut > 0);
        Assert.Equal(0, bench.Client.ConnectFailedTotal);
    }

    private static void TurnUntilAnswered(EventLoop<Churn> loop, Bench bench, long answered)
    {
        for (int turn = 0; bench.Client[Counter.MessagesAnswered] < answered; turn++)
        {
            Assert.True(turn < 10_000_000, "requests are answered");
            loop.Turn();
        }
    }

    private static void Turn(EventLoop<Hold> loop, SimulatedWire wire, Func<bool> isOver)
    {
        long endNs = wire.NowNs + (600 * Ns.Second);
        while (!isOver())
        {
            Assert.True(wire.NowNs < endNs, "it comes to its end");
            loop.Turn();
            if (wire.Port.WakesAtNs > wire.NowNs)
            {
                wire.RunUntil(Math.Min(wire.Port.WakesAtNs, wire.NextEventNs));
            }
        }
    }

    private sealed class Bench : IDisposable
    {
        private readonly Slab _slab = new(1024, keepsTimes: false);
        private readonly BufferPool _pool = new(1024);

        public Bench(IFramePort port, ILink link)
        {
            Backend = new PacketBackend(_slab, _pool, port, link, new PacketOptions
            {
                Secret = 5, Blocks = 4096, Chunks = 4096, TimeWaits = 16_384,
            });
            Plan = new AddressPlan([WireClient.Target], [Source], PortSpan.From(10_000, 60_000), seed: 1);
            Shard = new Shard(Backend, _slab, Plan, new ShardSpec(0, 1, 1, default));
        }

        public PacketBackend Backend { get; }
        public AddressPlan Plan { get; }
        public Shard Shard { get; }
        public Counters Client => Shard.Counters[(int)Role.Client];

        public EventLoop<TWorkload> Loop<TWorkload>(TWorkload workload)
            where TWorkload : struct, IWorkload
        {
            EventLoop<TWorkload> loop = new(Shard, workload);
            loop.Start();
            return loop;
        }

        public void Dispose()
        {
            Backend.Dispose();
            Plan.Dispose();
            _pool.Dispose();
            _slab.Dispose();
        }
    }

    /// <summary>Ethernet without addresses, always known.</summary>
    private sealed class PlainLink : ILink
    {
        public int MtuBytes => 1500;

        public int WriteHeader(in SockAddr local, in SockAddr remote, Span<byte> to)
        {
            to[..14].Clear();
            return 14;
        }

        public int Strip(ReadOnlySpan<byte> frame) => 14;

        public void Tick(long nowNs)
        {
        }
    }
}
