using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>Once warm, a worker under echo traffic over real sockets allocates nothing.</summary>
public class AllocationTests
{
    private const int Connections = 20;

    [Theory]
    [InlineData("epoll")]
    [InlineData("uring")]
    public void Echo_traffic_allocates_nothing(string engine)
    {
        using Slab slab = new(4 * Connections);
        using BufferPool pool = new(1024);
        int wakeFd = Descriptors.OpenEvent();
        using IBackend backend = BackendUnderTest.Make(engine, slab, pool, wakeFd, Connections, network: null);
        ListenSpec listen = new(SockAddr.FromIPv4(0x7F00_0001, 0), 128, SharesPort: false, DualStack: false);
        Assert.Equal(0, backend.Listen(listen, 0, out SockAddr bound));
        using AddressPlan plan = new(
            [bound], [SockAddr.FromIPv4(0x7F00_0001, 0)], PortSpan.Of(21_000, 31_000), seed: (ulong)bound.Port);
        HoldSpec spec = new()
        {
            Connections = Connections,
            Ping = true,
            PingIntervalMinNs = 1_000_000,
            PingIntervalMaxNs = 9_000_000,
            Close = CloseKind.Rst,
        };
        Both<Hold, Echo> workload = new(new Hold(spec, 1, ownsTargets: true), new Echo(ServeMode.Echo, [bound]));
        Shard shard = new(backend, slab, plan, new ShardSpec(0, 1, 1, default, Listeners: 1));
        EventLoop<Both<Hold, Echo>> loop = new(shard, workload);
        loop.Start();
        TurnFor(loop, backend, milliseconds: 500);
        Counters client = shard.Counters[(int)Role.Client];
        Assert.Equal(Connections, client.Open);

        long answeredBefore = client.MessagesAnswered;
        long before = GC.GetAllocatedBytesForCurrentThread();
        TurnFor(loop, backend, milliseconds: 500);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(client.MessagesAnswered - answeredBefore > 500, "there was traffic");
        Assert.Equal(0, allocated);
        shard.Post(new Command(CommandKind.Abort, 0));
        TurnFor(loop, backend, milliseconds: 2000);
        Assert.True(loop.IsFinished);
        _ = Descriptors.Close(wakeFd);
    }

    private static void TurnFor(EventLoop<Both<Hold, Echo>> loop, IBackend backend, int milliseconds)
    {
        long endNs = backend.NowNs() + (milliseconds * 1_000_000L);
        while (backend.NowNs() < endNs && !loop.IsFinished)
        {
            loop.Turn();
        }
    }
}
