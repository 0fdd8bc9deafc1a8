using Throng.Measurement;
using static Throng.Report.HtmlText;

namespace Throng.Report;

/// <summary>Every figure of a run that the table of metrics knows, each with its definition.</summary>
internal static class HtmlFigures
{
    public static void Write(HtmlText page, RunDocument run)
    {
        page.Line("<section id=\"figures\"><h2>All figures</h2>");
        WriteLatencies(page, run);
        page.Line("<h3>Counts, rates and resources</h3>");
        page.Line("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures\"><table><thead><tr>"
            + "<th>Figure</th><th class=\"n\">Value</th><th>What it is</th></tr></thead><tbody>");
        CommandView view = CommandView.For(run);
        foreach (Metric metric in Metrics.All.Where(metric => !metric.IsLatency && view.Shows(metric)))
        {
            MetricReading reading = new(metric, null);
            if (reading.Read(run) is { } value)
            {
                string share = Highlight.ShareOf(run, metric, value);
                page.Line($"<tr><td><code>{Escape(metric.Key)}</code></td><td class=\"n\">{Escape(reading.Text(value))}"
                    + (share.Length > 0 ? $"<small>{Escape(share)}</small>" : "")
                    + $"</td><td>{Escape(metric.Definition)}{ReasonsOf(metric, run)}</td></tr>");
            }
        }

        page.Line("</tbody></table></div></section>");
    }

    private static string ReasonsOf(Metric metric, RunDocument run) => metric.ReasonsOf(run) is { Total: > 0 } reasons
        ? $"<small>{Escape(reasons.ToString())}</small>"
        : "";

    private static void WriteLatencies(HtmlText page, RunDocument run)
    {
        (Metric Metric, LatencySummary Latency)[] all =
        [
            .. Metrics.All.Where(CommandView.For(run).Shows)
                .Select(metric => (metric, Latency: metric.LatencyOf(run)))
                .Where(one => one.Latency is { Count: > 0 }).Select(one => (one.metric, one.Latency!)),
        ];
        if (all.Length == 0)
        {
            return;
        }

        page.Line("<h3>Times</h3>");
        page.Table(
            "Times",
            [
                ["Time", .. all.Select(one => one.Metric.Name)],
                Column("min", latency => latency.MinNs),
                Column("p50", latency => latency.P50Ns),
                Column("p90", latency => latency.P90Ns),
                Column("p99", latency => latency.P99Ns),
                Column("p99.9", latency => latency.P999Ns),
                Column("p99.99", latency => latency.P9999Ns),
                Column("max", latency => latency.MaxNs),
                ["samples", .. all.Select(one => Units.Count(one.Latency.Count))],
            ],
            0);
        foreach ((Metric metric, _) in all)
        {
            page.Line($"<p class=\"meta\"><code>{Escape(metric.Name)}</code> {Escape(metric.Definition)}</p>");
        }

        string[] Column(string name, Func<LatencySummary, long?> of) =>
            [name, .. all.Select(one => of(one.Latency) is { } ns ? Units.Latency(ns) : "-")];
    }
}
