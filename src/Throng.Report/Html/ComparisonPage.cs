using Throng.Measurement;
using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>
/// Several runs as one page: which is better and by what, then bars of what has changed, drawings with a line for each
/// run, every metric, and the options that differ. It needs nothing else.
/// </summary>
public static class ComparisonPage
{
    /// <summary>The whole page, ending in a newline.</summary>
    public static string Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        HtmlText page = new();
        string[] letters = DifferenceText.LettersOf(comparison);
        string[] verdicts = [.. ComparisonVerdictText.Lines(comparison, letters)];
        HtmlPage.Open(page, $"throng compare: {verdicts[0]}");
        page.Line("<header>").Line("<p class=\"kind\">throng compare</p>");
        foreach (string verdict in verdicts)
        {
            page.Line($"<h1>{Escape(verdict)}</h1>");
        }

        page.Line("</header>");
        WriteRuns(page, comparison, letters);
        page.Line("<section id=\"charts\"><h2>What has changed</h2>");
        page.Line("<p class=\"quiet\">To the right: more than in A; to the left: less. Each doubling is as wide.</p>");
        page.Add(ComparisonSvg.Bars(comparison));
        foreach (ComparisonChart one in ComparisonChart.AllOf(comparison))
        {
            HtmlPage.Figure(page, one.Name, one.Heading, one.Definition, one.Chart);
        }

        page.Line("</section>");
        HtmlPage.Thresholds(page, outcomes.Select(outcome => (outcome.IsOk, outcome.Describe())));
        ComparedMetric[] shown = [.. comparison.Metrics.Where(metric => !metric.IsNothing)];
        page.Line("<section id=\"figures\"><h2>All figures</h2>");
        page.Table("All figures", ComparisonText.Columns(comparison, shown, letters), 0);
        page.Line("</section>");
        return HtmlPage.Close(page, ComparisonJson.SchemaName);
    }

    private static void WriteRuns(HtmlText page, RunComparison comparison, string[] letters)
    {
        page.Line("<section id=\"runs\"><h2>Runs</h2>");
        page.Table(
            "Runs",
            [
                ["", .. letters], ["Name", .. comparison.Runs.Select(one => one.Name)],
                ["Command", .. comparison.Runs.Select(one => one.Run.Command)],
                ["State", .. comparison.Runs.Select(one => RunStates.Word(RunStates.Of(one.Run)))],
                ["Verdict", .. comparison.Runs.Select(one => one.Run.Verdict.Text)],
            ],
            0, 1, 2, 3, 4);
        foreach (string remark in ComparisonText.Remarks(comparison, letters))
        {
            page.Line($"<p class=\"meta\">{Escape(remark)}</p>");
        }

        page.Line("</section>");
    }
}
