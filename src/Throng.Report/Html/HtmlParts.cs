using System.Globalization;
using Throng.Measurement;
using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>Sections of a run's page, the same in a saved file and in the page of a run that goes on.</summary>
internal static class HtmlParts
{
    private const int RowsMax = 500;

    // Of a run that goes on the last ones are shown, and made anew every second.
    private const int LiveRowsMax = 30;

    /// <summary>The state of a run in a word, its verdict, and the facts by which it is known.</summary>
    public static void WriteVerdict(HtmlText page, RunDocument run)
    {
        bool isRunning = RunStates.IsRunning(run);
        RunState state = RunStates.Of(run);
        (char mark, string colour) = state switch
        {
            RunState.AsAsked => ('\u2713', "yes"),
            RunState.WithWarnings => ('!', "maybe"),
            _ => ('\u2717', "no"),
        };
        string badge = $"{mark} {RunStates.Word(state)}{(isRunning ? " so far" : "")}";
        page.Line($"<p class=\"kind\">{Escape($"{run.Tool.Name} {run.Command}")} "
            + $"<span class=\"state {colour}\">{badge}</span></p>");
        page.Line($"<h1>{Escape(run.Verdict.Text)}</h1>");
        string started = run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string[] facts =
        [
            $"{started} UTC", $"{(isRunning ? "running for" : "ran")} {Units.Duration(run.DurationNs)}",
            isRunning ? "" : $"ended by {run.EndedBy}",
            $"Linux {run.Host.Kernel}", $"{run.Host.Cpus} CPUs", run.Host.Engine,
        ];
        page.Line($"<p class=\"meta\">{Escape(string.Join(" \u00b7 ", facts.Where(fact => fact.Length > 0)))}</p>");
    }

    /// <summary>Every drawing with its heading and its values.</summary>
    public static void WriteCharts(
        HtmlText page, IEnumerable<(RunChart What, Chart Chart)> charts, double widthPixels = ChartLayout.WidthPixels)
    {
        foreach ((RunChart what, Chart chart) in charts)
        {
            HtmlPage.Figure(page, what.Name, what.Heading, what.Definition, chart, widthPixels);
        }
    }

    public static void WriteHighlights(HtmlText page, RunDocument run)
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

    public static void WriteFindings(HtmlText page, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        page.Line("<section id=\"findings\"><h2>Findings</h2>");
        foreach (Finding finding in findings)
        {
            string severity = WordConverter<Severity>.WordOf(finding.Severity);
            page.Line($"<div class=\"finding {severity}\" data-finding=\"{Escape(finding.Rule)}\">"
                + $"<p><b class=\"sort\">{severity}</b><b>{Escape(finding.Text)}</b></p>"
                + $"<p class=\"quiet\">{Escape(finding.Evidence)}</p>"
                + (finding.Remedy.Length > 0 ? $"<p class=\"remedy\">{Escape(finding.Remedy)}</p>" : "") + "</div>");
        }

        page.Line("</section>");
    }

    /// <summary>The command's own result: what it is known by, then its tables.</summary>
    public static void WriteOwn(HtmlText page, RunDocument run)
    {
        if (run.Own is null)
        {
            return;
        }

        page.Line($"<section id=\"own\"><h2>{Escape(run.Command)}</h2>");
        WriteOwnPairs(page, run);
        WriteOwnTables(page, run, isLive: false);
        page.Line("</section>");
    }

    public static void WriteOwnPairs(HtmlText page, RunDocument run) =>
        WritePairs(page, run.Command, "Name", TextLines.Rows(run.Own ?? []));

    /// <summary>Steps of a search, rounds of a bench, episodes: what the command's own result has many of.</summary>
    /// <param name="isLive">The last rows are shown, in place of the first.</param>
    public static void WriteOwnTables(HtmlText page, RunDocument run, bool isLive)
    {
        int rowsMax = isLive ? LiveRowsMax : RowsMax;
        foreach (KeyValuePair<string, Node> table in (run.Own ?? []).Where(entry => SectionTable.Fits(entry.Value)))
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

            Node shown = Shortened(table.Value, rowsMax, isLive, out int rest);
            IReadOnlyList<string[]> columns = SectionTable.Columns(shown, out int[] left);
            page.Table(table.Key, columns, shown.Kind == NodeKind.Section ? [0, .. left] : left);
            WriteRest(page, rest, isLive);
        }
    }

    private static Node Shortened(Node table, int rowsMax, bool keepsLast, out int rest)
    {
        rest = table.Kind == NodeKind.List ? Math.Max(0, table.Items.Count - rowsMax) : 0;
        return rest == 0 ? table
            : Node.ListOf([.. keepsLast ? table.Items.TakeLast(rowsMax) : table.Items.Take(rowsMax)]);
    }

    private static void WriteRest(HtmlText page, int rest, bool keepsLast = false)
    {
        if (rest > 0)
        {
            string more = keepsLast ? "before these" : "more";
            page.Line($"<p class=\"quiet\">{Units.Count(rest)} {more} in the result document.</p>");
        }
    }

    public static void WriteEvents(HtmlText page, IReadOnlyList<RunEvent> events)
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

    public static void WriteSettings(HtmlText page, RunDocument run)
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
