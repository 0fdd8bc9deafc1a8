using System.Globalization;

namespace Throng.Measurement;

/// <summary>
/// Reads what people write for amounts. Every error says what was read, what is wrong with it and what to write.
/// <para>
/// The letter <c>m</c> is a million in a count and minutes in a duration: an option's type decides, never a guess.
/// Units are read in any case. All results are exact: the
/// arithmetic is decimal, and a count that is not whole is refused rather than rounded.
/// </para>
/// </summary>
public static partial class Units
{
    // Longer than any sensible amount; keeps errors that quote the text readable and arithmetic within decimal.
    private const int TextMax = 40;

    private const string CountHint = "write a number such as 500, 10k, 1.5m or 64KiB (k, m, g are powers of 1000; "
        + "KiB, MiB, GiB of 1024)";

    private const string DurationHint = "write a number with a unit such as 250ms, 30s, 5m or 1h30m "
        + "(ns, us, ms, s, m or min, h, d; alone it is seconds)";

    private const string RangeHint = "write two durations such as 30s-60s, the shorter one first";

    private const string RateHint = "write a number per second such as 20k, or per period such as 50/1s or 600/m";

    /// <summary>A count or a size in bytes: <c>500</c>, <c>10k</c>, <c>1.5m</c>, <c>64KiB</c>.</summary>
    public static bool TryParseCount(string text, out long count, out string error)
    {
        count = 0;
        if (!TrySplit(text, out decimal number, out string unit, out error)
            || !TryScale(unit, CountScale(unit), number, out decimal scaled, out error))
        {
            error = Complain(text, "a count", error, CountHint);
            return false;
        }

        if (scaled != decimal.Truncate(scaled) || scaled > long.MaxValue)
        {
            string why = scaled > long.MaxValue ? "it is too large" : "it is not a whole number";
            error = Complain(text, "a count", why, CountHint);
            return false;
        }

        count = (long)scaled;
        return true;
    }

    /// <summary>
    /// A duration in nanoseconds: <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h30m</c>; a bare number is seconds.
    /// At most 292 years; finer than a nanosecond is refused.
    /// </summary>
    public static bool TryParseDuration(string text, out long durationNs, out string error)
    {
        durationNs = 0;
        decimal totalNs = 0;
        string rest = text.Trim();
        decimal previousScale = decimal.MaxValue;
        error = rest.Length == 0 ? "it is empty" : "";
        while (rest.Length > 0 && error.Length == 0)
        {
            int length = PartLength(rest);
            string part = rest[..length];
            rest = rest[length..];
            if (!TrySplit(part, out decimal number, out string unit, out error)
                || !TryScale(unit, DurationScaleNs(unit), number, out decimal partNs, out error))
            {
                break;
            }

            decimal scale = DurationScaleNs(unit);
            bool isFirst = previousScale == decimal.MaxValue;
            if ((unit.Length == 0 && !isFirst) || scale >= previousScale)
            {
                error = unit.Length == 0
                    ? "its last part has no unit"
                    : "its parts do not go from the larger unit to the smaller";
                break;
            }

            previousScale = scale;
            totalNs += partNs;
            error = totalNs > long.MaxValue ? "it is too long"
                : totalNs != decimal.Truncate(totalNs) ? "it is finer than a nanosecond" : "";
        }

        if (error.Length > 0)
        {
            error = Complain(text, "a duration", error, DurationHint);
            return false;
        }

        durationNs = (long)totalNs;
        return true;
    }

    /// <summary>A range of durations, <c>30s-60s</c>; a single one is both ends.</summary>
    public static bool TryParseDurationRange(string text, out long minNs, out long maxNs, out string error)
    {
        int dash = text.IndexOf('-');
        string lower = dash < 0 ? text : text[..dash];
        string upper = dash < 0 ? text : text[(dash + 1)..];
        minNs = 0;
        maxNs = 0;
        if (!TryParseDuration(lower, out long lowerNs, out error)
            || !TryParseDuration(upper, out long upperNs, out error))
        {
            error = dash < 0 ? error : Complain(text, "a range of durations", "one of its ends is none", RangeHint);
            return false;
        }

        if (lowerNs > upperNs)
        {
            error = Complain(text, "a range of durations", "it ends before it begins", RangeHint);
            return false;
        }

        (minNs, maxNs) = (lowerNs, upperNs);
        return true;
    }

