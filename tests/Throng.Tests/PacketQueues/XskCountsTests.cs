using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests.PacketQueues;

/// <summary>Tests of the kernel's counts of an AF_XDP socket.</summary>
public sealed class XskCountsTests
{
    [Theory]
    [InlineData(116_387, 116_387, 0)]
    [InlineData(10, 4, 6)]
    [InlineData(0, 4, 0)]
    public void A_frame_that_found_no_free_one_is_counted_once(ulong dropped, ulong noneFree, long others) =>
        Assert.Equal(others, XskPort.OtherDrops(
            new xdp_statistics { rx_dropped = dropped, rx_fill_ring_empty_descs = noneFree }));
}
