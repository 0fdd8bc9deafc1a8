namespace Throng.Report;

/// <summary>Columns of texts as lines: a heading first in each, all of the same length.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <param name="columns">From left to right; aligned to the right, since most of them are numbers.</param>
    /// <param name="left">Columns of words by their numbers, aligned to the left.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> columns, params int[] left)
    {
        int[] widths = [.. columns.Select(column => column.Max(cell => cell.Length))];
        int lines = columns.Count == 0 ? 0 : columns[0].Length;
        for (int line = 0; line < lines; line++)
        {
            IEnumerable<string> cells = columns.Select((column, at) =>
                left.Contains(at) ? column[line].PadRight(widths[at]) : column[line].PadLeft(widths[at]));
            yield return string.Join(Gap, cells).TrimEnd();
        }
    }
}
