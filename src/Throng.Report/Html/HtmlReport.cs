using System.Globalization;
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
    private const int RowsMax = 500;

    /// <summary>The whole page, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        HtmlText page = new();
        (RunChart What, Chart Chart)[] charts = [.. RunChart.AllOf(run)];
        WriteHead(page, run);
        WriteNavigation(page, run, charts.Length > 0);
        WriteHighlights(page, run);
        WriteFindings(page, run.Verdict.Findings);
        if (charts.Length > 0)
        {
            page.Line("<section id=\"charts\"><h2>Charts</h2>");
            foreach ((RunChart what, Chart chart) in charts)
            {
                HtmlPage.Figure(page, what.Name, what.Heading, what.Definition, chart);
            }

            page.Line("</section>");
        }

        HtmlPage.Thresholds(
            page, run.Thresholds.Select(outcome => (outcome.IsOk, Threshold.Describe(outcome))));
        WriteOwn(page, run);
        HtmlFigures.Write(page, run);
        WriteEvents(page, run.Events);
        WriteSettings(page, run);
        return HtmlPage.Close(page, $"{run.Tool.Name} {run.Tool.Version}, {RunDocument.SchemaName}");
    }

    private static void WriteHead(HtmlText page, RunDocument run)
    {
        string name = $"{run.Tool.Name} {run.Command}";
        HtmlPage.Open(page, $"{name}: {Timeline.TitleOf(run)}");
        page.Line("<header>");
        RunState state = RunStates.Of(run);
        (char mark, string colour) = state switch
        {
            RunState.AsAsked => ('\u2713', "yes"),
            RunState.WithWarnings => ('!', "maybe"),
            _ => ('\u2717', "no"),
        };
        string badge = $"{mark} {RunStates.Word(state)}";
        page.Line($"<p class=\"kind\">{Escape(name)} <span class=\"state {colour}\">{badge}</span></p>");
        page.Line($"<h1>{Escape(run.Verdict.Text)}</h1>");
        string started = run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string[] facts =
        [
            $"{started} UTC", $"ran {Units.Duration(run.DurationNs)}",
            RunStates.IsRunning(run) ? "running" : $"ended by {run.EndedBy}",
            $"Linux {run.Host.Kernel}", $"{run.Host.Cpus} CPUs", run.Host.Engine,
        ];
        page.Line($"<p class=\"meta\">{Escape(string.Join(" \u00b7 ", facts.Where(fact => fact.Length > 0)))}</p>");
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

    private static void WriteHighlights(HtmlText page, RunDocument run)
    {
        IReadOnlyList<Highlight> all = Highlight.AllOf(run);
        if (all.Count == 0)
        {
            return;
        }

        page.Line(all.Count % 3 == 0 ? "<ul class=\"cards three\">" : "<ul class=\"cards\">");
        foreach (Highlight one in all)
        {
            string word = one.Value.Any(char.IsDigit) ? "" : " class=\"word\"";
            page.Line($"<li><b{word}>{Escape(one.Value)}</b><strong>{Escape(one.Label)}</strong>"
                + $"<span>{Escape(one.Definition)}</span></li>");
        }

        page.Line("</ul>");
    }

    private static void WriteFindings(HtmlText page, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        page.Line("<section id=\"findings\"><h2>Findings</h2>");
        foreach (Finding finding in findings)
        {
            string severity = WordConverter<Severity>.WordOf(finding.Severity);
            page.Line($"<div class=\"finding {severity}\"><p><b class=\"sort\">{severity}</b>"
                + $"<b>{Escape(finding.Text)}</b></p><p class=\"quiet\">{Escape(finding.Evidence)}</p>"
                + (finding.Remedy.Length > 0 ? $"<p class=\"remedy\">{Escape(finding.Remedy)}</p>" : "") + "</div>");
        }

        page.Line("</section>");
    }

    private static void WriteOwn(HtmlText page, RunDocument run)
    {
        if (run.Own is not { } own)
        {
            return;
        }

        page.Line($"<section id=\"own\"><h2>{Escape(run.Command)}</h2>");
        WritePairs(page, run.Command, "Name", TextLines.Rows(own));
        foreach (KeyValuePair<string, Node> table in own.Where(entry => SectionTable.Fits(entry.Value)))
        {
            page.Line($"<h3>{Escape(table.Key.Replace('_', ' '))}</h3>");
            if (run.Result is BenchResult bench && table.Key == "steps")
            {
                page.Table(table.Key, BenchTable.Columns(bench), 0);
                foreach (string note in BenchTable.Notes(bench))
                {
                    page.Line($"<p class=\"meta\">{Escape(note)}</p>");
                }

                continue;
            }

            Node shown = Shortened(table.Value, out int rest);
            IReadOnlyList<string[]> columns = SectionTable.Columns(shown, out int[] left);
            page.Table(table.Key, columns, shown.Kind == NodeKind.Section ? [0, .. left] : left);
            WriteRest(page, rest);
        }

        page.Line("</section>");
    }

    private static Node Shortened(Node table, out int rest)
    {
        rest = table.Kind == NodeKind.List ? Math.Max(0, table.Items.Count - RowsMax) : 0;
        return rest == 0 ? table : Node.ListOf([.. table.Items.Take(RowsMax)]);
    }

    private static void WriteRest(HtmlText page, int rest)
    {
        if (rest > 0)
        {
            page.Line($"<p class=\"quiet\">{Units.Count(rest)} more in the result document.</p>");
        }
    }

    private static void WriteEvents(HtmlText page, IReadOnlyList<RunEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        RunEvent[] shown = [.. events.Take(RowsMax)];
        page.Line("<section id=\"events\"><h2>Events</h2>");
        page.Table(
            "Events",
            [
                ["After", .. shown.Select(one => Units.Latency(one.TimeNs))],
                ["What happened", .. shown.Select(one => one.What)],
            ],
            1);
        WriteRest(page, events.Count - shown.Length);
        page.Line("</section>");
    }

    private static void WriteSettings(HtmlText page, RunDocument run)
    {
        if (run.Options.Count > 0)
        {
            page.Line("<section id=\"options\"><h2>Options</h2>");
            page.Line("<p class=\"quiet\">Every option as it was in effect, defaults included.</p>");
            WritePairs(page, "Options", "Option", TextLines.Rows(run.Options));
            page.Line("</section>");
        }

        Host host = run.Host;
        List<KeyValuePair<string, string>> facts =
        [
            new("kernel", host.Kernel), new("cpus", Units.Count(host.Cpus)), new("nofile", Units.Count(host.Nofile)),
            new("engine", host.Engine), new("engine_reason", host.EngineReason), .. TextLines.Rows(host.More),
        ];
        if (run.Limits is { } limits)
        {
            facts.Add(new("sockets", $"{Units.Count(limits.Sockets)}: {limits.Arithmetic}"));
            facts.AddRange(TextLines.Rows(limits.Sysctls));
        }

        page.Line("<section id=\"host\"><h2>Host</h2>");
        WritePairs(page, "Host", "Fact", facts);
        page.Line("</section>");
    }

    private static void WritePairs(
        HtmlText page, string name, string heading, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count > 0)
        {
            page.Table(
                name, [[heading, .. pairs.Select(pair => pair.Key)], ["Value", .. pairs.Select(pair => pair.Value)]],
                0, 1);
        }
    }
}
