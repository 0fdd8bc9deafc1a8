using System.Globalization;

namespace Throng.Measurement;

/// <summary>Writes amounts for people: the same text in every locale.</summary>
public static partial class Units
{
    /// <summary>Text of an amount that is not known: a document that was read has null there.</summary>
    public const string Unknown = "-";

    /// <summary><c>98,412</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An amount of things: <c>1 worker</c>, <c>2 workers</c>.</summary>
    /// <param name="many">The word for many of them; for one it loses its last letter.</param>
    public static string Several(long count, string many) => Several(count, many[..^1], many);

    public static string Several(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>The verb behind so many: <c>was</c> or <c>were</c>.</summary>
    public static string Were(long count) => count == 1 ? "was" : "were";

    /// <summary>A latency with three digits: <c>812 ns</c>, <c>1.23 ms</c>, <c>45.6 s</c>.</summary>
    public static string Latency(double latencyNs) => Math.Abs(latencyNs) switch
    {
        < 999.5 => DigitsOrWhole(latencyNs) + " ns",
        < 999.5e3 => Digits(latencyNs / 1e3) + " us",
        < 999.5e6 => Digits(latencyNs / 1e6) + " ms",
        < double.PositiveInfinity => Digits(latencyNs / 1e9) + " s",
        _ => Unknown,
    };

    /// <summary>How long something took: <c>350 ms</c>, <c>5.0 s</c>, <c>2 min 5 s</c>, <c>3 h 20 min</c>.</summary>
    public static string Duration(long durationNs)
    {
        // Rounded first, so that 59.97 s is not "60.0 s".
        long tenths = (durationNs + (Ns.Second / 20)) / (Ns.Second / 10);
        long seconds = (durationNs + (Ns.Second / 2)) / Ns.Second;
        long minutes = (seconds + 30) / 60;
        return tenths switch
        {
            < 10 => Latency(durationNs),
            < 600 => string.Create(CultureInfo.InvariantCulture, $"{tenths / 10.0:F1} s"),
            < 36_000 => seconds % 60 == 0 ? $"{seconds / 60} min" : $"{seconds / 60} min {seconds % 60} s",
            _ => minutes % 60 == 0 ? $"{minutes / 60} h" : $"{minutes / 60} h {minutes % 60} min",
        };
    }

    /// <summary><c>512 B</c>, <c>1.50 KiB</c>, <c>3.20 GiB</c>: powers of 1024, as memory comes.</summary>
    public static string Bytes(double bytes)
    {
        if (!double.IsFinite(bytes))
        {
            return Unknown;
        }

        ReadOnlySpan<string> units = [" B", " KiB", " MiB", " GiB", " TiB", " PiB"];
        int unit = 0;
        while (Math.Abs(bytes) >= 1023.5 && unit < units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return (unit == 0 ? DigitsOrWhole(bytes) : Digits(bytes)) + units[unit];
    }

    /// <summary><c>19,998/s</c>; below a hundred with three digits, <c>1.25/s</c>.</summary>
    public static string Rate(double ratePerSecond) => !double.IsFinite(ratePerSecond) ? Unknown
        : Math.Abs(ratePerSecond) < 100 ? DigitsOrWhole(ratePerSecond) + "/s"
        : ratePerSecond.ToString("N0", CultureInfo.InvariantCulture) + "/s";

    /// <summary>
    /// A share of one in percent: <c>99.9 %</c>, <c>0.012 %</c>. However small a part is, it is not shown as none, and
    /// however large, not as all: <c>&lt;0.001 %</c>, <c>99.999 %</c>.
    /// </summary>
    public static string Percent(double ratio)
    {
        if (!double.IsFinite(ratio))
        {
            return Unknown;
        }

        double percent = ratio is > MostBelowAll and < 1 ? MostBelowAll * 100 : ratio * 100;
        return ratio is > 0 and < LeastShown
            ? "<0.001 %"
            : percent.ToString("0.###", CultureInfo.InvariantCulture) + " %";
    }

    private const double LeastShown = 0.000005;
    private const double MostBelowAll = 0.99999;

    // Of the smallest unit there may be less than one: a whole number has no digits behind the point to show.
    private static string DigitsOrWhole(double value) => value == Math.Truncate(value)
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : Digits(value);

    // Three digits, or all of them before the point.
    private static string Digits(double value)
    {
        string format = Math.Abs(value) switch
        {
            < 9.995 => "0.00",
            < 99.95 => "0.0",
            _ => "0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
