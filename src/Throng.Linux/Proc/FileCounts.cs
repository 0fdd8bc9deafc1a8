using System.Globalization;

namespace Throng.Linux;

/// <summary>/proc/sys/fs/file-nr: open files of the whole machine. A direct descriptor of a ring is one too.</summary>
/// <param name="Used">Files that are open.</param>
/// <param name="Max">Most there may be (fs.file-max).</param>
public readonly record struct FileCounts(long Used, long Max)
{
    public static bool TryRead(out FileCounts counts) => TryParse(Sysctl.TryRead("fs.file-nr"), out counts);

    /// <summary>Parses "818 0 2466180": allocated, free (always 0 by now), the most.</summary>
    /// <returns>False, and zeros, when it is not that.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out FileCounts counts)
    {
        counts = default;
        text = text.Trim();
        Span<Range> fields = stackalloc Range[4];
        if (text.SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries) != 3
            || !long.TryParse(text[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out long used)
            || !ulong.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out ulong max))
        {
            return false;
        }

        counts = new FileCounts(used, (long)Math.Min(max, long.MaxValue));
        return true;
    }
}
