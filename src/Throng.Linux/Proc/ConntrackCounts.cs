using System.Globalization;

namespace Throng.Linux;

/// <summary>/proc/net/stat/nf_conntrack of this network namespace, added up over the CPUs.</summary>
/// <param name="Dropped">Packets dropped for want of memory or of room in the table.</param>
/// <param name="InsertFailed">Entries that could not be inserted; the packet is dropped.</param>
/// <param name="EarlyDropped">Entries thrown out before their time, to make room.</param>
public sealed record ConntrackCounts(long Dropped, long InsertFailed, long EarlyDropped)
{
    /// <summary>Parses the table: a line of names, then a line of hexadecimal numbers for each CPU.</summary>
    /// <returns>Null when the text is not that; empty is what the file is where connections are not tracked.</returns>
    public static ConntrackCounts? Parse(ReadOnlySpan<char> text)
    {
        string[]? names = null;
        long[] sums = [];
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            string[] words = line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (names is null)
            {
                names = words;
                sums = new long[names.Length];
                continue;
            }

            for (int i = 0; i < Math.Min(words.Length, names.Length); i++)
            {
                if (!long.TryParse(words[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long count))
                {
                    return null;
                }

                sums[i] += count;
            }
        }

        return Of(names, sums, "drop") is { } dropped && Of(names, sums, "insert_failed") is { } failed
            && Of(names, sums, "early_drop") is { } early
            ? new ConntrackCounts(dropped, failed, early)
            : null;
    }

    /// <summary>Returns the counts added since an earlier reading.</summary>
    public ConntrackCounts Since(ConntrackCounts before) => new(
        Dropped - before.Dropped, InsertFailed - before.InsertFailed, EarlyDropped - before.EarlyDropped);

    private static long? Of(string[]? names, long[] sums, string name)
    {
        int at = names is null ? -1 : Array.IndexOf(names, name);
        return at < 0 ? null : sums[at];
    }
}
