using System.Text;

namespace Throng.Fuzz;

/// <summary>Lines of commands, as a control socket, a pipe and the prompt have them.</summary>
internal static class LineTargets
{
    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("control-lines", ReadLines)
        {
            BytesMax = 6000,
            Words = ["status", "result ", "details", "list all", "listeners", "failed", "ready", "start ", " from ",
                "lease ", "set ", "rate ", "connections ", "ping on", "debug", "help", "quit", "step 1 500 ", "\r\n",
                "2030-01-31T12:00:00Z", "\u202e", "\u001b[2J"],
        },
        new("control-answers", ReadAnswer) { Words = ["ok ", "refused ", "\n", "2147483647"] },
        new("prompt-keys", ReadKeys)
        {
            Words = ["\u001b[A", "\u001b[B", "\u001b[C", "\u001b[D", "\u001bOH", "\u001b[3~", "\u001b[1;5C", "\u0015",
                "\u0017", "\u000b", "\r", "\u0010", "\u000e"],
        },
    ];

    /// <summary>The first byte says what kind of run is asked.</summary>
    private static void ReadLines(ReadOnlySpan<byte> input)
    {
        byte kind = input.IsEmpty ? (byte)0 : input[0];
        using QuietRun run = new(kind);
        Dialogue dialogue = new(new LiveConsole(run, () => new DescriptorUse(120, 1024, 4096), () => { }));
        using MemoryStream bytes = new(input.IsEmpty ? [] : input[1..].ToArray());
        LineReader lines = new(bytes);
        while (lines.Next(out bool isTooLong) is { } line)
        {
            Property.Holds(line.Length <= LineReader.BytesMax, "a line is longer than lines are");
            Answer answer = dialogue.Answer(line, isTooLong);
            Property.IsRefusal(!answer.IsRefused, answer.Text);
            foreach (string part in answer.Text.Split('\n').Where(part => part.Length > 0))
            {
                Property.IsLine(part.Length > 1000 ? part[..1000] : part, "a line of an answer");
            }
        }
    }

    private static void ReadAnswer(ReadOnlySpan<byte> input)
    {
        using MemoryStream bytes = new(input.ToArray());
        using StreamReader lines = new(bytes, Encoding.UTF8);
        _ = ControlSocket.ReadAnswer(lines);
    }

    private static void ReadKeys(ReadOnlySpan<byte> input)
    {
        LineEditor editor = new();
        int columns = 0;
        foreach (byte key in input)
        {
            Edit edit = editor.Take(key);
            PromptLine line = editor.Line;
            Property.Holds(line.Cursor >= 0 && line.Cursor <= line.Text.Length, "the cursor is outside of the line");
            Property.Holds(line.Text.Length <= LineEditor.CharactersMax, "a line is longer than lines are");
            if (edit == Edit.Changed)
            {
                columns = (columns + key) % 130;
                int shown = line.Render("hold", columns, out int cursor).Columns;
                Property.Holds(shown <= columns, "a line is wider than the terminal");
                Property.Holds(cursor >= 0 && (cursor < columns || columns == 0), "the cursor is not on the terminal");
            }
            else if (edit == Edit.Entered)
            {
                Property.Holds(editor.Enter() == line.Text && editor.Line.Text.Length == 0, "another line is entered");
            }
        }
    }
}
