using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Sums that a program in the kernel keeps for each CPU, in one entry of a map. Sums never fall: where the kernel
/// refuses to tell them, those told last stand.
/// </summary>
/// <param name="mapFd">The map; stays the caller's.</param>
/// <param name="count">Numbers in its entry.</param>
internal sealed class KernelCounters(int mapFd, int count)
{
    private long[] _last = new long[count];

    /// <summary>Reads them, in the order in which the program has them. Any thread.</summary>
    public long[] Read()
    {
        Span<ulong> sums = stackalloc ulong[count];
        if (BpfMap.ReadCounters(mapFd, 0, sums) < 0)
        {
            return Volatile.Read(ref _last);
        }

        long[] read = new long[count];
        for (int i = 0; i < count; i++)
        {
            read[i] = (long)sums[i];
        }

        Volatile.Write(ref _last, read);
        return read;
    }
}
