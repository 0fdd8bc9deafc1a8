using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>
/// The kernel's filter for "this end's port (or the other's) is in one of these ranges", as bytecode. The kernel runs
/// it over every socket of the namespace, so it is short: neighbouring ports are one range, and where there are more
/// ranges than <see cref="RangesMax"/> those with the smallest gaps between them are joined. It then lets through more
/// than was asked for, never less.
/// </summary>
public static class PortFilter
{
    /// <summary>Most ranges in a filter.</summary>
    public const int RangesMax = 16;

    private const int OpBytes = 4;
    private const int ComparisonBytes = 2 * OpBytes;

    /// <summary>Sorted, joined where they touch, and no more than <see cref="RangesMax"/>.</summary>
    public static PortRange[] Ranges(IEnumerable<ushort> ports)
    {
        List<PortRange> ranges = [];
        foreach (ushort port in ports.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].High + 1 == port)
            {
                ranges[^1] = new PortRange(ranges[^1].Low, port);
            }
            else
            {
                ranges.Add(new PortRange(port, port));
            }
        }

        while (ranges.Count > RangesMax)
        {
            int nearest = Enumerable.Range(0, ranges.Count - 1).MinBy(at => ranges[at + 1].Low - ranges[at].High);
            ranges[nearest] = new PortRange(ranges[nearest].Low, ranges[nearest + 1].High);
            ranges.RemoveAt(nearest + 1);
        }

        return [.. ranges];
    }

    /// <param name="ranges">As <see cref="Ranges"/> gives them; none lets everything through.</param>
    /// <param name="isRemote">The other end's port instead of this end's.</param>
    public static byte[] Assemble(ReadOnlySpan<PortRange> ranges, bool isRemote)
    {
        byte above = isRemote ? NetlinkConstants.INET_DIAG_BC_D_GE : NetlinkConstants.INET_DIAG_BC_S_GE;
        byte below = isRemote ? NetlinkConstants.INET_DIAG_BC_D_LE : NetlinkConstants.INET_DIAG_BC_S_LE;

        // A block for each range: port >= low, port <= high, and, but for the last, a jump to the end, which takes
        // the socket. Where a comparison fails it goes on with the next block; in the last, beyond the end.
        const int Block = (2 * ComparisonBytes) + OpBytes;
        int total = Math.Max(0, (ranges.Length * Block) - OpBytes);
        inet_diag_bc_op[] code = new inet_diag_bc_op[total / OpBytes];
        for (int i = 0; i < ranges.Length; i++)
        {
            int at = i * Block;
            Compare(code, at, above, ranges[i].Low, at + Block);
            Compare(code, at + ComparisonBytes, below, ranges[i].High, at + Block);
            int jump = at + (2 * ComparisonBytes);
            if (jump < total)
            {
                code[jump / OpBytes] = new inet_diag_bc_op
                {
                    code = NetlinkConstants.INET_DIAG_BC_JMP,
                    yes = OpBytes,
                    no = (ushort)(total - jump),
                };
            }
        }

        return MemoryMarshal.AsBytes(code.AsSpan()).ToArray();
    }

    private static void Compare(inet_diag_bc_op[] code, int at, byte operation, int port, int elseAt)
    {
        code[at / OpBytes] = new inet_diag_bc_op
        {
            code = operation,
            yes = ComparisonBytes,
            no = (ushort)(elseAt - at),
        };
        code[(at / OpBytes) + 1].no = (ushort)port;
    }
}
