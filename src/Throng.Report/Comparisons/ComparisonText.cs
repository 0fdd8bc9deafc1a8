using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Runs side by side for people: a line with the verdict of each, what differs in their options, then a row for each
/// metric. Metrics that are 0 in all runs are left out.
/// </summary>
public static class ComparisonText
{
    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        TextLines lines = new();
        string[] letters = [.. comparison.Runs.Select((_, at) => DifferenceText.Letter(at))];
        for (int run = 0; run < letters.Length; run++)
        {
            NamedRun one = comparison.Runs[run];
            lines.Paragraph(letters[run] + "  ", $"{one.Name}: {one.Run.Command}, {one.Run.Verdict.Text}");
        }

        foreach (string remark in Remarks(comparison, letters))
        {
            lines.Paragraph("", remark);
        }

        lines.Blank();
        ComparedMetric[] shown = [.. comparison.Metrics.Where(metric => !metric.IsNothing)];
        lines.Whole(TextTable.Lines(Columns(comparison, shown, letters), 0));

        int left = comparison.Metrics.Count - shown.Length;
        if (left > 0)
        {
            lines.Paragraph("", $"{Units.Count(left)} more are 0 in every run");
        }

        if (outcomes.Count > 0)
        {
            lines.Blank();
        }

        foreach (DifferenceOutcome outcome in outcomes)
        {
            lines.Row("fail-on", outcome.Describe());
        }

        return lines.ToString();
    }

    /// <summary>Remarks that one needs to read the table, a line each.</summary>
    internal static IEnumerable<string> Remarks(RunComparison comparison, IReadOnlyList<string> names)
    {
        if (!comparison.IsOneCommand)
        {
            yield return "these are runs of different commands";
        }

        if (comparison.Options.Count > 0)
        {
            yield return $"options that differ: {OptionLine.Render(comparison.Options, names)}";
        }

        foreach (string difference in Meanings.Differences(comparison.Runs.Select(one => one.Run)))
        {
            yield return difference;
        }

        if (comparison.AreRepeats)
        {
            yield return "spread: from the smallest to the largest of these runs with the same options, by the median; "
                + "a difference that is no larger is noise";
        }
    }

    private static List<string[]> Columns(RunComparison comparison, ComparedMetric[] shown, string[] letters)
    {
        List<string[]> columns = [["metric", .. shown.Select(metric => metric.Metric.Name)]];
        for (int run = 0; run < letters.Length; run++)
        {
            int at = run;
            columns.Add([letters[run], .. shown.Select(metric => ValueOf(metric, at))]);
            if (run > 0)
            {
                columns.Add([$"{letters[run]} to A", .. shown.Select(metric => DifferenceOf(metric, at))]);
                columns.Add(["", .. shown.Select(metric => DirectionOf(metric, at).PadRight("better".Length))]);
            }
        }

        if (comparison.AreRepeats)
        {
            columns.Add(["spread", .. shown.Select(SpreadOf)]);
        }

        return columns;
    }

    internal static string ValueOf(ComparedMetric metric, int run) =>
        metric.Values[run] is { } value ? metric.Metric.Text(value) : "-";

    internal static string DifferenceOf(ComparedMetric metric, int run) =>
        metric.To(run) is { } difference ? DifferenceText.Render(metric.Metric, difference) : "-";

    internal static string DirectionOf(ComparedMetric metric, int run) =>
        metric.To(run) is { } difference ? DifferenceText.Render(difference.Direction) : "";

    internal static string SpreadOf(ComparedMetric metric) =>
        metric.Spread is { } spread ? DifferenceText.Share(spread) : "-";
}
