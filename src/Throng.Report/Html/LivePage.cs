using System.Globalization;
using System.Text;
using Throng.Measurement;
using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>
/// The page of a run that goes on: a frame that is sent once, and parts that are put in the place of those before. Each
/// is made of the document and of <see cref="LiveFacts"/> alone, by what makes the saved report.
/// </summary>
public static class LivePage
{
    /// <summary>Policy under which the frame is sent: its own scripts and its own style, and nothing else.</summary>
    public const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const long RecentNs = 10 * 60 * Ns.Second;
    private const double NarrowPixels = 420;

    private static readonly string[] OverTime = ["connections", "rate", "response"];

    /// <summary>Style of the page: that of the report, and what only a live page has.</summary>
    public static string Style { get; } = HtmlStyle.Sheet + Resource("live.css");

    /// <summary>Values under the pointer, as in the report.</summary>
    public static string Values => HtmlScript.Text;

    /// <summary>Script that takes the parts, the stream, the dials and the end of the run.</summary>
    public static string Script { get; } = Resource("live.js");

    /// <summary>The whole page, ending in a newline.</summary>
    /// <param name="after">Number of the line of the run's stream behind which the page begins to follow it.</param>
    public static string Frame(RunDocument run, LiveFacts facts, long after)
    {
        HtmlText page = new();
        string name = Escape($"{run.Tool.Name} {run.Command}");
        page.Line("<!doctype html>").Line("<html lang=\"en\">").Line("<head>").Line("<meta charset=\"utf-8\">");
        page.Line("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Line("<meta name=\"color-scheme\" content=\"light dark\">").Line("<link rel=\"icon\" href=\"data:,\">");
        page.Line($"<title>{name}</title>").Line("<link rel=\"stylesheet\" href=\"page/style.css\">");
        page.Line("<script src=\"page/values.js\" defer></script><script src=\"page/live.js\" defer></script>");
        page.Line("</head>").Line($"<body class=\"running\" data-after=\"{after}\">");
        WriteBar(page, name, facts);
        page.Line("<noscript><p class=\"note\">Without its script this page stands still. "
            + "<a href=\"report\">The report so far</a> needs none.</p></noscript>");
        page.Line("<main>").Add(Now(run, facts, isFrame: true));
        page.Line("<footer>Nothing on this page is fetched from anywhere but the run itself.</footer>");
        page.Line("</main>");
        WriteQuestion(page);
        return page.Line("</body>").Line("</html>").ToString();
    }

    /// <summary>Parts that are new each second: verdict, findings, figures, the command's own result.</summary>
    public static string Now(RunDocument run, LiveFacts facts) => Now(run, facts, isFrame: false);

    /// <summary>Drawings of the last ten minutes.</summary>
    /// <param name="isNarrow">For a small screen.</param>
    public static string RecentCharts(RunDocument run, bool isNarrow)
    {
        RunChart telling = RunChart.Telling(run);
        return Charts(
            RunChart.AllOf(RunWindow.Last(run, RecentNs))
                .Where(one => one.What == telling || OverTime.Contains(one.What.Name)),
            isNarrow);
    }

    /// <summary>Drawings of the whole run.</summary>
    public static string WholeCharts(RunDocument run, bool isNarrow) => Charts(RunChart.AllOf(run), isNarrow);

    /// <summary>All figures, the options and the host.</summary>
    public static string Rest(RunDocument run)
    {
        HtmlText page = new();
        page.Line("<div data-part=\"rest\">");
        HtmlParts.WriteOwnPairs(page, run);
        HtmlFigures.Write(page, run);
        HtmlParts.WriteSettings(page, run);
        return page.Line("</div>").ToString();
    }

    private static string Charts(IEnumerable<(RunChart What, Chart Chart)> charts, bool isNarrow)
    {
        HtmlText page = new();
        page.Line("<div data-part=\"charts\">");
        HtmlParts.WriteCharts(page, charts, isNarrow ? NarrowPixels : ChartLayout.WidthPixels);
        return page.Line("</div>").ToString();
    }

    private static string Now(RunDocument run, LiveFacts facts, bool isFrame)
    {
        HtmlText page = new();
        page.Line($"<div data-part=\"set\" id=\"set\" hidden data-state=\"{facts.State}\" "
            + $"data-run=\"{Escape(run.RunId ?? "")}\" data-title=\"{Escape(Timeline.TitleOf(run))}\""
            + string.Concat(facts.Dials.Select(dial => $" data-dial-{dial.Key}=\"{dial.Value}\"")) + "></div>");
        page.Line("<header data-part=\"head\">");
        HtmlParts.WriteVerdict(page, run);
        page.Line("</header>").Line("<div data-part=\"findings\">");
        HtmlParts.WriteFindings(page, run.Verdict.Findings);
        page.Line("</div>").Line("<div data-part=\"now\">");
        WriteValues(page, facts);
        page.Line("</div>");
        if (isFrame)
        {
            page.Line("<div class=\"halves\">");
            WriteSide(page, facts);
            page.Line("<div>");
        }

        page.Line("<div data-part=\"cards\">");
        HtmlParts.WriteHighlights(page, run);
        HtmlPage.Thresholds(page, run.Thresholds.Select(outcome => (outcome.IsOk, Threshold.Describe(outcome))));
        page.Line("</div>").Line("<div data-part=\"own\">");
        HtmlParts.WriteOwnTables(page, run, isLive: true);
        page.Line("</div>");
        if (isFrame)
        {
            WriteChartsFrame(page);
            page.Line("<details id=\"more\"><summary>All figures, options and host</summary>");
            page.Line("<div data-part=\"rest\"></div></details>").Line("</div></div>");
        }

        return page.ToString();
    }

