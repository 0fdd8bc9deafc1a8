using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Intervals of a series in seconds.</summary>
internal static class Seconds
{
    private const double SecondNs = Ns.Second;

    /// <summary>The ends of all intervals, with as many digits as tell them apart.</summary>
    public static IEnumerable<string> Ends(IReadOnlyList<SeriesPoint> series)
    {
        long shortestNs = series.Count == 0 ? 0 : series.Min(point => point.IntervalNs);
        string form = shortestNs >= SecondNs / 10 ? "N1" : "N3";
        return series.Select(point => (point.TimeNs / SecondNs).ToString(form, CultureInfo.InvariantCulture));
    }

    /// <summary>Rate per second of a count within an interval; NaN for an interval without length.</summary>
    public static double PerSecond(long count, SeriesPoint point) =>
        point.IntervalNs > 0 ? count * SecondNs / point.IntervalNs : double.NaN;
}
