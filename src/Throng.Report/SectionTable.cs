using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A list of sections that have the same names, as a table: a row for each, a column for each name. A section of such
/// sections is one too, with their own names in front. A latency has two columns, the median and p99; a section inside
/// is one, last. What is 0 or missing in every row is left out.
/// </summary>
public static class SectionTable
{
    private const string PerSecond = "_per_s";

    /// <summary>Whether it is such a list.</summary>
    public static bool Fits(Node node) => node.Kind switch
    {
        NodeKind.List => node.Items.Count > 0 && node.Items.All(item => item.Kind == NodeKind.Section),
        NodeKind.Section => node.Section.Count > 0 && node.Section.All(one => one.Value.Kind == NodeKind.Section),
        _ => false,
    };

    /// <summary>A line of headings and a line for each section.</summary>
    public static IEnumerable<string> Lines(Node table) => TextTable.Lines(Columns(table, out int[] left), left);

    /// <summary>Columns of texts, the heading first in each.</summary>
    /// <param name="left">The numbers of those that are words.</param>
    public static IReadOnlyList<string[]> Columns(Node table, out int[] left)
    {
        bool hasNames = table.Kind == NodeKind.Section;
        Section[] rows = hasNames
            ? [.. table.Section.Select(one => one.Value.Section)]
            : [.. table.Items.Select(item => item.Section)];
        List<string[]> columns = [];
        if (hasNames)
        {
            int longest = table.Section.Max(one => one.Key.Length);
            columns.Add(["", .. table.Section.Select(one => one.Key.PadRight(longest))]);
        }

        foreach (KeyValuePair<string, Node> entry in rows[0].OrderBy(entry => Place(entry, rows)))
        {
            Node?[] cells = [.. rows.Select(row => row.Find(entry.Key))];
            if (!cells.All(IsNothing))
            {
                columns.AddRange(Columns(entry.Key, cells));
            }
        }

        bool isText = rows[0].LastOrDefault().Value?.Kind == NodeKind.Text
            || rows[0].Any(entry => entry.Value.Kind == NodeKind.Section);
        left = isText ? [columns.Count - 1] : [];
        return columns;
    }

    /// <summary>Sections are long, and behind them is what only some rows have to say in words.</summary>
    private static int Place(KeyValuePair<string, Node> entry, Section[] rows) =>
        entry.Value.Kind == NodeKind.Section ? 1
        : entry.Value.Kind == NodeKind.Null && rows.Any(row => row.Find(entry.Key)?.Kind == NodeKind.Text) ? 2
        : 0;

    private static IEnumerable<string[]> Columns(string name, Node?[] cells)
    {
        string heading = Heading(name);
        if (cells.Any(cell => cell?.Kind == NodeKind.Latency))
        {
            yield return [$"{heading} p50", .. cells.Select(cell => Quantile(cell, latency => latency.P50Ns))];
            yield return [$"{heading} p99", .. cells.Select(cell => Quantile(cell, latency => latency.P99Ns))];
            yield break;
        }

        yield return [heading, .. cells.Select(cell => cell is null ? "-" : Text(name, cell))];
    }

    private static string Text(string name, Node cell) => name.EndsWith(PerSecond, StringComparison.Ordinal)
        ? TextLines.ValueText(name, cell).Replace("/s", "", StringComparison.Ordinal) // the heading says it
        : cell.Kind == NodeKind.Section
        ? string.Join(", ", cell.Section.Select(
            part => $"{Heading(part.Key)} {TextLines.ValueText(part.Key + UnitOf(name), part.Value)}"))
        : TextLines.ValueText(name, cell);

    /// <summary>A section whose name has a unit is made of values in it.</summary>
    private static string UnitOf(string name) => name.EndsWith("_ns", StringComparison.Ordinal) ? "_ns" : "";

    private static string Quantile(Node? cell, Func<LatencySummary, long?> of) =>
        cell is { Kind: NodeKind.Latency } && of(cell.Latency) is { } ns ? Units.Latency(ns) : "-";

    private static string Heading(string name) => name.EndsWith(PerSecond, StringComparison.Ordinal)
        ? name[..^PerSecond.Length].Replace('_', ' ') + "/s"
        : TextLines.Words(name);

    private static bool IsNothing(Node? cell) => cell is null || cell.Kind switch
    {
        NodeKind.Null => true,
        NodeKind.Integer or NodeKind.Real => cell.Real == 0,
        NodeKind.Latency => cell.Latency.Count == 0,
        NodeKind.Section => cell.Section.Count == 0,
        _ => false,
    };
}
