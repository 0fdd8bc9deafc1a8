using System.Globalization;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>How the values of options are read: each kind of amount, with the bounds of one option.</summary>
public static class Kinds
{
    /// <summary>From here on a moment is so many nanoseconds away that 63 bits may not hold them.</summary>
    private const int MomentYearEnd = 2200;

    public static bool Flag(string text, out bool value, out string error)
    {
        value = true;
        error = "";
        return text.Length > 0;
    }

    public static bool Path(string text, out string value, out string error)
    {
        value = text;
        error = text.Length == 0 ? "a path is needed" : text.Contains('\0') ? "a path has no NUL in it" : "";
        return error.Length == 0;
    }

    public static bool Word(string text, out string value, out string error)
    {
        value = text;
        error = text.Length == 0 ? "it is empty" : "";
        return text.Length > 0;
    }

    /// <summary>A number of bytes, such as 64 or 16KiB.</summary>
    public static Reading<long> Bytes(long min, long max) => Whole(min, max, number => Units.Bytes(number));

    /// <summary>Bytes per second, such as 8mbit or 100KiB.</summary>
    public static Reading<long> Bandwidth(long min, long max) => (string text, out long value, out string error) =>
    {
        if (Units.TryParseBandwidth(text, out value, out error) && (value < min || value > max))
        {
            error = $"'{Text.Plain(text)}' is not between {Units.Bandwidth(min)} and {Units.Bandwidth(max)}";
        }

        return error.Length == 0;
    };

    public static Reading<long> Count(long min, long max) => Whole(min, max, Units.Count);

    private static Reading<long> Whole(long min, long max, Func<long, string> write) =>
        (string text, out long value, out string error) =>
        {
            if (Units.TryParseCount(text, out value, out error) && (value < min || value > max))
            {
                error = $"'{Text.Plain(text)}' is not between {write(min)} and {write(max)}";
            }

            return error.Length == 0;
        };

    /// <summary>A nice value, -20 to 19.</summary>
    public static bool Nice(string text, out int value, out string error)
    {
        bool isRead = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value is >= -20 and <= 19;
        error = isRead ? "" : $"'{Text.Plain(text)}' is not a nice value, -20 (goes first) to 19";
        return isRead;
    }

    /// <summary>Two ports and a dash between them, or one port.</summary>
    public static bool Ports(string text, out PortRange value, out string error)
    {
        int dash = text.IndexOf('-');
        string low = dash < 0 ? text : text[..dash];
        string high = dash < 0 ? text : text[(dash + 1)..];
        bool isRead = ushort.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            & ushort.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out ushort last);
        value = new PortRange(first, last);
        error = isRead && first > 0 && first <= last
            ? ""
            : $"'{Text.Plain(text)}' is not a range of ports, such as 20000-59999";
        return error.Length == 0;
    }

    /// <summary>A duration of at least <paramref name="minNs"/>; the shortest allowed is said as it is
    /// written.</summary>
    public static Reading<long> Duration(long minNs, long maxNs, string bounds) =>
        (string text, out long value, out string error) =>
        {
            if (Units.TryParseDuration(text, out value, out error) && (value < minNs || value > maxNs))
            {
                error = $"'{Text.Plain(text)}' is not {bounds}";
            }

            return error.Length == 0;
        };

    public static bool Interval(string text, out DurationRange value, out string error)
    {
        bool isRead = Units.TryParseDurationRange(text, out long minNs, out long maxNs, out error);
        value = new DurationRange(minNs, maxNs);
        error = isRead && minNs == 0 ? $"'{Text.Plain(text)}': an interval is longer than 0" : error;
        return error.Length == 0;
    }

    public static bool Rate(string text, out double value, out string error) =>
        RateProfile.TryParseRate(text, out value, out error);

    /// <summary>Rates over time, as they were written.</summary>
    public static bool Profile(string text, out string value, out string error)
    {
        value = text;
        return RateProfile.TryParse(text, out _, out error);
    }

    /// <summary>A percentage, as a share of 1.</summary>
    public static bool Ratio(string text, out double value, out string error) =>
        Units.TryParsePercent(text, out value, out error);

    /// <summary>A plain number.</summary>
    public static Reading<double> Number(double min, double max) => (string text, out double value, out string error) =>
    {
        bool isRead = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max;
        error = isRead ? "" : $"'{Text.Plain(text)}' is not a number from {min} to {max}";
        return isRead;
    };

    public static bool Seed(string text, out ulong value, out string error)
    {
        bool isRead = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        error = isRead ? "" : $"'{Text.Plain(text)}' is not a whole number up to {ulong.MaxValue}";
        return isRead;
    }

    /// <summary>One of several parts, counted from 1: <c>2/5</c>.</summary>
    public static bool Share(string text, out HostShare value, out string error)
    {
        string[] parts = text.Split('/');
        value = default;
        bool isRead = parts.Length == 2
            & int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int part)
            & int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        if (isRead && part >= 1 && part <= count && count <= HostShare.CountMax)
        {
            value = new HostShare(part - 1, count);
            error = "";
            return true;
        }

        error = $"'{Text.Plain(text)}' is not a part of a plan: write 1/3, 2/3 and 3/3 for three parts, at most "
            + $"{HostShare.CountMax}";
        return false;
    }

    /// <summary>A moment as RFC 3339 has it.</summary>
    public static bool Moment(string text, out DateTimeOffset value, out string error)
    {
        bool isRead = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out value)
            && text.Contains('T', StringComparison.OrdinalIgnoreCase)
            && (text.EndsWith("Z", StringComparison.OrdinalIgnoreCase) || text.LastIndexOfAny(['+', '-']) > 10);
        error = !isRead ? $"'{Text.Plain(text)}' is no time: write it with its offset, such as "
                + "2030-01-31T12:00:00Z or 2030-01-31T12:00:00.250+01:00"
            : value.Year >= MomentYearEnd ? $"'{Text.Plain(text)}' is later than any run: write a year before "
                + $"{MomentYearEnd}"
            : "";
        return error.Length == 0;
    }

    /// <summary>A condition on a metric, such as <c>response.p99 > 20ms</c>.</summary>
    // What an error quotes goes to a terminal: what is not plain is no condition, and is read as what is shown.
    public static bool Threshold(string text, out Threshold value, out string error) =>
        Measurement.Threshold.TryParse(Text.Plain(text), out value, out error);

    /// <summary>A condition on what lies between two runs, such as <c>response.p99 > +10%</c>.</summary>
    public static bool DifferenceThreshold(string text, out DifferenceThreshold value, out string error) =>
        Measurement.DifferenceThreshold.TryParse(Text.Plain(text), out value, out error);

    /// <summary>One of a few words.</summary>
    public static Reading<string> OneOf(params string[] words) => new WordReading(words).TryRead;
}

/// <summary>From one duration to another, both included.</summary>
public readonly record struct DurationRange(long MinNs, long MaxNs);
