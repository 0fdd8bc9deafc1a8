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

        List<string[]> columns =
        [
            ["time s", .. Seconds.Ends(run.Series)],
            ["open", .. run.Series.Select(point => Units.Count(point.Open))],
            ["new", .. run.Series.Select(point => Units.Count(point.Opened))],
            ["closed", .. run.Series.Select(point => Units.Count(point.Closed))],
            ["failed", .. run.Series.Select(point => Units.Count(point.Failed))],
        ];
        if (run.Series.Any(point => point.Connecting != 0))
        {
            columns.Add(["connecting", .. run.Series.Select(point => Units.Count(point.Connecting))]);
        }

        if (run.Connections.Target is { } target)
        {
            columns.Add(["missing", .. run.Series.Select(point => Units.Count(Math.Max(0, target - point.Open)))]);
        }

        lines.Whole(TextTable.Lines(columns));

        lines.Paragraph("", $"in all: {Units.Count(run.Connections.Opened)} new, {Units.Count(run.Connections.Lost)} "
            + $"lost, {Units.Count(run.Connections.ConnectFailed.Total)} failed");
        return lines.ToString();
    }
}
