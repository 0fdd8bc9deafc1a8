using System.Text;
using Throng.Measurement;
using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>The report on a box as Markdown and as a page of its own.</summary>
public static class BoxViews
{
    private const string NotMeasured = "Not measured";

    private static readonly string[] GapHead = ["what", "why", "how it is measured"];

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Markdown(IReadOnlyList<NamedRun> runs)
    {
        BoxReport report = BoxReport.Of(runs);
        StringBuilder text = new();
        text.Append($"# {BoxReport.Title}\n\n{MarkdownReport.Escape(BoxReport.Method)}\n");
        foreach (BoxTable table in report.Tables)
        {
            text.Append($"\n## {table.Heading}\n\n{MarkdownReport.Escape(table.Meaning)}\n");
            MarkdownReport.Table(text, table.Columns, AllOf(table));
            if (table.Name == BoxVerdicts)
            {
                Verdicts(text, runs);
            }
        }

        text.Append($"\n## {NotMeasured}\n");
        MarkdownReport.Table(text, Gaps(report).Columns, 0, 1, 2);
        return text.ToString();
    }

    /// <summary>The whole page, ending in a newline.</summary>
    public static string Html(IReadOnlyList<NamedRun> runs)
    {
        BoxReport report = BoxReport.Of(runs);
        HtmlText page = new();
        HtmlPage.Open(page, BoxReport.Title);
        page.Line("<header>").Line("<p class=\"kind\">throng report --rfc9693</p>");
        page.Line($"<h1>{Escape(BoxReport.Title)}</h1>").Line($"<p class=\"quiet\">{Escape(BoxReport.Method)}</p>");
        page.Line("</header>");
        foreach (BoxTable table in report.Tables)
        {
            Section(page, table);
            if (table.Name == BoxVerdicts)
            {
                page.Line("<ul>");
                foreach (NamedRun one in runs)
                {
                    page.Line($"<li>{Escape($"{one.Name}: {one.Run.Verdict.Text}")}</li>");
                }

                page.Line("</ul>");
            }
        }

        Section(page, Gaps(report));
        return HtmlPage.Close(page, "throng report --rfc9693");
    }

    /// <summary>Below this table stands what each run says itself.</summary>
    private const string BoxVerdicts = "set-up";

    private static BoxTable Gaps(BoxReport report) => BoxTable.Of(
        "not-measured", NotMeasured, "Each with the reason, and the command that measures it.", GapHead,
        report.Gaps.Select(gap => (string[])[gap.What, gap.Why, gap.Command]));

    private static void Section(HtmlText page, BoxTable table)
    {
        page.Line($"<section id=\"{table.Name}\"><h2>{Escape(table.Heading)}</h2>");
        page.Line($"<p class=\"quiet\">{Escape(table.Meaning)}</p>");
        page.Table(table.Heading, table.Columns, 0);
        page.Line("</section>");
    }

    private static void Verdicts(StringBuilder text, IReadOnlyList<NamedRun> runs)
    {
        text.Append('\n');
        foreach (NamedRun one in runs)
        {
            text.Append($"- {MarkdownReport.Escape(one.Name)}: {MarkdownReport.Escape(one.Run.Verdict.Text)}\n");
        }
    }

    private static int[] AllOf(BoxTable table) => [.. Enumerable.Range(0, table.Columns.Count)];
}