    private static void WriteBar(HtmlText page, string name, LiveFacts facts)
    {
        page.Line("<div class=\"bar\"><div>");
        page.Line($"<p class=\"brand\"><b>{name}</b> <span id=\"link\">{facts.State}</span></p>");
        page.Line("<p class=\"acts\"><button type=\"button\" data-save=\"report\">Save report</button>"
            + "<button type=\"button\" data-save=\"document\">Save JSON</button>"
            + "<button type=\"button\" id=\"stop\" class=\"stop\" aria-haspopup=\"dialog\">Stop</button></p>");
        page.Line("</div></div>").Line("<p id=\"said\" class=\"unseen\" role=\"status\"></p>");
        page.Line("<div id=\"banner\" class=\"note\" hidden><span></span> "
            + "<button type=\"button\" id=\"again\" hidden>Try again</button></div>");
    }

    private static void WriteValues(HtmlText page, LiveFacts facts)
    {
        if (facts.Values.Count == 0)
        {
            return;
        }

        page.Line($"<section class=\"now\" aria-label=\"Now\"><h2>{Escape(facts.Phase)}</h2>");
        if (facts.Done is { } done)
        {
            string percent = Math.Floor(Math.Clamp(done, 0, 1) * 100).ToString("0", CultureInfo.InvariantCulture);
            page.Line($"<progress max=\"100\" value=\"{percent}\" aria-label=\"Done\">{percent} %</progress>");
        }

        page.Line("<dl>");
        foreach (LiveValue one in facts.Values)
        {
            page.Line($"<div><dt>{Escape(one.Label)}</dt><dd>{Escape(one.Value)}</dd>"
                + Sparkline.Render(one.History) + "</div>");
        }

        page.Line("</dl></section>");
    }

    private static void WriteSide(HtmlText page, LiveFacts facts)
    {
        page.Line("<aside aria-label=\"Dials and events\">");
        if (facts.Dials.Count > 0)
        {
            page.Line("<section id=\"dials\"><h2>Dials</h2>");
            foreach (LiveDial dial in facts.Dials)
            {
                WriteDial(page, dial);
            }

            page.Line("<p id=\"answer\" class=\"meta\" role=\"status\"></p></section>");
        }

        page.Line("<section id=\"events\"><h2 id=\"events-name\">Events</h2>");
        page.Line("<ol id=\"log\" tabindex=\"0\" aria-labelledby=\"events-name\"></ol></section>").Line("</aside>");
    }

    private static void WriteDial(HtmlText page, LiveDial dial)
    {
        string id = $"dial-{dial.Key}";
        string label = Escape(dial.Label);
        if (dial.IsSwitch)
        {
            page.Line($"<p class=\"dial\"><button type=\"button\" role=\"switch\" id=\"{id}\" "
                + $"data-key=\"{dial.Key}\" aria-checked=\"{dial.Value}\">{label}</button></p>");
            return;
        }

        page.Line($"<form class=\"dial\" data-key=\"{dial.Key}\"><label for=\"{id}\">{label}</label><span>"
            + $"<button type=\"button\" data-by=\"0.9\" aria-label=\"{label}: 10 percent less\">"
            + "\u221210\u00a0%</button>"
            + $"<input id=\"{id}\" type=\"number\" min=\"0\" step=\"{dial.Step}\" required value=\"{dial.Value}\">"
            + $"<button type=\"button\" data-by=\"1.1\" aria-label=\"{label}: 10 percent more\">+10\u00a0%</button>"
            + "<button type=\"submit\">Set</button></span></form>");
    }

    private static void WriteChartsFrame(HtmlText page)
    {
        page.Line("<section id=\"charts\"><h2>Charts</h2>");
        page.Line("<fieldset class=\"span\"><legend class=\"unseen\">Time that the charts show</legend>"
            + "<label><input type=\"radio\" name=\"span\" value=\"recent\" checked>last ten minutes</label>"
            + "<label><input type=\"radio\" name=\"span\" value=\"whole\">whole run</label></fieldset>");
        page.Line("<div data-part=\"charts\"></div></section>");
    }

    private static void WriteQuestion(HtmlText page)
    {
        page.Line("<dialog id=\"ask\" aria-labelledby=\"ask-name\" aria-describedby=\"ask-what\">");
        page.Line("<h2 id=\"ask-name\">End this run?</h2>");
        page.Line("<p id=\"ask-what\">It closes its connections, writes its report and ends. It cannot be begun "
            + "again.</p>");
        page.Line("<p class=\"acts\"><button type=\"button\" id=\"keep\" autofocus>Go on</button>"
            + "<button type=\"button\" id=\"end\" class=\"stop\">End the run</button></p></dialog>");
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(LivePage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program was built without {name}");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
