using Throng.Engine;

namespace Throng.Originals;

/// <summary>
/// How deep a hash table of a given size would be: the most live slots that fall together modulo the size. Slots of
/// several workers are numbered on, one worker's behind the other's.
/// </summary>
public static class HashDepth
{
    /// <summary>Depth for the given number of slots, numbered from 0.</summary>
    public static int OfFirst(int count, int size) => (count + size - 1) / size;

    /// <summary>Depth for all connections.</summary>
    public static int Measure(IEnumerable<SlotsRow> rows, int size) =>
        OfEach(rows, [size], (_, _) => 0)[0];

    /// <summary>Depth for each target, whose table has a size of its own.</summary>
    public static int[] OfTargets(IEnumerable<SlotsRow> rows, IReadOnlyList<int> sizes) =>
        OfEach(rows, sizes, (row, at) => row.Endpoints[at]);

    private static int[] OfEach(IEnumerable<SlotsRow> rows, IReadOnlyList<int> sizes, Func<SlotsRow, int, int> table)
    {
        Dictionary<(int Table, int Bucket), int> buckets = [];
        int[] depths = new int[sizes.Count];
        int before = 0;
        foreach (SlotsRow row in rows.OrderBy(row => row.Worker))
        {
            for (int i = 0; i < row.Slots.Count; i++)
            {
                int at = table(row, i);
                (int, int) bucket = (at, (before + row.Slots[i]) % sizes[at]);
                int depth = buckets.GetValueOrDefault(bucket) + 1;
                buckets[bucket] = depth;
                depths[at] = Math.Max(depths[at], depth);
            }

            before += row.SlotsUsed;
        }

        return depths;
    }
}
