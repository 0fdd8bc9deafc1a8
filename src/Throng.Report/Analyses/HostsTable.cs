using Throng.Measurement;

namespace Throng.Report;

/// <summary>How many lasting connections each server kept and lost, by the name it gives.</summary>
public static class HostsTable
{
    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        TextLines lines = new();
        lines.Whole("hosts");
        if (run.Own?.Find("hosts") is not { Kind: NodeKind.Section } hosts || hosts.Section.Count == 0)
        {
            lines.Paragraph("", "not known: a run of monitor tells them, of servers that say their name");
            return lines.ToString();
        }

        KeyValuePair<string, Node>[] rows = [.. hosts.Section];
        long[] lasting = [.. rows.Select(row => Count(row.Value, "lasting"))];
        long[] lost = [.. rows.Select(row => Count(row.Value, "lost"))];
        List<string[]> columns =
        [
            ["host", .. rows.Select(row => row.Key), "in all"],
            ["lasting", .. lasting.Select(Units.Count), Units.Count(SumOf(lasting))],
            ["lost", .. lost.Select(Units.Count), Units.Count(SumOf(lost))],
        ];
        lines.Whole(TextTable.Lines(columns, 0));

        AddNameless(lines, run.Own.Integer("lasting") - SumOf(lasting), run.Own.Integer("lost") - SumOf(lost));
        return lines.ToString();
    }

    private static void AddNameless(TextLines lines, long lasting, long lost)
    {
        if (lasting > 0 || lost > 0)
        {
            lines.Paragraph("", $"of servers that said no name: {Units.Count(Math.Max(0, lasting))} lasting, "
                + $"{Units.Count(Math.Max(0, lost))} lost");
        }
    }

    private static long Count(Node row, string name) => row.Kind == NodeKind.Section ? row.Section.Integer(name) : 0;

    // A file may hold any numbers; LINQ's own sum throws where they come to more than 63 bits.
    private static long SumOf(long[] counts) => counts.Aggregate(0L, (sum, one) => unchecked(sum + one));
}
