using System.Text;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class RateProgramTests
{
    [Theory]
    [InlineData("3\n2000 100\n2000 500\n1000 50\n", "2000ms@100,2000ms@500,1000ms@50")]
    [InlineData("1 500 0", "500ms@0")]
    public void Rates_hold_for_their_durations(string program, string profile)
    {
        using MemoryStream input = new(Encoding.ASCII.GetBytes(program));
        Assert.True(RateProgram.TryReadRates(input, out RateProfile read, out string error), error);
        Assert.Equal(profile, read.ToString());
    }

    [Theory]
    [InlineData("3 3000 200 2000 0 3000 -150", "3000ms@100..700,2000ms@700,3000ms@700..250")]
    [InlineData("2 1000 -200 1000 100", "500ms@100..0,500ms@0,1000ms@0..100")] // never below 0
    public void Slopes_change_the_rate_from_where_it_is(string program, string profile)
    {
        using MemoryStream input = new(Encoding.ASCII.GetBytes(program));
        Assert.True(RateProgram.TryReadSlopes(input, 100, out RateProfile read, out string error), error);
        Assert.Equal(profile, read.ToString());
    }

    [Theory]
    [InlineData("", "the number of commands is expected first")]
    [InlineData("x", "the number of commands is expected first")]
    [InlineData("0", "0 commands are not between")]
    [InlineData("2 1000 5", "command 2 of 2 is not `duration_ms rate`")]
    [InlineData("1 1000 -5", "command 1 of 1 is not `duration_ms rate`")]
    [InlineData("1 0 5", "command 1 of 1 is not `duration_ms rate`")]
    public void What_is_no_program_is_refused_with_the_place(string program, string reason)
    {
        using MemoryStream input = new(Encoding.ASCII.GetBytes(program));
        Assert.False(RateProgram.TryReadRates(input, out _, out string error));
        Assert.Contains(reason, error);
    }

    [Fact]
    public void What_follows_the_program_stays_in_the_stream()
    {
        using MemoryStream input = new(Encoding.ASCII.GetBytes("1\n1000 5\nstatus\n"));
        Assert.True(RateProgram.TryReadRates(input, out _, out _));
        Assert.Equal("status\n", new StreamReader(input).ReadToEnd());
    }
}
