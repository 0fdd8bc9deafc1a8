using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// An examination for people: the sums, a line for each limit, what raises those that matter, and which is the limit.
/// No line is longer than 100 columns unless a command is: that is never broken.
/// </summary>
public static class DoctorText
{
    private const int LabelColumns = 15;

    /// <summary>From here on the exact number says nothing to anybody.</summary>
    private const long Many = 100_000_000;
    private static readonly string[] Headings = ["limit", "setting", "is", "needed", "allows", ""];

    /// <summary>The whole examination, ending in a newline.</summary>
    public static string Render(Examination examination, int columns = TextLines.ColumnsUsual)
    {
        TextLines lines = new(columns);
        WriteArithmetic(lines, examination);
        lines.Blank();
        WriteTable(lines, examination.Rows);
        WriteNotes(lines, examination, examination.Rows);
        lines.Blank();
        WriteLimit(lines, examination);
        return lines.ToString();
    }

    /// <summary>Summary for a person before a run: the sums, and the limits that need a look.</summary>
    public static string Plan(Examination examination, int columns = TextLines.ColumnsUsual)
    {
        TextLines lines = new(columns);
        WriteArithmetic(lines, examination);
        LimitRow[] noted = [.. examination.Noted];
        if (noted.Length > 0)
        {
            lines.Blank();
            WriteTable(lines, noted);
            WriteNotes(lines, examination, noted);
            lines.Blank();
        }

        WriteFit(lines, examination);
        return lines.ToString();
    }

    private static void WriteArithmetic(TextLines lines, Examination examination)
    {
        lines.Paragraph("", examination.Subject);
        foreach (ArithmeticLine sum in examination.Arithmetic)
        {
            lines.Row(sum.Name, sum.Text, LabelColumns);
        }
    }

    private static void WriteTable(TextLines lines, IReadOnlyList<LimitRow> rows)
    {
        string[][] cells = [.. rows.Select(Cells)];
        List<string[]> columns = [];
        List<int> left = [];
        for (int at = 0; at < Headings.Length; at++)
        {
            // A column that no row fills is left out, its heading too.
            if (cells.Any(row => row[at].Length > 0))
            {
                left.AddRange(at is 3 or 4 ? [] : [columns.Count]);
                columns.Add([Headings[at].PadRight(at == 0 ? LabelColumns - 2 : 0), .. cells.Select(row => row[at])]);
            }
        }

        lines.Whole(TextTable.Lines(columns, [.. left]));
    }

    private static string[] Cells(LimitRow row) =>
    [
        row.Name,
        row.Setting,
        row.Has,
        row.Needs,
        row.Connections is not { } connections ? "" : connections < Many ? Units.Count(connections) : "> 100m",
        row.State switch
        {
            LimitState.Ok => "ok",
            LimitState.Near => "near",
            LimitState.TooSmall => "too small",
            _ => "",
        },
    ];

    /// <summary>
    /// Writes what to know and which commands to type: for a plan, only about the limits that stand in its way and the
    /// limit itself.
    /// </summary>
    private static void WriteNotes(TextLines lines, Examination examination, IReadOnlyList<LimitRow> rows)
    {
        bool isFirst = true;
        foreach (LimitRow row in rows)
        {
            bool isShown = examination.Wanted is null
                ? row.Connections is not null
                : row == examination.Limit || row.State is LimitState.Near or LimitState.TooSmall;
            List<string> notes = [];
            notes.AddRange(row.Note.Length > 0 ? [row.Note] : []);
            notes.AddRange(isShown && row.Command.Length > 0 ? ["-> " + row.Command] : []);
            for (int i = 0; i < notes.Count; i++)
            {
                if (isFirst)
                {
                    lines.Blank();
                    isFirst = false;
                }

                lines.Whole((i == 0 ? row.Name : "").PadRight(LabelColumns) + notes[i]);
            }
        }
    }

    private static void WriteLimit(TextLines lines, Examination examination)
    {
        if (examination.Limit is not { Connections: { } possible } limit)
        {
            lines.Paragraph("", "nothing here limits the number of connections");
        }
        else
        {
            string each = examination.Each.Length == 0 ? "" : " " + examination.Each;
            string next = examination.Next is { } then
                ? $"; then {then.Name}, {Units.Count(then.Connections ?? 0)}"
                : "";
            lines.Paragraph("", $"the limit: {limit.Name}, {Units.Several(possible, "connections")}{each}{next}");
        }

        if (examination.Wanted is not null)
        {
            WriteFit(lines, examination);
        }
    }

    private static void WriteFit(TextLines lines, Examination examination)
    {
        if (examination.Fits)
        {
            lines.Paragraph("", "it fits");
            return;
        }

        foreach (LimitRow row in examination.Refusals)
        {
            lines.Paragraph("", "it does not fit: " + row.Sentence);
        }
    }
}
