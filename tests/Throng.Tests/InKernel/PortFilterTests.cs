using System.Runtime.InteropServices;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Filters of sockets by port: run here as the kernel would run them.</summary>
public sealed class PortFilterTests
{
    [Fact]
    public void Neighbours_are_one_range()
    {
        Assert.Equal([new PortRange(7000, 7002), new PortRange(9000, 9000)],
            PortFilter.Ranges([7001, 9000, 7000, 7002, 7000]));
        Assert.Empty(PortFilter.Ranges([]));
        Assert.Equal([new PortRange(65534, 65535)], PortFilter.Ranges([65535, 65534]));
    }

    [Fact]
    public void Too_many_ranges_are_joined_where_the_gap_is_smallest()
    {
        ushort[] far = [.. Enumerable.Range(0, PortFilter.RangesMax).Select(at => (ushort)(1000 + (at * 100)))];
        Assert.Equal(PortFilter.RangesMax, PortFilter.Ranges(far).Length);
        PortRange[] joined = PortFilter.Ranges([.. far, 1105]);
        Assert.Equal(PortFilter.RangesMax, joined.Length);
        Assert.Contains(new PortRange(1100, 1105), joined);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_takes_what_is_in_a_range_and_nothing_else(bool isRemote)
    {
        PortRange[] ranges = [new(10, 12), new(20, 20), new(65000, 65535)];
        byte[] filter = PortFilter.Assemble(ranges, isRemote);
        for (int port = 0; port <= ushort.MaxValue; port++)
        {
            bool isTaken = Takes(filter, port, isRemote);
            Assert.True(ranges.Any(range => range.Contains(port)) == isTaken, $"port {port}: {isTaken}");
        }
    }

    [Fact]
    public void Without_a_range_there_is_no_filter() => Assert.Empty(PortFilter.Assemble([], isRemote: true));

    // As inet_diag_bc_run does it: ending at the end takes the socket, jumping beyond leaves it out.
    private static bool Takes(byte[] filter, int port, bool isRemote)
    {
        ReadOnlySpan<inet_diag_bc_op> code = MemoryMarshal.Cast<byte, inet_diag_bc_op>(filter);
        int at = 0;
        while (at < code.Length)
        {
            inet_diag_bc_op op = code[at];
            bool isOfRemote = op.code is NetlinkConstants.INET_DIAG_BC_D_GE or NetlinkConstants.INET_DIAG_BC_D_LE;
            Assert.True(op.code == NetlinkConstants.INET_DIAG_BC_JMP || isOfRemote == isRemote);
            bool yes = op.code switch
            {
                NetlinkConstants.INET_DIAG_BC_S_GE or NetlinkConstants.INET_DIAG_BC_D_GE => port >= code[at + 1].no,
                NetlinkConstants.INET_DIAG_BC_S_LE or NetlinkConstants.INET_DIAG_BC_D_LE => port <= code[at + 1].no,
                _ => false,
            };
            at += (yes ? op.yes : op.no) / 4;
        }

        return at == code.Length;
    }
}
