using Throng.Engine;
using Xunit;

namespace Throng.Tests;

public class CapacityTests
{
    private static readonly EngineSelection Uring = new(EngineChoice.Uring, "", OwnTables: true);
    private static readonly EngineSelection Epoll = new(EngineChoice.Epoll, "", OwnTables: true);

    [Theory]
    [InlineData(10_000, 1, 2, 2)]
    [InlineData(40_000, 1, 2, 2)]
    [InlineData(40_001, 1, 2, 4)]
    [InlineData(1_000_000, 1, 2, 50)]
    [InlineData(1_000_000, 2, 2, 102)]
    public void Rings_are_as_many_as_the_sockets_need(long connections, int ends, int workers, int rings)
    {
        Capacity capacity = Capacity.Compute(Uring, 2, 20_000, connections, ends);
        Assert.Equal(workers, capacity.Workers);
        Assert.Equal(rings * 20_000L, capacity.Sockets);
        Assert.Equal($"{rings} rings × 20,000 slots (RLIMIT_NOFILE)", capacity.Arithmetic);
        Assert.Equal(20_000 / ends, capacity.Tables.ClientSlots);
        Assert.True(capacity.Sockets >= connections * ends);
    }

    [Fact]
    public void A_ring_is_no_larger_than_it_need_be_where_the_limit_is_high()
    {
        Capacity capacity = Capacity.Compute(Uring, 2, 1_048_576, 100);
        Assert.Equal(65_536, capacity.SocketsPerTable);
        Assert.Equal(2 * 65_536, capacity.Sockets);
    }

    [Fact]
    public void More_than_a_socket_can_be_named_by_is_not_promised()
    {
        Capacity capacity = Capacity.Compute(Uring, 1, 20_000, 1L << 32);
        Assert.Equal(512 * 20_000, capacity.Sockets);
        Assert.True(capacity.Sockets < 1L << 24);
    }

    [Theory]
    [InlineData(15_000, 2, false)]
    [InlineData(100_000, 6, true)]
    [InlineData(1_000_000, 51, true)]
    public void On_epoll_there_are_as_many_workers_as_tables(long connections, int workers, bool ownTables)
    {
        Capacity capacity = Capacity.Compute(Epoll, 2, 20_000, connections);
        Assert.Equal(workers, capacity.Workers);
        Assert.Equal(ownTables, capacity.OwnTables);
        Assert.True(capacity.Sockets >= connections);
    }

    [Fact]
    public void Where_a_table_per_worker_is_refused_all_share_one()
    {
        Capacity capacity = Capacity.Compute(Epoll with { OwnTables = false }, 2, 20_000, 100_000);
        Assert.Equal(19_744, capacity.Sockets);
        Assert.Contains("refused", capacity.Arithmetic, StringComparison.Ordinal);
    }
}
