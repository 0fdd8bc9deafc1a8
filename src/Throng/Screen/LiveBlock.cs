using System.Text;

namespace Throng;

/// <summary>
/// The rows at the bottom of a terminal that are drawn again and again in place: what is to be written for that, as
/// text with escape sequences. What was printed before stays above, and scrolls.
/// </summary>
public sealed class LiveBlock(bool hasColours)
{
    private LiveLines? _shown;
    private int _columns;

    /// <summary>Brings the rows up to date; empty when there is nothing to do.</summary>
    /// <param name="columns">Of the terminal now.</param>
    public string Draw(LiveLines lines, int columns)
    {
        StringBuilder text = new();
        if (_shown is not { } shown || shown.Lines.Count != lines.Lines.Count || columns != _columns)
        {
            text.Append(Erase(columns));
            text.AppendJoin("\r\n", lines.Lines.Select(line => line.ToTerminal(hasColours)));
            AppendColumn(text, lines.Cursor);
        }
        else
        {
            AppendChanges(text, shown, lines);
        }

        _shown = lines;
        _columns = columns;
        return text.ToString();
    }

    /// <summary>Takes the rows away; the cursor then stands where they began.</summary>
    /// <param name="columns">Of the terminal now: one that became narrower has broken rows in several.</param>
    public string Erase(int columns)
    {
        if (_shown is not { } shown)
        {
            return "";
        }

        int above = shown.Cursor / Math.Max(1, columns);
        for (int i = 0; i < shown.Lines.Count - 1; i++)
        {
            int width = shown.Lines[i].Columns;
            above += columns >= _columns ? 1 : Math.Max(1, (width + columns - 1) / Math.Max(1, columns));
        }

        _shown = null;
        return $"\r{Up(above)}\e[J";
    }

    /// <summary>The rows are no longer where they were drawn: the next time they are drawn below.</summary>
    public void Forget() => _shown = null;

    private void AppendChanges(StringBuilder text, LiveLines shown, LiveLines lines)
    {
        int last = lines.Lines.Count - 1;
        int at = last;
        for (int i = 0; i <= last; i++)
        {
            string now = lines.Lines[i].ToTerminal(hasColours);
            if (now != shown.Lines[i].ToTerminal(hasColours))
            {
                text.Append('\r').Append(i < at ? Up(at - i) : Down(i - at)).Append(now).Append("\e[K");
                at = i;
            }
        }

        if (text.Length > 0 || lines.Cursor != shown.Cursor)
        {
            text.Append(Down(last - at));
            AppendColumn(text, lines.Cursor);
        }
    }

    private static void AppendColumn(StringBuilder text, int column) =>
        text.Append('\r').Append(column > 0 ? $"\e[{column}C" : "");

    private static string Up(int rows) => rows > 0 ? $"\e[{rows}A" : "";

    private static string Down(int rows) => rows > 0 ? $"\e[{rows}B" : "";
}
