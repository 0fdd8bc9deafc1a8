using Throng.Engine;

namespace Throng;

/// <summary>Steps that a guided run has measured so far, a line each: the newest last.</summary>
public static class LiveSteps
{
    /// <summary>A heading and the last steps; nothing where there are no steps yet, or no room for one.</summary>
    public static IReadOnlyList<StyledLine> Render(LiveSnapshot snapshot, int rowsMax)
    {
        if (snapshot.Result?.Steps is not { } steps
            || Math.Min(steps.Rows.Count, rowsMax - 1) is not (>= 1 and var shown))
        {
            return [];
        }

        string[][] table = [[.. steps.Heading], .. steps.Rows.Skip(steps.Rows.Count - shown)];
        int[] widths = [.. steps.Heading.Select((_, column) => table.Max(row => row[column].Length))];
        return [.. table.Select((row, at) =>
            Line(row, widths, steps.EndsWithVerdict, at == 0 ? Ink.Dim : Ink.Plain))];
    }

    private static StyledLine Line(string[] cells, int[] widths, bool lastIsText, Ink ink)
    {
        StyledLine line = new();
        for (int column = 0; column < cells.Length; column++)
        {
            bool isText = column == 0 || (lastIsText && column == cells.Length - 1);
            string cell = isText ? cells[column].PadRight(widths[column]) : cells[column].PadLeft(widths[column]);
            Ink shown = ink == Ink.Plain && isText && column > 0 ? (cell.StartsWith("good", StringComparison.Ordinal)
                ? Ink.Good : Ink.Warn) : ink;
            line.Add(column == 0 ? cell : "   " + cell, shown);
        }

        return line;
    }
}
