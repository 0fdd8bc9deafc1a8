using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>A run for an issue, a wiki or a pull request: the verdict, findings and figures as Markdown.</summary>
public static class MarkdownReport
{
    private const string Special = "\\`*_[]<>|~&";
    private const int RowsMax = 100;

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        StringBuilder text = new();
        string state = RunStates.Word(RunStates.Of(run));
        text.Append($"# {Escape(run.Verdict.Text)}\n\n**{state}**, {Escape(Timeline.SubtitleOf(run))}\n");
        string[] identity = [.. RunIdentity.Of(run).Select(one => $"{one.Name} {one.Value}")];
        text.Append(identity.Length > 0 ? $"\n{Escape(string.Join(", ", identity))}\n" : "");
        IReadOnlyList<Highlight> highlights = Highlight.AllOf(run);
        if (highlights.Count > 0)
        {
            Table(text, [
                ["Figure", .. highlights.Select(one => one.Label)], ["Value", .. highlights.Select(one => one.Value)],
                ["What it is", .. highlights.Select(one => one.Definition)],
            ], 0, 2);
        }

        if (run.Verdict.Findings.Count > 0)
        {
            text.Append("\n## Findings\n\n");
        }

        foreach (Finding finding in run.Verdict.Findings)
        {
            string severity = WordConverter<Severity>.WordOf(finding.Severity);
            text.Append($"- **{severity}**: {Escape(finding.Text)}. {Escape(finding.Evidence)}\n");
            if (finding.Remedy.Length > 0)
            {
                text.Append($"  Remedy: {Escape(finding.Remedy)}\n");
            }
        }

        Figures(text, run);
        foreach (KeyValuePair<string, Node> table in run.Own?.Where(one => SectionTable.Fits(one.Value)) ?? [])
        {
            text.Append($"\n## {Escape(table.Key.Replace('_', ' '))}\n");
            if (run.Result is BenchResult bench && table.Key == "steps")
            {
                Table(text, BenchTable.Columns(bench), 0);
                text.Append('\n').AppendJoin('\n', BenchTable.Notes(bench).Select(note => Escape(note))).Append('\n');
                continue;
            }

            Node shown = table.Value.Kind == NodeKind.List
                ? Node.ListOf([.. table.Value.Items.Take(RowsMax)])
                : table.Value;
            IReadOnlyList<string[]> columns = SectionTable.Columns(shown, out int[] left);
            Table(text, columns, left);
            if (table.Value.Kind == NodeKind.List && table.Value.Items.Count > RowsMax)
            {
                text.Append($"\n{Units.Count(table.Value.Items.Count - RowsMax)} more in the result document.\n");
            }
        }

        foreach (ThresholdOutcome outcome in run.Thresholds)
        {
            text.Append($"\n{(outcome.IsOk ? "Passed" : "Failed")}: {Escape(Threshold.Describe(outcome))}\n");
        }

        return text.ToString();
    }

    private static void Figures(StringBuilder text, RunDocument run)
    {
        MetricReading[] all =
        [
            .. Metrics.All.Where(CommandView.For(run).Shows).SelectMany(metric => metric.IsLatency
                ? [new MetricReading(metric, "p50"), new MetricReading(metric, "p99"), new MetricReading(metric, "max")]
                : new[] { new MetricReading(metric, null) })
                .Where(reading => reading.Read(run) is not null),
        ];
        text.Append("\n## Figures\n");
        Table(text, [
            ["Figure", .. all.Select(reading => reading.Name)],
            ["Value", .. all.Select(reading => reading.Text(reading.Read(run)!.Value))],
            ["What it is", .. all.Select(reading => reading.Metric.Definition)],
        ], 0, 2);
    }

    internal static void Table(StringBuilder text, IReadOnlyList<string[]> columns, params ReadOnlySpan<int> left)
    {
        text.Append('\n');
        for (int line = 0; line < (columns.Count == 0 ? 0 : columns[0].Length); line++)
        {
            text.Append('|');
            foreach (string[] column in columns)
            {
                text.Append(' ').Append(Escape(column[line].Trim())).Append(" |");
            }

            text.Append('\n');
            if (line == 0)
            {
                text.Append('|');
                for (int column = 0; column < columns.Count; column++)
                {
                    text.Append(left.Contains(column) ? " --- |" : " ---: |");
                }

                text.Append('\n');
            }
        }
    }

    // A line is a line, and nothing in it is markup.
    internal static string Escape(string text, string special = Special)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in Letters.Line(text))
        {
            if (special.Contains(letter, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
