using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The series of a run as CSV: a line of names, then one row for each interval. Names carry the unit and are those of
/// the JSON, nested ones joined; new columns come at the end. What was not measured is an empty cell.
/// </summary>
public static class CsvReport
{
    private static readonly (string Name, Func<SeriesPoint, double?> Of)[] Columns =
    [
        ("t_ns", point => point.TimeNs),
        ("interval_ns", point => point.IntervalNs),
        ("open", point => point.Open),
        ("opened", point => point.Opened),
        ("closed", point => point.Closed),
        ("failed", point => point.Failed),
        ("offered", point => point.Offered),
        ("sent", point => point.Sent),
        ("answered", point => point.Answered),
        ("timed_out", point => point.TimedOut),
        ("lost", point => point.Lost),
        ("bytes_sent", point => point.BytesSent),
        ("bytes_received", point => point.BytesReceived),
        ("retransmits", point => point.Retransmits),
        ("response_p50_ns", point => point.Response?.P50Ns),
        ("response_p99_ns", point => point.Response?.P99Ns),
        ("response_max_ns", point => point.Response?.MaxNs),
        ("lag_p50_ns", point => point.Lag?.P50Ns),
        ("lag_p99_ns", point => point.Lag?.P99Ns),
        ("lag_max_ns", point => point.Lag?.MaxNs),
        ("user_ns", point => point.UserNs),
        ("system_ns", point => point.SystemNs),
        ("busy_max", point => point.BusyMax),
        ("connecting", point => point.Connecting),
        ("dropped", point => point.Dropped),
    ];

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        StringBuilder text = new();
        text.AppendJoin(',', Columns.Select(column => column.Name)).Append('\n');
        foreach (SeriesPoint point in run.Series)
        {
            text.AppendJoin(',', Columns.Select(column => Cell(column.Of(point)))).Append('\n');
        }

        return text.ToString();
    }

    // A double is exact up to 2^53: bytes of a second and ns of a hundred days. No number is in exponential form.
    private static string Cell(double? value) => value is { } number && double.IsFinite(number)
        ? number.ToString("0.################", CultureInfo.InvariantCulture)
        : "";
}
