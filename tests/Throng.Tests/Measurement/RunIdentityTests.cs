using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Ids of runs: different from each other, and in the order of their starts.</summary>
public sealed class RunIdentityTests
{
    [Fact]
    public void An_id_is_a_UUID_of_version_7_with_the_time_in_front()
    {
        DateTimeOffset now = new(2026, 11, 29, 3, 4, 5, 678, TimeSpan.Zero);
        Guid id = Guid.Parse(RunIdentity.NewId(now));
        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.Equal(now.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Fact]
    public void No_two_are_alike_and_later_ones_sort_behind()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddDays(20_000);
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => RunIdentity.NewId(now)).Distinct().Count());
        Assert.True(string.CompareOrdinal(RunIdentity.NewId(now), RunIdentity.NewId(now.AddMilliseconds(1))) < 0);
    }
}
