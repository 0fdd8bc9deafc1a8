using Throng.Measurement;
using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>
/// A run as one page that needs nothing else: no file, no network, and no script to be read in full. The verdict
/// comes first, then the figures, drawings, findings and everything else the document holds. The same document gives
/// the same page everywhere.
/// </summary>
public static class HtmlReport
{
    /// <summary>The whole page, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        HtmlText page = new();
        (RunChart What, Chart Chart)[] charts = [.. RunChart.AllOf(run)];
        WriteHead(page, run);
        WriteNavigation(page, run, charts.Length > 0);
        HtmlParts.WriteHighlights(page, run);
        HtmlParts.WriteFindings(page, run.Verdict.Findings);
        if (charts.Length > 0)
        {
            page.Line("<section id=\"charts\"><h2>Charts</h2>");
            HtmlParts.WriteCharts(page, charts);
            page.Line("</section>");
        }

        HtmlPage.Thresholds(
            page, run.Thresholds.Select(outcome => (outcome.IsOk, Threshold.Describe(outcome))));
        HtmlParts.WriteOwn(page, run);
        HtmlFigures.Write(page, run);
        HtmlParts.WriteEvents(page, run.Events);
        HtmlParts.WriteSettings(page, run);
        return HtmlPage.Close(page, $"{run.Tool.Name} {run.Tool.Version}, {RunDocument.SchemaName}");
    }

    private static void WriteHead(HtmlText page, RunDocument run)
    {
        string name = $"{run.Tool.Name} {run.Command}";
        HtmlPage.Open(page, $"{name}: {Timeline.TitleOf(run)}");
        page.Line("<header>");
        HtmlParts.WriteVerdict(page, run);
        page.Line("</header>");
    }

    private static void WriteNavigation(HtmlText page, RunDocument run, bool hasCharts)
    {
        (string Id, string Name, bool Has)[] parts =
        [
            ("findings", "Findings", run.Verdict.Findings.Count > 0), ("charts", "Charts", hasCharts),
            ("thresholds", "Thresholds", run.Thresholds.Count > 0), ("own", run.Command, run.Own is not null),
            ("figures", "All figures", true), ("events", "Events", run.Events.Count > 0),
            ("options", "Options", run.Options.Count > 0), ("host", "Host", true),
        ];
        page.Add("<nav aria-label=\"On this page\">");
        foreach ((string id, string name, bool _) in parts.Where(part => part.Has))
        {
            page.Add($"<a href=\"#{id}\">{Escape(name)}</a> ");
        }

        page.Line("</nav>");
    }
}