    /// <summary>
    /// A rate: <c>20k</c> per second, or an amount per period as in <c>50/1s</c>, <c>600/m</c>, <c>1/10s</c>.
    /// </summary>
    public static bool TryParseRate(string text, out double ratePerSecond, out string error)
    {
        ratePerSecond = 0;
        int slash = text.IndexOf('/');
        string amount = slash < 0 ? text : text[..slash];
        string period = slash < 0 ? "1s" : text[(slash + 1)..].Trim();
        if (!TrySplit(amount, out decimal number, out string unit, out error)
            || !TryScale(unit, CountScale(unit), number, out decimal scaled, out error))
        {
            error = Complain(text, "a rate", error, RateHint);
            return false;
        }

        // "600/m" leaves out the 1 before the unit.
        string full = period.Length > 0 && char.IsAsciiLetter(period[0]) ? "1" + period : period;
        if (!TryParseDuration(full, out long periodNs, out _) || periodNs == 0)
        {
            error = Complain(text, "a rate", $"'{Quote(period)}' is not a period of time", RateHint);
            return false;
        }

        ratePerSecond = (double)scaled * 1e9 / periodNs;
        return true;
    }

    /// <summary>A share written with a percent sign, <c>99.9%</c>: 0.999.</summary>
    public static bool TryParsePercent(string text, out double ratio, out string error)
    {
        ratio = 0;
        string trimmed = text.Trim();
        if (!trimmed.EndsWith('%') || !TrySplit(trimmed[..^1], out decimal number, out string unit, out error)
            || unit.Length > 0)
        {
            error = Complain(text, "a percentage", "it is not a number and a percent sign", "write it such as 0.5%");
            return false;
        }

        ratio = (double)number / 100;
        return true;
    }

    private static string Complain(string text, string what, string why, string remedy) =>
        $"'{Quote(text)}' is not {what}: {why}; {remedy}";

    // Errors go to a terminal: no control characters, no screenfuls.
    internal static string Quote(string text) => Letters.Quoted(text, TextMax);

    private static bool TrySplit(string text, out decimal number, out string unit, out string error)
    {
        string trimmed = text.Trim();
        int digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] == '.'))
        {
            digits++;
        }

        unit = trimmed[digits..].Trim();
        number = 0;
        error = "";
        if (trimmed.Length == 0)
        {
            error = "it is empty";
        }
        else if (trimmed[0] == '-')
        {
            error = "it is negative";
        }
        else if (unit.StartsWith(',') || unit.StartsWith('_'))
        {
            error = "digits are not grouped here";
        }
        else if (digits == 0 || digits > TextMax
            || !decimal.TryParse(
                trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
        {
            error = "it does not begin with a number";
        }

        return error.Length == 0;
    }

    private static bool TryScale(string unit, decimal scale, decimal number, out decimal scaled, out string error)
    {
        scaled = 0;
        error = "";
        if (scale == 0)
        {
            error = $"'{Quote(unit)}' is not a unit of it";
        }
        else if (number > long.MaxValue / scale)
        {
            error = "it is too large";
        }
        else
        {
            scaled = number * scale;
        }

        return error.Length == 0;
    }

    // One number with its unit at the front of "1h30m".
    private static int PartLength(string text)
    {
        int at = 0;
        while (at < text.Length && !char.IsLetter(text[at]))
        {
            at++;
        }

        while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.')
        {
            at++;
        }

        return at;
    }

    // 0: not a unit.
    private static decimal CountScale(string unit) => unit.ToLowerInvariant() switch
    {
        "" or "b" => 1,
        "k" or "kb" => 1_000,
        "m" or "mb" => 1_000_000,
        "g" or "gb" => 1_000_000_000,
        "ki" or "kib" => 1L << 10,
        "mi" or "mib" => 1L << 20,
        "gi" or "gib" => 1L << 30,
        _ => 0,
    };

    private static decimal DurationScaleNs(string unit) => unit.ToLowerInvariant() switch
    {
        "ns" => 1,
        "us" or "\u00b5s" or "\u03bcs" => 1_000,
        "ms" => 1_000_000,
        "" or "s" => 1_000_000_000,
        "m" or "min" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => 0,
    };
}
