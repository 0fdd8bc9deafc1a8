namespace Throng.Measurement;

/// <summary>Fate of one held connection: it answered a check, or it was gone.</summary>
/// <param name="OpenedNs">When it was opened, by the workers' clock.</param>
/// <param name="IsRefreshed">It had been checked, and had answered, some time after it was opened.</param>
public readonly record struct ConnectionFate(long OpenedNs, bool IsRefreshed, bool IsGone);

/// <summary>Which of the held connections went.</summary>
public enum EvictionOrder : byte
{
    /// <summary>None were seen to go.</summary>
    None = 0,

    /// <summary>Too few were seen, or old and new ones alike went.</summary>
    Unclear,

    /// <summary>The oldest: whether one had been used lately made no difference.</summary>
    Oldest,

    /// <summary>Those that had been idle the longest: old ones that had been used lately stayed.</summary>
    Idlest,

    /// <summary>Old ones, of which too few had been used lately to tell whether that makes a difference.</summary>
    OldestOrIdlest,
}

/// <summary>
/// Tells by which order connections went, from what became of some: an order is named only where chance would hardly
/// ever make it.
/// </summary>
public static class EvictionOrders
{
    /// <summary>Fewer of either kind say nothing.</summary>
    public const int SeenMin = 5;

    /// <summary>So often, of all pairs of one that went and one that stayed, the one that went has to be the older.
    /// </summary>
    private const double OlderMin = 0.9;

    /// <summary>Chance makes a share of pairs that far from a half once in some thousand times.</summary>
    private const double Deviations = 3;

    /// <summary>Of the old ones that had been used lately, so many have to have gone, or to have stayed.</summary>
    private const double MostRatio = 0.8;

    private static readonly string[] Names = EnumWords.Of<EvictionOrder>('-');

    public static string Name(EvictionOrder order) => Names[(int)order];

    public static EvictionOrder Find(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? (EvictionOrder)at : EvictionOrder.None;

    /// <summary>
    /// The order. Those that were not used since they were opened have been idle for as long as they are old: they show
    /// whether age counts at all. The others show whether use does.
    /// </summary>
    public static EvictionOrder Of(IReadOnlyCollection<ConnectionFate> fates)
    {
        long[] gone = [.. fates.Where(one => one is { IsGone: true, IsRefreshed: false }).Select(one => one.OpenedNs)];
        long[] left = [.. fates.Where(one => one is { IsGone: false, IsRefreshed: false }).Select(one => one.OpenedNs)];
        if (!fates.Any(one => one.IsGone))
        {
            return EvictionOrder.None;
        }

        if (gone.Length < SeenMin || left.Length < SeenMin || !IsOlder(gone, left))
        {
            return EvictionOrder.Unclear;
        }

        // Old is who is no younger than half of those that went although nobody had used them.
        Array.Sort(gone);
        long oldNs = gone[gone.Length / 2];
        ConnectionFate[] used = [.. fates.Where(one => one.IsRefreshed && one.OpenedNs <= oldNs)];
        int usedGone = used.Count(one => one.IsGone);
        return used.Length < SeenMin ? EvictionOrder.OldestOrIdlest
            : usedGone >= used.Length * MostRatio ? EvictionOrder.Oldest
            : usedGone <= used.Length * (1 - MostRatio) ? EvictionOrder.Idlest
            : EvictionOrder.OldestOrIdlest;
    }

    /// <summary>Whether those that went are older than those that stayed, beyond chance.</summary>
    private static bool IsOlder(long[] gone, long[] left)
    {
        double older = OlderRatio(gone, left);
        double deviation = Math.Sqrt((gone.Length + left.Length + 1) / (12.0 * gone.Length * left.Length));
        return older >= OlderMin && older - 0.5 > Deviations * deviation;
    }

    /// <summary>
    /// Share of all pairs of one of each kind in which the one that went had been opened first; equal ones count half.
    /// </summary>
    internal static double OlderRatio(long[] gone, long[] left)
    {
        long[] sorted = [.. left];
        Array.Sort(sorted);
        double pairs = 0;
        foreach (long one in gone)
        {
            int notLater = BoundOf(sorted, one, isUpper: true);
            int before = BoundOf(sorted, one, isUpper: false);
            pairs += sorted.Length - notLater + ((notLater - before) / 2.0);
        }

        return pairs / ((double)gone.Length * left.Length);
    }

    /// <summary>How many of the sorted are less than a value, or no more than it.</summary>
    private static int BoundOf(long[] sorted, long value, bool isUpper)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool isBefore = isUpper ? sorted[middle] <= value : sorted[middle] < value;
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
