using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;
using Monitor = Throng.Engine.Monitor;

namespace Throng.KernelTests.Contract;

/// <summary>
/// Once warm, a worker over real sockets allocates nothing, whether its connections stay or come and go.
/// </summary>
public class AllocationTests
{
    private const int Connections = 20;

    [Theory]
    [InlineData("epoll")]
    [InlineData("uring")]
    public void Echo_traffic_allocates_nothing(string engine)
    {
        HoldSpec spec = new()
        {
            Connections = Connections,
            Ping = true,
            PingIntervalMinNs = 1_000_000,
            PingIntervalMaxNs = 9_000_000,
            Close = CloseKind.Rst,
        };
        AllocatesNothing(engine, Connections, bound => new Both<Hold, Echo>(
            new Hold(spec, 1, ownsTargets: true), new Echo(ServeMode.Echo, [bound])));
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("uring")]
    public void Lives_of_requests_allocate_nothing(string engine)
    {
        ChurnSpec spec = new()
        {
            Connections = Connections,
            Profile = RateProfile.Constant(2000),
            Life = ChurnLife.Requests,
            Requests = 2,
            Close = CloseKind.Rst,
        };
        AllocatesNothing(engine, 0, bound => new Both<Churn, Echo>(
            Client(spec), new Echo(ServeMode.Echo, [bound])));
    }

    [Theory]
    [InlineData("epoll", 0)]
    [InlineData("uring", 0)]
    [InlineData("epoll", 5_000_000)]
    [InlineData("uring", 5_000_000)]
    public void Lives_of_an_exchange_allocate_nothing(string engine, long delayNs)
    {
        ChurnSpec spec = new()
        {
            Connections = Connections,
            Profile = RateProfile.Constant(2000),
            Content = new byte[100],
            Expects = ReplyExpectation.Exactly(ExchangeSpec.ContentDefault),
            Close = CloseKind.Rst,
        };
        AllocatesNothing(engine, 0, bound => new Both<Churn, Exchange>(
            Client(spec), new Exchange(new ExchangeSpec { DelayNs = delayNs }, [bound])));
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("uring")]
    public void Lasting_connections_that_nothing_disturbs_allocate_nothing(string engine)
    {
        MonitorSpec spec = new()
        {
            Connections = Connections,
            Profile = RateProfile.Constant(5000),
            ReplyTimeoutNs = 30_000_000_000,
            LateNs = 30_000_000_000,
            Close = CloseKind.Rst,
        };
        Schedule schedule = new(spec.Profile, Arrivals.Constant, ConnectionPick.RoundRobin, 1, Connections);
        AllocatesNothing(engine, Connections, bound => new Both<Monitor, Echo>(
            new Monitor(spec, schedule, new MonitorTally(), 1, ownsTargets: true), new Echo(ServeMode.Echo, [bound])));
    }

    private static Churn Client(ChurnSpec spec) =>
        new(spec, new Schedule(spec.Profile, spec.Arrivals, seed: 1), new ChurnTally(), 1, ownsTargets: true);

    /// <param name="held">Connections that are open once it is warm.</param>
    private static void AllocatesNothing<TWorkload>(string engine, long held, Func<SockAddr, TWorkload> workload)
        where TWorkload : struct, IWorkload
    {
        using Slab slab = new(4 * Connections);
        using BufferPool pool = new(1024);
        int wakeFd = Descriptors.OpenEvent();
        using IBackend backend = BackendUnderTest.Make(engine, slab, pool, wakeFd, Connections, network: null);
        ListenSpec listen = new(SockAddr.FromIPv4(0x7F00_0001, 0), 128, SharesPort: false, DualStack: false);
        Assert.Equal(0, backend.Listen(listen, 0, out SockAddr bound));
        using AddressPlan plan = new(
            [bound], [SockAddr.FromIPv4(0x7F00_0001, 0)], PortSpan.From(21_000, 31_000), seed: (ulong)bound.Port);
        Shard shard = new(backend, slab, plan, new ShardSpec(0, 1, 1, default, Listeners: 1));
        EventLoop<TWorkload> loop = new(shard, workload(bound));
        loop.Start();
        shard.Post(new WorkerMessage(WorkerMessageKind.Begin, backend.NowNs()));
        Counters client = shard.Counters[(int)Role.Client];
        TurnUntil(loop, backend, client, answered: 1000, held);

        long before = GC.GetAllocatedBytesForCurrentThread();
        TurnUntil(loop, backend, client, answered: client[Counter.MessagesAnswered] + 500, held);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        shard.Post(new WorkerMessage(WorkerMessageKind.Abort, 0));
        TurnUntil(loop, backend, client, long.MaxValue, held);
        Assert.True(loop.IsFinished);
        _ = Descriptors.Close(wakeFd);
    }

    /// <summary>Until so many were answered and so many are open, or until it is finished.</summary>
    private static void TurnUntil<TWorkload>(
        EventLoop<TWorkload> loop, IBackend backend, Counters client, long answered, long held)
        where TWorkload : struct, IWorkload
    {
        long endNs = backend.NowNs() + (long)Eventually.Patience.TotalNanoseconds;
        while (!loop.IsFinished
            && (client[Counter.MessagesAnswered] < answered || (held > 0 && client.Open != held)))
        {
            if (backend.NowNs() >= endNs)
            {
                Assert.Fail($"{client[Counter.MessagesAnswered]} were answered, {client.Open} are open");
            }

            loop.Turn();
        }
    }
}
