using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class NearestTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("rate", "raet", 1)]
    [InlineData("Rate", "rate", 0)]
    [InlineData("ca", "abc", 3)]
    public void Edits_are_counted(string left, string right, int expected)
    {
        Assert.Equal(expected, Nearest.Distance(left, right));
        Assert.Equal(expected, Nearest.Distance(right, left));
    }

    [Theory]
    [InlineData("--conections", "--connections")]
    [InlineData("hodl", "hold")]
    [InlineData("--rat", "--rate")]
    [InlineData("xyzzy", null)]
    [InlineData("ab", null)]
    public void The_nearest_is_found_if_it_is_near(string name, string? expected) =>
        Assert.Equal(expected, Nearest.To(name, ["hold", "--connections", "--rate", "--target", "zq"]));
}
