using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Connections at the end of each interval of a run, and what became of them in it. <c>missing</c> is what was to be
/// open and was not: still connecting, or waiting for the next attempt.
/// </summary>
public static class ConnectionsTable
{
    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        TextLines lines = new();
        lines.Whole("connections");
        if (run.Series.Count == 0)
        {
            lines.Whole("no interval was measured");
            return lines.ToString();
        }

        SeriesPoint[] all = [.. run.Series, .. run.Drain is { } drain ? (SeriesPoint[])[drain] : []];
        List<string[]> columns =
        [
            ["time s", .. Seconds.Ends(run.Series), .. run.Drain is null ? (string[])[] : ["drain"]],
            ["open", .. all.Select(point => Units.Count(point.Open))],
            ["new", .. all.Select(point => Units.Count(point.Opened))],
            ["closed", .. all.Select(point => Units.Count(point.Closed))],
            ["failed", .. all.Select(point => Units.Count(point.Failed))],
        ];
        if (all.Any(point => point.Connecting != 0))
        {
            columns.Add(["connecting", .. all.Select(point => Units.Count(point.Connecting))]);
        }

        if (run.Connections.Target is { } target)
        {
            columns.Add(["missing", .. all.Select(point => point.IsDrain is true
                ? "-" : Units.Count(Math.Max(0, target - point.Open)))]);
        }

        lines.Whole(TextTable.Lines(columns));

        ReasonCounts failed = run.Connections.ConnectFailed;
        lines.Paragraph("", $"in all: {Units.Count(run.Connections.Opened)} new, "
            + $"{Units.Count(run.Connections.Closed.Total)} closed, {Units.Count(run.Connections.Lost)} of them lost, "
            + $"{Units.Count(failed.Total - failed[CloseReason.Cancelled])} failed");
        return lines.ToString();
    }
}
