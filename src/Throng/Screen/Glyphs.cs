using System.Text;

namespace Throng;

/// <summary>Characters that bars and histories are drawn with: one column each, in Unicode or in ASCII.</summary>
/// <param name="Levels">From the lowest to the highest.</param>
/// <param name="Half">Half of a <paramref name="Full"/>; the same as <paramref name="Rest"/> where there is none.
/// </param>
public sealed record Glyphs(string Levels, char Full, char Half, char Rest, char Rule)
{
    public static Glyphs Unicode { get; } = new("▁▂▃▄▅▆▇█", '━', '╸', '─', '─');

    public static Glyphs Ascii { get; } = new("_.:-=+*#", '#', '.', '.', '-');

    /// <summary>Whatever the locale of an environment can show.</summary>
    public static Glyphs Choose(IReadOnlyDictionary<string, string> environment)
    {
        foreach (string name in (string[])["LC_ALL", "LC_CTYPE", "LANG"])
        {
            if (environment.GetValueOrDefault(name) is { Length: > 0 } locale)
            {
                bool isUtf8 = locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase)
                    || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
                return isUtf8 ? Unicode : Ascii;
            }
        }

        return Ascii;
    }

    /// <summary>Whether a character is printable, and one column wide.</summary>
    public static bool IsOneColumn(char character) =>
        character is (>= ' ' and <= '~') or (>= '\u2500' and <= '\u259f') or '·' or '×';

    /// <summary>A share of 1 as a bar of exactly so many columns: what is full, and what is left.</summary>
    public (string Full, string Left) Bar(double share, int columns)
    {
        int halves = (int)Math.Round(Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * columns * 2);
        bool hasHalf = halves % 2 == 1;
        string full = new string(Full, halves / 2) + (hasHalf ? Half : "");
        return (full, new string(Rest, Math.Max(0, columns - full.Length)));
    }

    /// <summary>
    /// The last values from 0 to their own highest, a column each, the newest at the right; null is an empty column.
    /// </summary>
    public string History(IReadOnlyList<double?> values, int columns)
    {
        StringBuilder text = new();
        int from = Math.Max(0, values.Count - columns);
        double highest = 0;
        for (int i = from; i < values.Count; i++)
        {
            highest = Math.Max(highest, values[i] ?? 0);
        }

        text.Append(' ', Math.Max(0, columns - (values.Count - from)));
        for (int i = from; i < values.Count; i++)
        {
            double share = highest > 0 ? Math.Max(0, values[i] ?? 0) / highest : 0;
            text.Append(values[i] is null ? ' ' : Levels[(int)Math.Round(share * (Levels.Length - 1))]);
        }

        return text.ToString();
    }
}
