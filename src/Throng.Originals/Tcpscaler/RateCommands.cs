using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>Rates over time as tcpclient reads them: a count, then so many pairs, with white space between.</summary>
public static class RateCommands
{
    private const int CommandsMax = 256;
    private const string ParseError = "Error parsing command input";

    /// <summary>Pairs of a duration in ms and a rate.</summary>
    /// <param name="error">What is wrong, in tcpclient's words; empty when nothing is.</param>
    public static RateProfile? Rates(byte[] input, out string error) => Read(input, null, out error);

    /// <summary>Pairs of a duration in ms and by how much the rate changes in a second; never below 0.</summary>
    public static RateProfile? Slopes(byte[] input, long startPerSecond, out string error) =>
        Read(input, startPerSecond, out error);

    private static RateProfile? Read(byte[] input, long? startPerSecond, out string error)
    {
        string[] words = Encoding.UTF8.GetString(input)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        long count = 0;
        error = words.Length == 0 || !TryNumber(words[0], out count)
            ? "Error: expected number of commands on first line of stdin"
            : count > CommandsMax ? $"Error: maximum number of allowed commands is {CommandsMax}"
            : count < 1 ? "Error: at least one command expected"
            : words.Length < 1 + (2 * count) ? ParseError
            : "";
        List<RateSegment> segments = [];
        double perSecond = startPerSecond ?? 0;
        for (int i = 0; i < count && error.Length == 0; i++)
        {
            bool isRead = TryNumber(words[1 + (2 * i)], out long ms) & TryNumber(words[2 + (2 * i)], out long amount);
            if (!isRead || ms is < 1 or > long.MaxValue / Ns.Millisecond / CommandsMax
                || (startPerSecond is null && amount < 0))
            {
                error = $"{ParseError}: command {i + 1} of {count} is no duration in ms and a "
                    + (startPerSecond is null ? "rate" : "slope");
            }
            else if (startPerSecond is null)
            {
                segments.Add(new RateSegment(ms * Ns.Millisecond, amount, amount));
            }
            else
            {
                perSecond = AddSlope(segments, ms * Ns.Millisecond, perSecond, amount);
            }
        }

        if (error.Length > 0)
        {
            return null;
        }

        bool isMade = RateProfile.TryMake(segments, out RateProfile profile, out string why);
        error = isMade ? "" : $"{ParseError}: {why}";
        return isMade ? profile : null;
    }

    /// <summary>The rate at its end.</summary>
    private static double AddSlope(List<RateSegment> segments, long durationNs, double fromPerSecond, long slope)
    {
        double to = fromPerSecond + (slope * (durationNs / 1e9));
        if (to >= 0)
        {
            segments.Add(new RateSegment(durationNs, fromPerSecond, to));
            return to;
        }

        long fallingNs = Math.Min(durationNs - 1, (long)(fromPerSecond / -slope * 1e9));
        if (fallingNs > 0)
        {
            segments.Add(new RateSegment(fallingNs, fromPerSecond, 0));
        }

        segments.Add(new RateSegment(durationNs - Math.Max(0, fallingNs), 0, 0));
        return 0;
    }

    private static bool TryNumber(string word, out long number) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
