using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Aligned rows, no wider than they may be.</summary>
/// <param name="columns">Of the terminal, or of any.</param>
internal sealed class TextLines(int columns = TextLines.ColumnsUsual)
{
    /// <summary>Columns of a file, a pipe, and a terminal that does not say how wide it is.</summary>
    public const int ColumnsUsual = 80;

    private const int LabelColumns = 13;

    /// <summary>Keys of what is a share of one.</summary>
    private static readonly string[] Shares = ["success", "busy_max", "waited_max"];

    private readonly StringBuilder _text = new();

    /// <summary>A label and its text; what does not fit goes on beneath.</summary>
    public void Row(string label, string text, int labelColumns = LabelColumns) =>
        Paragraph(label.Length < labelColumns ? label.PadRight(labelColumns) : label + " ", text);

    /// <summary>Text behind an indent, broken at blanks; a single word that is too long is cut hard.</summary>
    public void Paragraph(string indent, string text)
    {
        string prefix = Letters.Line(indent.Length > columns / 2 ? indent[..(columns / 2)] : indent);
        string rest = Letters.Line(text);
        do
        {
            int room = columns - prefix.Length;
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
        _text.Append(Letters.Line(line)).Append('\n');

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
    /// A command's own values in words, what is not known left out; what is a table stands below them.
    /// </summary>
    /// <param name="ownTable">The name of its list in whose place <paramref name="ownLines"/> stand; they may be
    /// none.</param>
    public void Section(Section section, string ownTable = "", IEnumerable<string>? ownLines = null)
    {
        List<KeyValuePair<string, string>> rows = [];
        AddInWords(rows, "", section);
        int longest = rows.Select(row => row.Key.Length + 2).DefaultIfEmpty().Max();
        int labels = Math.Clamp(longest, LabelColumns, columns / 2);
        Blank();
        foreach (KeyValuePair<string, string> row in rows)
        {
            Row(row.Key, row.Value, labels);
        }

        foreach (KeyValuePair<string, Node> table in section.Where(entry => SectionTable.Fits(entry.Value)))
        {
            Blank();
            Whole(Words(table.Key));
            bool isOwn = ownLines is not null && table.Key == ownTable;
            Whole(isOwn ? ownLines! : SectionTable.Lines(table.Value));
        }
    }

    /// <summary>Names with their values, nested ones with dots; tables are left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Rows(Section section)
    {
        List<KeyValuePair<string, string>> rows = [];
        Flatten(rows, "", section);
        return rows;
    }

    public override string ToString() => _text.ToString();

    /// <summary>The name of a key for people: <c>last_good_per_s</c> is "last good rate".</summary>
    public static string Words(string key)
    {
        string name = key.EndsWith("_per_s", StringComparison.Ordinal)
            ? key[..^"_per_s".Length] + (SaysRate(key) ? "" : "_rate")
            : key;
        foreach (string unit in (ReadOnlySpan<string>)["_ns", "_bytes"])
        {
            name = name.EndsWith(unit, StringComparison.Ordinal) ? name[..^unit.Length] : name;
        }

        return name.Replace('_', ' ');
    }

    /// <summary>Whether a row only says what the command line does, how a search judges, or that nothing
    /// happened.</summary>
    private static bool SaysNothing(string key, Node node) => key is "targets" or "server" or "rule"
        || (key is "port_collisions" && node is { Kind: NodeKind.Integer, Integer: 0 });

    // "accept_rate_per_s" is an accept rate, and "spread_low" one of rates.
    private static bool SaysRate(string key) => key.Split('_').Contains("rate");

    private static void AddInWords(List<KeyValuePair<string, string>> rows, string before, Section section)
    {
        foreach ((string key, Node node) in section)
        {
            string label = before + Words(key);
            bool isUnknown = node is { Kind: NodeKind.Null } or { Kind: NodeKind.Latency, Latency.Count: 0 };
            if (isUnknown || SectionTable.Fits(node) || (before.Length == 0 && SaysNothing(key, node)))
            {
                continue;
            }

            if (node.Kind != NodeKind.Section)
            {
                rows.Add(new(label, ValueText(key, node)));
            }
            else if (node.Section.All(part => IsCount(part.Value)))
            {
                string parts = string.Join(", ", node.Section.Select(
                    part => $"{Units.Count((long)part.Value.Real)} {Words(part.Key)}"));
                rows.Add(new(label, parts.Length > 0 ? parts : "none"));
            }
            else
            {
                AddInWords(rows, label + " ", node.Section);
            }
        }
    }

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
        NodeKind.Integer or NodeKind.Real when name.EndsWith("_per_s", StringComparison.Ordinal) =>
            Units.Rate(node.Real),
        NodeKind.Integer or NodeKind.Real when Shares.Contains(name) => Units.Percent(node.Real),
        NodeKind.Integer => Units.Count(node.Integer),

        // A document has both kinds of number as digits: read back, 5.0 is 5, and looks like it here already.
        NodeKind.Real when IsWhole(node.Real, out long whole) => Units.Count(whole),
        NodeKind.Real => node.Real.ToString("0.###", CultureInfo.InvariantCulture),
        NodeKind.Flag => node.Flag ? "yes" : "no",
        NodeKind.List when node.Items.Count == 0 => "none",
        NodeKind.List => node.Items.All(item => item.Kind == NodeKind.Text)
            ? string.Join(", ", node.Items.Select(item => item.Text))
            : $"{node.Items.Count} entries",
        NodeKind.Latency => TextReport.Latency(node.Latency),
        _ => "-",
    };

    private static bool IsCount(Node node) =>
        node.Kind == NodeKind.Integer || (node.Kind == NodeKind.Real && IsWhole(node.Real, out _));

    // As JSON has it: where it needs a point or an exponent it is no whole number.
    private static bool IsWhole(double real, out long whole) => long.TryParse(
        real.ToString(CultureInfo.InvariantCulture), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
        out whole);
}
