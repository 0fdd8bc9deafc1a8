namespace Throng;

/// <summary>Text typed at the prompt so far.</summary>
/// <param name="Cursor">Before which character the next one goes.</param>
public sealed record PromptLine(string Text, int Cursor)
{
    private const string Hint = "help, status, quit";
    private const int HintColumnsMin = 60;

    // Less room than this for what is typed, and the command's name gives way.
    private const int TypedColumnsMin = 8;

    public static PromptLine Empty { get; } = new("", 0);

    /// <summary>The line as shown: the part of it around the cursor, where it is longer than the terminal.</summary>
    /// <param name="cursor">The column of the cursor, less than <paramref name="columns"/>.</param>
    public StyledLine Render(string command, int columns, out int cursor)
    {
        string before = $"{command} $ ";
        if (before.Length + TypedColumnsMin > columns)
        {
            before = columns > TypedColumnsMin ? "$ " : "";
        }

        int room = Math.Max(0, columns - before.Length - 1); // the cursor itself needs a column
        int from = Math.Max(0, Cursor - room);
        int shown = Math.Min(Text.Length - from, room);
        cursor = Math.Min(before.Length + Cursor - from, Math.Max(0, columns - 1));
        StyledLine line = new StyledLine().Add(before, Ink.Strong).Add(Text.Substring(from, shown));
        return Text.Length == 0 && columns >= HintColumnsMin
            ? line.PadTo(columns - Hint.Length).Add(Hint, Ink.Dim)
            : line;
    }

}
