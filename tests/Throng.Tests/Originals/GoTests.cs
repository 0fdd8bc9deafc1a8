using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>Words, numbers and times as Go's packages read and print them.</summary>
public sealed class GoTests
{
    private static readonly GoFlag[] Flags =
    [
        new("nconn", GoKind.Integer, "1", "connections"), new("rate", GoKind.Float, "10", "rate"),
        new("udp", GoKind.Flag, "false", "datagrams"), new("on", GoKind.Flag, "true", "on"),
        new("timeout", GoKind.Duration, "10s", "time"), new("address", GoKind.Text, "[::1]:5003", "where"),
    ];

    [Theory]
    [InlineData("-nconn", "5")]
    [InlineData("-nconn=5")]
    [InlineData("--nconn", "5")]
    [InlineData("--nconn=5")]
    [InlineData("--nconn=0x5")]
    public void A_flag_has_one_dash_or_two_and_its_value_after_a_sign_or_behind(params string[] words)
    {
        GoFlags given = Read(words);
        Assert.Null(given.Refusal);
        Assert.Equal(5, given.Integer("nconn"));
        Assert.Equal(10, given.Float("rate"));
    }

    [Theory]
    [InlineData(1_500_881_601, "1.5008816010000001")]
    [InlineData(2_501_313_830, "2.50131383")]
    [InlineData(-1_500_881_601, "-1.5008816010000001")]
    [InlineData(999_999_999, "0.999999999")]
    [InlineData(0, "0")]
    public void Seconds_of_a_duration_are_whole_ones_and_a_fraction(long ns, string text) =>
        Assert.Equal(text, GoText.Number(GoText.Seconds(ns)));

    [Fact]
    public void A_boolean_takes_its_value_after_a_sign_only_and_the_first_other_word_ends_the_flags()
    {
        GoFlags given = Read("-udp", "-on=false", "rest", "-nconn", "5");
        Assert.True(given.IsOn("udp"));
        Assert.False(given.IsOn("on"));
        Assert.Equal(1, given.Integer("nconn"));
        Assert.Equal(["rest", "-nconn", "5"], given.Rest);
        Assert.Equal(["-udp"], Read("--", "-udp").Rest);
        Assert.Equal(["false"], Read("-udp", "false").Rest);
    }

    [Theory]
    [InlineData("flag provided but not defined: -foo", "-foo")]
    [InlineData("flag provided but not defined: -foo", "--foo=3")]
    [InlineData("invalid value \"x\" for flag -nconn: parse error", "-nconn", "x")]
    [InlineData("invalid value \"99999999999999999999\" for flag -nconn: value out of range",
        "-nconn=99999999999999999999")]
    [InlineData("invalid value \"5\" for flag -timeout: parse error", "-timeout", "5")]
    [InlineData("invalid value \"1e999\" for flag -rate: value out of range", "-rate", "1e999")]
    [InlineData("invalid boolean value \"maybe\" for -udp: parse error", "-udp=maybe")]
    [InlineData("flag needs an argument: -rate", "-rate")]
    [InlineData("bad flag syntax: ---rate", "---rate", "3")]
    public void What_is_wrong_is_said_with_the_usage_and_ends_with_2(string says, params string[] words)
    {
        Reading refusal = Read(words).Refusal!;
        Assert.Equal((2, says), (refusal.ExitCode, refusal.Errors[0]));
        Assert.StartsWith("Usage of prog:\n  -address string\n    \twhere (default \"[::1]:5003\")\n",
            refusal.Errors[1], StringComparison.Ordinal);
        Assert.Contains("\n  -udp\n    \tdatagrams", refusal.Errors[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    public void Help_is_no_error(string word)
    {
        Reading refusal = Read(word).Refusal!;
        Assert.Equal(0, refusal.ExitCode);
        Assert.StartsWith("Usage of prog:", Assert.Single(refusal.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1m", 60_000_000_000)]
    [InlineData("1h2m3.5s", 3_723_500_000_000)]
    [InlineData("300ms", 300_000_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("-1us", -1000)]
    [InlineData("0", 0)]
    public void Durations(string text, long ns)
    {
        Assert.True(GoValue.TryDuration(text, out long read));
        Assert.Equal(ns, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("1d")]
    [InlineData("9999999999h")]
    public void What_is_no_duration(string text) => Assert.False(GoValue.TryDuration(text, out _));

    [Theory]
    [InlineData(1.50131383, "1.50131383")]
    [InlineData(0.5, "0.5")]
    [InlineData(0, "0")]
    [InlineData(100, "100")]
    [InlineData(-12.25, "-12.25")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(123456.789, "123456.789")]
    [InlineData(1e6, "1e+06")]
    [InlineData(488281239, "4.88281239e+08")]
    [InlineData(1e21, "1e+21")]
    [InlineData(2.5e-7, "2.5e-07")]
    public void Numbers_are_as_short_as_they_can_be(double number, string text)
    {
        Assert.Equal(text, GoText.Number(number));
        Assert.Equal(number, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void In_JSON_exponents_begin_later()
    {
        Assert.Equal("123456789012345680000", GoText.JsonNumber(123456789012345680000.0));
        Assert.Equal("1e+21", GoText.JsonNumber(1e21));
        Assert.Equal("0.00001", GoText.JsonNumber(0.00001));
        Assert.Equal("2.5e-7", GoText.JsonNumber(2.5e-7));
        Assert.Equal("\"1-\\u003e2 \\\"\\\\\\n\\u0026\\u0001é\"", GoText.JsonText("1->2 \"\\\n&\u0001é"));
    }

    [Fact]
    public void Times_have_the_decimals_they_need_and_their_zone()
    {
        DateTimeOffset at = new(2019, 1, 21, 8, 40, 8, TimeSpan.Zero);
        Assert.Equal("2019-01-21T08:40:08Z", GoText.Time(at));
        Assert.Equal("2019-01-21T08:40:08.2934748Z", GoText.Time(at.AddTicks(2_934_748)));
        Assert.Equal("2019-01-21T10:40:08.5+02:00", GoText.Time(at.AddMilliseconds(500).ToOffset(new(2, 0, 0))));
    }

    [Theory]
    [InlineData("[1000::1]:5003", "1000::1", "5003", "")]
    [InlineData(":5003", "", "5003", "")]
    [InlineData("a.b:http", "a.b", "http", "")]
    [InlineData("foo", "", "", "address foo: missing port in address")]
    [InlineData("[::1]", "", "", "address [::1]: missing port in address")]
    [InlineData("5000::1", "", "", "address 5000::1: too many colons in address")]
    public void An_address_is_split_at_its_last_colon(string address, string host, string port, string error)
    {
        bool isSplit = GoAddress.TrySplit(address, out string readHost, out string readPort, out string why);
        Assert.Equal(error.Length == 0, isSplit);
        Assert.Equal((host, port, error), (readHost, readPort, why));
    }

    private static GoFlags Read(params string[] words)
    {
        GoFlags given = new("prog", Flags);
        given.Read(words);
        return given;
    }
}
