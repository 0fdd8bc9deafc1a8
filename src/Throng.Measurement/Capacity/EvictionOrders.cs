namespace Throng.Measurement;

/// <summary>
/// Tells by which order connections went, from what became of some: an order is named only where chance would hardly
/// ever make it.
/// </summary>
public static class EvictionOrders
{
    /// <summary>Fewer of either kind say nothing.</summary>
    public const int SeenMin = 5;

    /// <summary>Share of all pairs of one that went and one that stayed in which the former is first.</summary>
    private const double OlderMin = 0.9;

    /// <summary>Chance makes a share of pairs that far from a half once in some thousand times.</summary>
    private const double Deviations = 3;

    /// <summary>Share of the old ones that had been used lately: so many have to have gone, or to have stayed.
    /// </summary>
    private const double MostRatio = 0.8;

    /// <summary>Used lately is who was used later than so many of those that stayed.</summary>
    private const double LatelyQuantile = 0.1;

    private static readonly string[] Names = EnumWords.Of<EvictionOrder>('-');

    public static string Name(EvictionOrder order) => Names[(int)order];

    public static EvictionOrder Find(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var at ? (EvictionOrder)at : EvictionOrder.None;

    /// <summary>
    /// The order. Old ones that had been used lately tell age from use: they go by their age, or stay for their use.
    /// </summary>
    public static EvictionOrder Of(IReadOnlyCollection<ConnectionFate> fates)
    {
        ConnectionFate[] gone = [.. fates.Where(one => one.IsGone)];
        ConnectionFate[] left = [.. fates.Where(one => !one.IsGone)];
        if (gone.Length == 0)
        {
            return EvictionOrder.None;
        }

        long[] goneOpened = Sorted(gone, one => one.OpenedNs);
        long[] leftUsed = Sorted(left, one => one.UsedNs);
        bool isOrdered = gone.Length >= SeenMin && left.Length >= SeenMin
            && (IsOlder(goneOpened, Sorted(left, one => one.OpenedNs))
                || IsOlder(Sorted(gone, one => one.UsedNs), leftUsed));
        if (!isOrdered)
        {
            return EvictionOrder.Unclear;
        }

        long oldNs = goneOpened[goneOpened.Length / 2];
        long latelyNs = leftUsed[(int)(leftUsed.Length * LatelyQuantile)];
        ConnectionFate[] used = [.. fates.Where(one => one.OpenedNs <= oldNs && one.UsedNs >= latelyNs)];
        int usedGone = used.Count(one => one.IsGone);
        return used.Length < SeenMin ? EvictionOrder.OldestOrIdlest
            : usedGone >= used.Length * MostRatio ? EvictionOrder.Oldest
            : usedGone <= used.Length * (1 - MostRatio) ? EvictionOrder.Idlest
            : EvictionOrder.OldestOrIdlest;
    }

    private static long[] Sorted(ConnectionFate[] fates, Func<ConnectionFate, long> of) =>
        [.. fates.Select(of).Order()];

    /// <summary>Whether those that went come before those that stayed, beyond chance.</summary>
    private static bool IsOlder(long[] gone, long[] left)
    {
        double older = OlderRatio(gone, left);
        double deviation = Math.Sqrt((gone.Length + left.Length + 1) / (12.0 * gone.Length * left.Length));
        return older >= OlderMin && older - 0.5 > Deviations * deviation;
    }

    /// <summary>
    /// Share of all pairs of one of each kind in which the one that went comes first; equal ones count half.
    /// </summary>
    /// <param name="left">Sorted.</param>
    internal static double OlderRatio(long[] gone, long[] left)
    {
        double pairs = 0;
        foreach (long one in gone)
        {
            int notLater = BoundOf(left, one, isUpper: true);
            int before = BoundOf(left, one, isUpper: false);
            pairs += left.Length - notLater + ((notLater - before) / 2.0);
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
