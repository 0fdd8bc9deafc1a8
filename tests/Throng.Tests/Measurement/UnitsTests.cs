using FsCheck;
using FsCheck.Fluent;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class UnitsTests
{
    public static TheoryData<string> Hostile => new(
        "", " ", "-", "-1", "+1", ".", "..", "1..2", "1e9", "0x10", "NaN", "Infinity", "1,000", "1_000", "k", "KiB",
        "1 k k", "10q", "1\0", "\u0661", "\ud83d", "99999999999999999999999999999999999999", new string('9', 5000),
        "1" + new string('k', 5000), "9223372036854775807d", "9999999999g", "--1s", "1s-", "1/", "/s", "1//s", "%");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500", 500)]
    [InlineData("10k", 10_000)]
    [InlineData("10K", 10_000)]
    [InlineData("1.5m", 1_500_000)]
    [InlineData("1m", 1_000_000)]
    [InlineData(" 2 g ", 2_000_000_000)]
    [InlineData("64KiB", 65_536)]
    [InlineData("64ki", 65_536)]
    [InlineData("1.5MiB", 1_572_864)]
    [InlineData("100kB", 100_000)]
    [InlineData("12B", 12)]
    [InlineData("0.001k", 1)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Counts_are_read(string text, long expected)
    {
        Assert.True(Units.TryParseCount(text, out long count, out string error), error);
        Assert.Equal(expected, count);
    }

    [Theory]
    [InlineData("1.5", "it is not a whole number")]
    [InlineData("10q", "'q' is not a unit of it")]
    [InlineData("-1", "it is negative")]
    [InlineData("1,000", "digits are not grouped here")]
    [InlineData("9223372036854775808", "it is too large")]
    [InlineData("9999999999g", "it is too large")]
    [InlineData("abc", "it does not begin with a number")]
    [InlineData("", "it is empty")]
    public void A_wrong_count_is_told_why(string text, string why)
    {
        Assert.False(Units.TryParseCount(text, out _, out string error));
        Assert.Equal(
            $"'{text}' is not a count: {why}; write a number such as 500, 10k, 1.5m or 64KiB "
            + "(k, m, g are powers of 1000; KiB, MiB, GiB of 1024)",
            error);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("30", 30_000_000_000)]
    [InlineData("0.5", 500_000_000)]
    [InlineData("250ms", 250_000_000)]
    [InlineData("30s", 30_000_000_000)]
    [InlineData("5m", 300_000_000_000)]
    [InlineData("5min", 300_000_000_000)]
    [InlineData("1h", 3_600_000_000_000)]
    [InlineData("1.5h", 5_400_000_000_000)]
    [InlineData("1h30m", 5_400_000_000_000)]
    [InlineData("1d", 86_400_000_000_000)]
    [InlineData("10us", 10_000)]
    [InlineData("10\u00b5s", 10_000)]
    [InlineData("7ns", 7)]
    [InlineData("250 MS", 250_000_000)]
    public void Durations_are_read(string text, long expectedNs)
    {
        Assert.True(Units.TryParseDuration(text, out long durationNs, out string error), error);
        Assert.Equal(expectedNs, durationNs);
    }

    [Theory]
    [InlineData("5x", "'x' is not a unit of it")]
    [InlineData("-5s", "it is negative")]
    [InlineData("0.5ns", "it is finer than a nanosecond")]
    [InlineData("1m1h", "its parts do not go from the larger unit to the smaller")]
    [InlineData("1h30", "its last part has no unit")]
    [InlineData("300000d", "it is too large")]
    [InlineData("106751d24h", "it is too long")]
    [InlineData("", "it is empty")]
    public void A_wrong_duration_is_told_why(string text, string why)
    {
        Assert.False(Units.TryParseDuration(text, out _, out string error));
        Assert.StartsWith($"'{text}' is not a duration: {why}; write ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30s-60s", 30, 60)]
    [InlineData("30s", 30, 30)]
    [InlineData("1-2", 1, 2)]
    [InlineData("0 - 1m", 0, 60)]
    public void Ranges_are_read(string text, long minSeconds, long maxSeconds)
    {
        Assert.True(Units.TryParseDurationRange(text, out long minNs, out long maxNs, out string error), error);
        Assert.Equal((minSeconds * 1_000_000_000, maxSeconds * 1_000_000_000), (minNs, maxNs));
    }

    [Fact]
    public void A_range_that_ends_before_it_begins_is_refused()
    {
        Assert.False(Units.TryParseDurationRange("60s-30s", out _, out _, out string error));
        Assert.Contains("ends before it begins", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20k", 20_000)]
    [InlineData("0.5", 0.5)]
    [InlineData("50/1s", 50)]
    [InlineData("600/m", 10)]
    [InlineData("1/10s", 0.1)]
    [InlineData("1k/100ms", 10_000)]
    public void Rates_are_read(string text, double expected)
    {
        Assert.True(Units.TryParseRate(text, out double ratePerSecond, out string error), error);
        Assert.Equal(expected, ratePerSecond, tolerance: 1e-12);
    }

    [Theory]
    [InlineData("5/0s")]
    [InlineData("5/")]
    [InlineData("/s")]
    [InlineData("5/x")]
    public void A_wrong_rate_is_refused(string text)
    {
        Assert.False(Units.TryParseRate(text, out _, out string error));
        Assert.StartsWith($"'{text}' is not a rate: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_text_is_refused_in_one_readable_line(string text)
    {
        bool[] read =
        [
            Units.TryParseCount(text, out _, out string countError),
            Units.TryParseDuration(text, out _, out string durationError),
            Units.TryParseDurationRange(text, out _, out _, out string rangeError),
            Units.TryParseRate(text, out _, out string rateError),
            Units.TryParsePercent(text, out _, out string percentError),
        ];
        string[] errors = [countError, durationError, rangeError, rateError, percentError];
        Assert.All(read.Zip(errors), pair =>
        {
            Assert.Equal(pair.First, pair.Second.Length == 0);
            Assert.InRange(pair.Second.Length, 0, 250);
            Assert.DoesNotContain(pair.Second, char.IsControl);
        });
        Assert.True(read.Count(isRead => isRead) <= 1, "at most one reading: 9999999999g is a rate");
    }

    [Fact]
    public void No_text_makes_a_parser_throw() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        Arb.From(Gen.Elements("", "5", "1h", "1k/", "30s-", "lag > ", "messages.lost < 1%")),
        (anything, before) =>
        {
            string text = before + anything.Get;
            _ = Units.TryParseCount(text, out _, out _);
            _ = Units.TryParseDuration(text, out _, out _);
            _ = Units.TryParseDurationRange(text, out _, out _, out _);
            _ = Units.TryParseRate(text, out _, out _);
            _ = Units.TryParsePercent(text, out _, out _);
            _ = Threshold.TryParse(text, out _, out _);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(999, "999 ns")]
    [InlineData(1_234, "1.23 us")]
    [InlineData(999_499, "999 us")]
    [InlineData(999_500, "1.00 ms")]
    [InlineData(1_230_000, "1.23 ms")]
    [InlineData(45_600_000, "45.6 ms")]
    [InlineData(1_234_000_000, "1.23 s")]
    [InlineData(1.5, "1.50 ns")]
    [InlineData(30_000_000, "30.0 ms")]
    public void Latencies_have_three_digits(double latencyNs, string expected) =>
        Assert.Equal(expected, Units.Latency(latencyNs));

    [Theory]
    [InlineData(350_000_000, "350 ms")]
    [InlineData(5_000_000_000, "5.0 s")]
    [InlineData(59_970_000_000, "1 min")]
    [InlineData(125_000_000_000, "2 min 5 s")]
    [InlineData(3_600_000_000_000, "1 h")]
    [InlineData(12_000_000_000_000, "3 h 20 min")]
    public void Durations_are_written(long durationNs, string expected) =>
        Assert.Equal(expected, Units.Duration(durationNs));

    [Fact]
    public void Other_amounts_are_written()
    {
        Assert.Equal("98,412", Units.Count(98_412));
        Assert.Equal("512 B", Units.Bytes(512));
        Assert.Equal("1.50 KiB", Units.Bytes(1536));
        Assert.Equal("3.00 GiB", Units.Bytes(3L << 30));
        Assert.Equal("19,998/s", Units.Rate(19_998.4));
        Assert.Equal("1.25/s", Units.Rate(1.25));
        Assert.Equal("99.9 %", Units.Percent(0.999));
        Assert.Equal("<0.001 %", Units.Percent(1e-9));
        Assert.Equal("0 %", Units.Percent(0));
        Assert.Equal("99.999 %", Units.Percent(1 - 1e-9));
        Assert.Equal("100 %", Units.Percent(1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_not_known_is_a_dash(double amount)
    {
        Assert.Equal("-", Units.Rate(amount));
        Assert.Equal("-", Units.Latency(amount));
        Assert.Equal("-", Units.Bytes(amount));
        Assert.Equal("-", Units.Percent(amount));
    }

    [Theory]
    [InlineData("a\u202eb", "a\\u{202e}b")] // turns the direction
    [InlineData("a\u2066b\u200f", "a\\u{2066}b\\u{200f}")]
    [InlineData("a\u200bb\u2028", "a\\u{200b}b\\u{2028}")] // hides; ends a line
    [InlineData("\u001b[2Jé", "\\u{1b}[2Jé")]
    [InlineData("a\tb\n", "a\\u{9}b\\u{a}")]
    [InlineData("\U0001f600\U000e0041", "\U0001f600\\u{e0041}")] // a tag, which hides
    [InlineData("\u3164\ufe0f\u2800", "\\u{3164}\\u{fe0f}\\u{2800}")] // leave no mark
    public void Letters_that_do_not_show_themselves_are_escaped(string text, string plain)
    {
        Assert.Equal(plain, Letters.Plain(text));
        Assert.Equal(plain, Text.Plain(text));
    }

    [Fact]
    public void Half_a_letter_is_escaped_and_none_is_cut_in_half()
    {
        Assert.Equal("x\\u{d83d}", Letters.Plain("x" + '\ud83d'));
        Assert.Equal("aaa...", Letters.Quoted("aaa\U0001f600b", 4));
        Assert.Equal("a b c", Letters.Line("a\tb\nc"));
        Assert.Equal("a\n\\u{1b}b", Letters.Lines("a\n\u001bb"));
    }

    [Theory]
    [InlineData("8mbit", 1_000_000, "977 KiB/s (8.00 Mbit/s)")]
    [InlineData("8Mbit/s", 1_000_000, "977 KiB/s (8.00 Mbit/s)")]
    [InlineData("10Mbps", 1_250_000, "1.19 MiB/s (10.0 Mbit/s)")]
    [InlineData("1gbit", 125_000_000, "119 MiB/s (1.00 Gbit/s)")]
    [InlineData("1.5 kbits", 188, "188 B/s (1.50 kbit/s)", false)]
    [InlineData("64kbit", 8_000, "7.81 KiB/s (64.0 kbit/s)")]
    [InlineData("100KiB", 102_400, "100 KiB/s (819 kbit/s)")]
    [InlineData("2MB/s", 2_000_000, "1.91 MiB/s (16.0 Mbit/s)")]
    [InlineData("2MBps", 2_000_000, "1.91 MiB/s (16.0 Mbit/s)")]
    [InlineData("1m", 1_000_000, "977 KiB/s (8.00 Mbit/s)")]
    [InlineData("8bit", 1, "1 B/s (8 bit/s)")]
    public void A_bandwidth_is_bits_or_bytes_and_written_as_both(
        string text, long bytes, string written, bool isWhole = true)
    {
        Assert.Equal(isWhole, Units.TryParseBandwidth(text, out long read, out string error));
        Assert.Equal(isWhole ? bytes : 0, read);
        Assert.Equal(isWhole, error.Length == 0);
        Assert.Equal(written, isWhole ? Units.Bandwidth(bytes) : written);
    }
}
