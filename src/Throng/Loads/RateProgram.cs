using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Rates over time as a program on standard input: a number K, then K pairs, with white space between all of them.
/// What follows the last pair is left in the stream.
/// </summary>
public static class RateProgram
{
    private const int CommandsMax = 1_000_000;
    private const int WordMax = 32;
    private const double DurationMaxMs = 1e12;

    /// <summary>Pairs of a duration in ms and the rate that holds for it.</summary>
    public static bool TryReadRates(Stream input, out RateProfile profile, out string error) =>
        TryRead(input, null, out profile, out error);

    /// <summary>
    /// Pairs of a duration in ms and by how much the rate changes in a second of it; a rate that would fall below 0
    /// stays there.
    /// </summary>
    public static bool TryReadSlopes(Stream input, double ratePerSecond, out RateProfile profile, out string error) =>
        TryRead(input, ratePerSecond, out profile, out error);

    private static bool TryRead(Stream input, double? startPerSecond, out RateProfile profile, out string error)
    {
        profile = RateProfile.Constant(0);
        if (!TryNext(input, out double commands) || commands != Math.Truncate(commands))
        {
            error = "stdin: the number of commands is expected first";
            return false;
        }

        if (commands is < 1 or > CommandsMax)
        {
            error = $"stdin: {commands} commands are not between 1 and {Units.Count(CommandsMax)}";
            return false;
        }

        List<RateSegment> segments = [];
        double ratePerSecond = startPerSecond ?? 0;
        for (int i = 0; i < commands; i++)
        {
            bool isRead = TryNext(input, out double ms) & TryNext(input, out double amount);
            if (!isRead || ms is <= 0 or > DurationMaxMs || (startPerSecond is null && amount < 0))
            {
                error = $"stdin: command {i + 1} of {commands} is not "
                    + (startPerSecond is null ? "`duration_ms rate`" : "`duration_ms change_per_s`");
                return false;
            }

            long durationNs = (long)(ms * 1e6);
            if (startPerSecond is null)
            {
                segments.Add(new RateSegment(durationNs, amount, amount));
            }
            else
            {
                ratePerSecond = AddSlope(segments, durationNs, ratePerSecond, amount);
            }
        }

        bool isMade = RateProfile.TryMake(segments, out profile, out error);
        error = isMade ? "" : $"stdin: {error}";
        return isMade;
    }

    /// <summary>The rate at the end of it.</summary>
    private static double AddSlope(List<RateSegment> segments, long durationNs, double fromPerSecond, double slope)
    {
        double to = fromPerSecond + (slope * durationNs / 1e9);
        if (to >= 0)
        {
            segments.Add(new RateSegment(durationNs, fromPerSecond, to));
            return to;
        }

        long untilZeroNs = (long)(fromPerSecond / -slope * 1e9);
        if (untilZeroNs > 0)
        {
            segments.Add(new RateSegment(untilZeroNs, fromPerSecond, 0));
        }

        if (untilZeroNs < durationNs)
        {
            segments.Add(new RateSegment(durationNs - untilZeroNs, 0, 0));
        }

        return 0;
    }

    /// <summary>Byte by byte, so that nothing behind the program is taken.</summary>
    private static bool TryNext(Stream input, out double number)
    {
        StringBuilder word = new();
        int next = input.ReadByte();
        while (next >= 0 && char.IsWhiteSpace((char)next))
        {
            next = input.ReadByte();
        }

        while (next >= 0 && !char.IsWhiteSpace((char)next) && word.Length < WordMax)
        {
            word.Append((char)next);
            next = input.ReadByte();
        }

        return double.TryParse(
            word.ToString(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}
