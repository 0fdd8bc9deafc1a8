using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>Frame of a page that needs nothing else, and the figures in it: the same for one run and for several.
/// </summary>
internal static class HtmlPage
{
    /// <summary>Everything up to the page's own header.</summary>
    public static void Open(HtmlText page, string title)
    {
        string policy = $"default-src 'none'; style-src 'unsafe-inline'; script-src '{HtmlScript.Hash}'; "
            + "img-src data:; base-uri 'none'; form-action 'none'";
        page.Line("<!doctype html>").Line("<html lang=\"en\">").Line("<head>").Line("<meta charset=\"utf-8\">");
        page.Line($"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        page.Line("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Line("<meta name=\"color-scheme\" content=\"light dark\">").Line("<link rel=\"icon\" href=\"data:,\">");
        page.Line($"<title>{Escape(title)}</title>");
        page.Line($"<style>\n{HtmlStyle.Sheet}</style>").Line("</head>").Line("<body>").Line("<main>");
    }

    /// <summary>A drawing with its heading and what it shows, and its values for the pointer.</summary>
    public static void Figure(
        HtmlText page, string name, string heading, string definition, Chart chart,
        double widthPixels = ChartLayout.WidthPixels)
    {
        ChartLayout layout = new(chart, hasTitle: false, widthPixels);
        string hover = ChartHover.Render(chart, layout);
        string keys = hover.Length > 0 ? "; arrow keys show values" : "";
        page.Line($"<figure class=\"plot\" id=\"chart-{name}\" tabindex=\"0\" role=\"group\" "
            + $"aria-label=\"{heading}{keys}\">");
        page.Line($"<figcaption><h3>{heading}</h3><p>{definition}</p></figcaption>");
        page.Add(SvgChart.Inside(chart, layout));
        if (hover.Length > 0)
        {
            page.Line("<div class=\"tip\" role=\"status\" hidden></div>");
            page.Line($"<script type=\"application/json\">{hover}</script>");
        }

        page.Line("</figure>");
    }

    /// <summary>Conditions on the figures, each with whether it passed; nothing where there are none.</summary>
    public static void Thresholds(HtmlText page, IEnumerable<(bool IsOk, string Text)> outcomes)
    {
        string[] items =
            [.. outcomes.Select(one => $"<li>{(one.IsOk ? '\u2713' : '\u2717')} {Escape(one.Text)}</li>")];
        if (items.Length == 0)
        {
            return;
        }

        page.Line("<section id=\"thresholds\"><h2>Thresholds</h2><ul>");
        foreach (string item in items)
        {
            page.Line(item);
        }

        page.Line("</ul></section>");
    }

    /// <summary>The foot and everything behind it.</summary>
    public static string Close(HtmlText page, string foot)
    {
        page.Line($"<footer>{Escape(foot)}. One file, made from result documents alone; nothing in it is fetched "
            + "from anywhere.</footer>");
        page.Line("</main>").Line("<script>").Line(HtmlScript.Text).Line("</script>");
        return page.Line("</body>").Line("</html>").ToString();
    }
}
