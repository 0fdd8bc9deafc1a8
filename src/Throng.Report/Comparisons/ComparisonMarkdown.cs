using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>The same as Markdown, for the text of a pull request: a table that GitHub and GitLab show as one.</summary>
public static class ComparisonMarkdown
{
    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        StringBuilder text = new();
        string[] names = [.. comparison.Runs.Select(one => one.Name)];
        foreach (string verdict in ComparisonVerdictText.Lines(comparison, names))
        {
            text.Append($"**{Plain(verdict)}**\n\n");
        }

        foreach (NamedRun one in comparison.Runs)
        {
            text.Append($"- `{Code(one.Name)}`: {Plain(one.Run.Command)}, {Plain(one.Run.Verdict.Text)}\n");
        }

        foreach (string remark in ComparisonText.Remarks(comparison, names))
        {
            text.Append($"- {Plain(remark)}\n");
        }

        foreach (DifferenceOutcome outcome in outcomes)
        {
            text.Append($"- {(outcome.IsOk ? "" : "**failed** ")}{Plain(outcome.Describe())}\n");
        }

        text.Append("\n| metric |");
        for (int run = 0; run < names.Length; run++)
        {
            text.Append(run == 0 ? $" `{Code(names[0])}` |" : $" `{Code(names[run])}` | difference |");
        }

        text.Append(comparison.AreRepeats ? " spread |\n" : "\n");
        text.Append("|---|---:|").Insert(text.Length, "---:|---:|", names.Length - 1);
        text.Append(comparison.AreRepeats ? "---:|\n" : "\n");
        foreach (ComparedMetric metric in comparison.Metrics.Where(metric => !metric.IsNothing))
        {
            AppendRow(text, metric, names.Length, comparison.AreRepeats);
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, ComparedMetric metric, int runs, bool hasSpread)
    {
        text.Append($"| {metric.Metric.Name} | {ComparisonText.ValueOf(metric, 0)} |");
        for (int run = 1; run < runs; run++)
        {
            string direction = ComparisonText.DirectionOf(metric, run);
            string marked = direction == "worse" ? " **worse**" : direction.Length > 0 ? " " + direction : "";
            text.Append($" {ComparisonText.ValueOf(metric, run)} |");
            text.Append($" {ComparisonText.DifferenceOf(metric, run)}{marked} |");
        }

        text.Append(hasSpread ? $" {ComparisonText.SpreadOf(metric)} |\n" : "\n");
    }

    // A bar would end a cell, a mark would make something of the words behind it, a line break would end the list.
    private static string Plain(string text) => MarkdownReport.Escape(text, "\\`*_[]<>|#~&");

    // Between back-ticks nothing can be escaped.
    private static string Code(string text) =>
        Letters.Line(text).Replace('`', '?').Replace('|', '?');
}
