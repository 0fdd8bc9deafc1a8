using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Originals;

namespace Throng.Fuzz;

/// <summary>Amounts as people write them: rates over time, durations, counts, conditions.</summary>
internal static class AmountTargets
{
    private static readonly Counting[] Readings =
    [
        text => (Units.TryParseCount(text, out long count, out string error) && count >= 0, error),
        text => (Units.TryParseDuration(text, out long ns, out string error) && ns >= 0, error),
        text => (Units.TryParseDurationRange(text, out long min, out long max, out string error)
            && min >= 0 && min <= max, error),
        text => (Units.TryParseRate(text, out double rate, out string error) && rate >= 0, error),
        text => (Units.TryParseBandwidth(text, out long bytes, out string error) && bytes >= 0, error),
        text => (Units.TryParsePercent(text, out double ratio, out string error) && ratio >= 0, error),
        text => (Kinds.Threshold(text, out Threshold _, out string error), error),
        text => (Kinds.DifferenceThreshold(text, out DifferenceThreshold _, out string error), error),
        text => (Kinds.Nice(text, out int nice, out string error) && nice is >= -20 and <= 19, error),
        text => (Kinds.Ports(text, out PortRange ports, out string error) && ports.Count > 0, error),
        text => (Kinds.Seed(text, out _, out string error), error),
        text => (Kinds.Share(text, out HostShare share, out string error) && share.Count > share.Index, error),
        text => (Kinds.Moment(text, out DateTimeOffset at, out string error)
            && at - DateTimeOffset.UnixEpoch < TimeSpan.FromDays(100_000), error),
        text => (Kinds.Interval(text, out DurationRange range, out string error) && range.MinNs > 0, error),
        text => (Kinds.Number(-1e9, 1e9)(text, out double number, out string error) && double.IsFinite(number), error),
    ];

    private delegate (bool IsRead, string Error) Counting(string text);

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("amounts", ReadAmount)
        {
            BytesMax = 256,
            Rounds = 500,
            Words = ["10k", "1h30m", "250ms", "64KiB", "8mbit", "/s", "50/1s", "99.9%", "response.p99 > 20ms", "ns",
                "messages.lost", "connections.held", ">=", "!=", "2030-01-31T12:00:00Z", "+01:00", "1/3", "-", "µs"],
        },
        new("rates", ReadProfile)
        {
            BytesMax = 512,
            Words = ["10s@1k", ",", "..", "@", "5m", "9223372036854775807ns", "0", "100000d", "1h30m"],
        },
        new("rate-programs", ReadProgram)
        {
            BytesMax = 512,
            Words = ["NaN", "Infinity", "-Infinity", "1000 500 ", "-0", ".5", "1e9", "\n", "1000000000000 "],
        },
    ];

    /// <summary>The first byte says which amount it is.</summary>
    private static void ReadAmount(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty)
        {
            (bool isRead, string error) = Readings[input[0] % Readings.Length](Property.Text(input[1..]));
            Property.IsRefusal(isRead, error);
        }
    }

    private static void ReadProfile(ReadOnlySpan<byte> input)
    {
        bool isRead = Kinds.Profile(Property.Text(input), out string written, out string error);
        Property.IsRefusal(isRead, error);
        if (isRead && RateProfile.TryParse(written, out RateProfile profile, out _))
        {
            CanBeKept(profile);
        }
    }

    /// <summary>The first byte says whether the numbers are rates or slopes, and whose program it is.</summary>
    private static void ReadProgram(ReadOnlySpan<byte> input)
    {
        bool isSlopes = !input.IsEmpty && (input[0] & 1) != 0;
        if (!input.IsEmpty && (input[0] & 2) != 0)
        {
            byte[] words = input[1..].ToArray();
            RateProfile? read = isSlopes
                ? RateCommands.Slopes(words, 1000, out string wrong)
                : RateCommands.Rates(words, out wrong);
            Property.IsRefusal(read is not null, wrong);
            CanBeKept(read ?? RateProfile.Constant(0));
            return;
        }

        using MemoryStream text = new(input.IsEmpty ? [] : input[1..].ToArray());
        bool isRead = isSlopes
            ? RateProgram.TryReadSlopes(text, 1000, out RateProfile profile, out string error)
            : RateProgram.TryReadRates(text, out profile, out error);
        Property.IsRefusal(isRead, error);
        if (isRead)
        {
            CanBeKept(profile);
        }
    }

    /// <summary>Times go on from stretch to stretch, rates and counts are numbers, arrivals come in order.</summary>
    private static void CanBeKept(RateProfile profile)
    {
        long startNs = 0;
        for (int i = 0; i < profile.Segments.Count; i++)
        {
            RateSegment segment = profile.Segments[i];
            Property.Holds(segment.FromPerSecond >= 0 && segment.ToPerSecond >= 0, "a rate is no number");
            Property.Holds(
                segment.FromPerSecond <= RateProfile.PerSecondMax && segment.ToPerSecond <= RateProfile.PerSecondMax,
                "a rate is more than a schedule is kept of");
            Property.Holds(profile.EndNs(i) > startNs, "a stretch ends before it begins");
            Property.Holds(profile.RateAt(startNs) >= 0, "a rate at a time is no number");
            startNs = profile.EndNs(i);
        }

        Property.Holds(profile.Count >= 0, "the number of arrivals is none");
        int hint = 0;
        long atNs = 0;
        for (int i = 0; i < 100 && atNs < long.MaxValue; i++)
        {
            long nextNs = profile.TimeOf(i, ref hint);
            Property.Holds(nextNs >= atNs, "an arrival comes before the one before it");
            Property.Holds(nextNs == long.MaxValue || nextNs < startNs, "an arrival comes after the end");
            atNs = nextNs;
        }
    }
}
