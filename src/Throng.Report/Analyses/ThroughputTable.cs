using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Throughput in each interval of a run: messages and bytes a second. Columns in which nothing ever happened are left
/// out, those of what was sent and of what was received separately.
/// </summary>
public static class ThroughputTable
{
    // Below this many a second, a digit behind the point is worth a column.
    private const double FewPerSecond = 100;

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        TextLines lines = new();
        lines.Whole("throughput");
        if (run.Series.Count == 0)
        {
            lines.Whole("no interval was measured");
            return lines.ToString();
        }

        double maxBytes = run.Series.Max(point => Math.Max(PerSecond(point, one => one.BytesSent),
            PerSecond(point, one => one.BytesReceived)));
        double maxMessages = run.Series.Max(point => Math.Max(PerSecond(point, one => one.Offered),
            Math.Max(PerSecond(point, one => one.Sent), PerSecond(point, one => one.Answered))));
        ByteUnit unit = ByteUnit.For(maxBytes);
        string form = maxMessages < FewPerSecond ? "N1" : "N0";
        string Messages(double perSecond) => perSecond.ToString(form, CultureInfo.InvariantCulture);

        List<string[]> columns = [["time s", .. Seconds.Ends(run.Series)]];
        AddRate("offered/s", point => point.Offered, Messages, isOptional: true);
        AddRate("sent/s", point => point.Sent, Messages);
        AddRate("answered/s", point => point.Answered, Messages, isOptional: true);
        AddRate($"sent {unit.Name}/s", point => point.BytesSent, unit.ToText);
        AddRate($"received {unit.Name}/s", point => point.BytesReceived, unit.ToText);
        AddCount("dropped", point => point.Dropped);
        AddCount("timed out", point => point.TimedOut);
        AddCount("lost", point => point.Lost);
        lines.Whole(TextTable.Lines(columns));

        AddDrain(lines, run);
        AddTotals(lines, run);
        return lines.ToString();

        void AddRate(string name, Func<SeriesPoint, long> of, Func<double, string> show, bool isOptional = false)
        {
            if (!isOptional || run.Series.Any(point => of(point) != 0))
            {
                columns.Add([name, .. run.Series.Select(point => Cell(PerSecond(point, of), show))]);
            }
        }

        void AddCount(string name, Func<SeriesPoint, long> of)
        {
            if (run.Series.Any(point => of(point) != 0))
            {
                columns.Add([name, .. run.Series.Select(point => Units.Count(of(point)))]);
            }
        }
    }

    private static void AddDrain(TextLines lines, RunDocument run)
    {
        if (run.Drain is { } drain)
        {
            MessageWords words = MessageWords.For(run);
            string failed = string.Concat(
                drain.TimedOut > 0 ? $", {Units.Count(drain.TimedOut)} timed out" : "",
                drain.Lost > 0 ? $", {Units.Count(drain.Lost)} {words.Lost}" : "");
            lines.Paragraph("", $"drain: in {Units.Duration(drain.IntervalNs)} {Units.Count(drain.Sent)} {words.Sent}, "
                + $"{Units.Count(drain.Answered)} {words.Answered}{failed}, {Units.Bytes(drain.BytesSent)} sent, "
                + $"{Units.Bytes(drain.BytesReceived)} received");
        }
    }

    // What was due and never sent has no interval of its own: it may be sent in the next one.
    private static void AddTotals(TextLines lines, RunDocument run)
    {
        if (run.Messages is { } messages)
        {
            MessageWords words = MessageWords.For(run);
            lines.Paragraph("", $"in all: {Units.Count(messages.Offered)} {words.Offered}, "
                + $"{Units.Count(messages.NotSent)} {words.NotSent}, {Units.Count(messages.Sent)} {words.Sent}, "
                + $"{Units.Count(messages.Answered)} {words.Answered}");
        }
    }

    private static double PerSecond(SeriesPoint point, Func<SeriesPoint, long> of) =>
        Seconds.PerSecond(of(point), point);

    private static string Cell(double perSecond, Func<double, string> show) =>
        double.IsFinite(perSecond) ? show(perSecond) : "-";
}
