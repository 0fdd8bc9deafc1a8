using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Runs side by side for people: which is better and by what, a line with the verdict of each, what differs in their
/// options, then the rows that matter. Metrics that are 0 in all runs are left out.
/// </summary>
public static class ComparisonText
{
    /// <summary>Rows that are shown where not all are asked for.</summary>
    private const int RowsUsual = 8;

    /// <summary>The whole text, ending in a newline.</summary>
    /// <param name="isWhole">Every metric that one of the runs has data of, and not only those that matter.</param>
    public static string Render(
        RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes, bool isWhole = true,
        int columns = TextLines.ColumnsUsual)
    {
        TextLines lines = new(columns);
        string[] letters = DifferenceText.LettersOf(comparison);
        foreach (string verdict in ComparisonVerdictText.Lines(comparison, letters))
        {
            lines.Paragraph("", verdict);
        }

        lines.Blank();
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
        ComparedMetric[] all = [.. comparison.Metrics.Where(metric => !metric.IsNothing)];
        ComparedMetric[] shown = isWhole ? all : [.. Mattering(comparison)];
        lines.Whole(TextTable.Lines(Columns(comparison, shown, letters), 0));

        int nothing = comparison.Metrics.Count - all.Length;
        int left = all.Length - shown.Length;
        foreach (string rest in Rest(left, nothing))
        {
            lines.Paragraph("", rest);
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

    /// <summary>The rows that matter, in the order of the table: those that differ before others.</summary>
    internal static IEnumerable<ComparedMetric> Mattering(RunComparison comparison)
    {
        ComparedMetric[] chosen =
        [
            .. ComparisonVerdict.Mattering(comparison).OrderBy(metric => Differs(metric) ? 0 : 1).Take(RowsUsual),
        ];
        return comparison.Metrics.Where(chosen.Contains);
    }

    private static bool Differs(ComparedMetric metric) => Enumerable.Range(1, metric.Values.Count - 1)
        .Any(run => metric.To(run) is { Direction: Direction.Better or Direction.Worse });

    private static IEnumerable<string> Rest(int left, int nothing)
    {
        if (left > 0)
        {
            yield return $"--all shows {Units.Count(left)} more";
        }

        if (nothing > 0)
        {
            yield return $"{Units.Count(nothing)} more are 0 in every run";
        }
    }

    /// <summary>Remarks that one needs to read the table, a line each.</summary>
    internal static IEnumerable<string> Remarks(RunComparison comparison, IReadOnlyList<string> names)
    {
        if (!comparison.IsOneCommand)
        {
            yield return "these are runs of different commands "
                + $"({string.Join(", ", comparison.Runs.Select(one => one.Run.Command).Distinct())}): only figures "
                + "that all of them have are compared, and no options";
        }
        else if (comparison.Options.Count > 0)
        {
            yield return $"options that differ: {OptionLine.Render(comparison.Options, names)}";
        }

        foreach (string difference in Meanings.Differences(comparison.Runs.Select(one => one.Run)))
        {
            yield return difference;
        }

        for (int run = 0; run < names.Count; run++)
        {
            foreach (Finding own in OwnLimits.Of(comparison.Runs[run].Run))
            {
                yield return $"{names[run]} has a warning about this end: {own.Text}; its times are not judged";
            }
        }

        string[] few = [.. ComparisonVerdict.Mattering(comparison)
            .Where(metric => Enumerable.Range(1, metric.Values.Count - 1).Any(run => !metric.HasEnough(run)))
            .Select(metric => $"{metric.Metric.Name} (of {SamplesOf(metric)}, {Units.Count(metric.Metric.SamplesMin)} "
                + "needed)")];
        if (few.Length > 0)
        {
            yield return $"too few samples to be judged: {string.Join(", ", few)}";
        }

        if (comparison.AreRepeats)
        {
            yield return "spread: from the smallest to the largest of these runs with the same options, by the median; "
                + "a difference that is no larger is noise";
        }
    }

    private static string SamplesOf(ComparedMetric metric) => metric.Samples.Min() == metric.Samples.Max()
        ? Units.Count(metric.Samples[0])
        : $"{Units.Count(metric.Samples.Min())} to {Units.Count(metric.Samples.Max())}";

    internal static List<string[]> Columns(RunComparison comparison, ComparedMetric[] shown, string[] letters)
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

    /// <summary>A metric in words, inside a sentence.</summary>
    internal static string NameOf(ComparedMetric metric)
    {
        string name = metric.Metric.Name.Replace("messages.", "", StringComparison.Ordinal);
        return name.Replace('.', ' ').Replace('_', ' ');
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
