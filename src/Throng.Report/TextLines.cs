using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Aligned rows of at most 100 columns.</summary>
internal sealed class TextLines
{
    private const int ColumnsMax = 100;
    private const int LabelColumns = 13;

    private readonly StringBuilder _text = new();

    /// <summary>A label and its text; what does not fit goes on beneath.</summary>
    public void Row(string label, string text, int labelColumns = LabelColumns) =>
        Paragraph(label.Length < labelColumns ? label.PadRight(labelColumns) : label + " ", text);

    /// <summary>Text behind an indent, broken at blanks; a single word that is too long is cut hard.</summary>
    public void Paragraph(string indent, string text)
    {
        string prefix = Letters.Plain(indent.Length > ColumnsMax / 2 ? indent[..(ColumnsMax / 2)] : indent, ' ');
        string rest = Letters.Plain(text, ' ');
        do
        {
            int room = ColumnsMax - prefix.Length;
            int length = rest.Length;
            if (length > room)
            {
                int blank = rest.LastIndexOf(' ', room);
                length = blank > 0 ? blank : room;
            }

            _text.Append((prefix + rest[..length]).TrimEnd()).Append('\n');
            rest = rest[length..].TrimStart();
            prefix = new string(' ', prefix.Length);
        }
        while (rest.Length > 0);
    }

    /// <summary>A line that stays one: a row of a table, a command to copy.</summary>
    public void Whole(string line) =>
        _text.Append(Letters.Plain(line, ' ')).Append('\n');

    /// <summary>Several of these.</summary>
    public void Whole(IEnumerable<string> several)
    {
        foreach (string line in several)
        {
            Whole(line);
        }
    }

    public void Blank() => _text.Append('\n');

    /// <summary>
    /// A command's own values: names as in the document, nested ones with dots; what is a table stands below them.
    /// </summary>
    /// <param name="steps">In the place of its list called so.</param>
    public void Section(string name, Section section, IEnumerable<string>? steps = null)
    {
        IReadOnlyList<KeyValuePair<string, string>> rows = Rows(name, section);
        int longest = rows.Select(row => row.Key.Length + 2).DefaultIfEmpty().Max();
        int columns = Math.Clamp(longest, LabelColumns, ColumnsMax / 2);
        Blank();
        foreach (KeyValuePair<string, string> row in rows)
        {
            Row(row.Key, row.Value, columns);
        }

        foreach (KeyValuePair<string, Node> table in section.Where(entry => SectionTable.Fits(entry.Value)))
        {
            Blank();
            Whole($"{name}.{table.Key}");
            bool isOwn = steps is not null && table.Key == "steps";
            Whole(isOwn ? steps! : SectionTable.Lines(table.Value));
        }
    }

    /// <summary>Names with their values, nested ones with dots; tables are left out.</summary>
    /// <param name="name">What stands before all of them; empty for nothing.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Rows(string name, Section section)
    {
        List<KeyValuePair<string, string>> rows = [];
        Flatten(rows, name, section);
        return rows;
    }

    public override string ToString() => _text.ToString();

    private static void Flatten(List<KeyValuePair<string, string>> rows, string name, Section section)
    {
        foreach (KeyValuePair<string, Node> entry in section)
        {
            string full = name.Length == 0 ? entry.Key : $"{name}.{entry.Key}";
            if (SectionTable.Fits(entry.Value))
            {
                continue;
            }

            if (entry.Value.Kind == NodeKind.Section)
            {
                Flatten(rows, full, entry.Value.Section);
            }
            else
            {
                rows.Add(new(full, ValueText(entry.Key, entry.Value)));
            }
        }
    }

    internal static string ValueText(string name, Node node) => node.Kind switch
    {
        NodeKind.Text => node.Text,
        NodeKind.Integer or NodeKind.Real when name.EndsWith("_ns", StringComparison.Ordinal) =>
            Units.Latency(node.Real),
        NodeKind.Integer or NodeKind.Real when name.EndsWith("_bytes", StringComparison.Ordinal) =>
            Units.Bytes(node.Real),
        NodeKind.Integer => Units.Count(node.Integer),

        // A document has both kinds of number as digits: read back, 5.0 is 5, and looks like it here already.
        NodeKind.Real when IsWhole(node.Real, out long whole) => Units.Count(whole),
        NodeKind.Real => node.Real.ToString("0.###", CultureInfo.InvariantCulture),
        NodeKind.Flag => node.Flag ? "yes" : "no",
        NodeKind.List => node.Items.All(item => item.Kind == NodeKind.Text)
            ? string.Join(", ", node.Items.Select(item => item.Text))
            : $"{node.Items.Count} entries",
        NodeKind.Latency => TextReport.Latency(node.Latency),
        _ => "-",
    };
    // As JSON has it: where it needs a point or an exponent it is no whole number.
    private static bool IsWhole(double real, out long whole) => long.TryParse(
        real.ToString(CultureInfo.InvariantCulture), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
        out whole);
}
