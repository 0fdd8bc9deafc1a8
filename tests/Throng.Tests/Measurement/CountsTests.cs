using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>One number for each counter.</summary>
public sealed class CountsTests
{
    [Fact]
    public void Every_counter_has_a_number_of_its_own()
    {
        Counts counts = default;
        foreach (Counter counter in Enum.GetValues<Counter>())
        {
            counts[counter] += (int)counter + 1;
        }

        Assert.Equal(Counts.Length, Enum.GetValues<Counter>().Length);
        Assert.All(Enum.GetValues<Counter>(), counter => Assert.Equal((int)counter + 1, counts.Of(counter)));
    }

    [Fact]
    public void Blocks_are_added_and_subtracted_number_by_number()
    {
        Counts some = default(Counts).With(Counter.Opened, 7).With(Counter.BytesSent, 2);
        Counts more = some.Plus(default(Counts).With(Counter.Opened, 3));
        Assert.Equal((10, 2), (more.Of(Counter.Opened), more.Of(Counter.BytesSent)));
        Assert.Equal(default(Counts).With(Counter.Opened, 3), more.Since(some));
        Assert.True(some != more && some == more.Since(default(Counts).With(Counter.Opened, 3)));
        more.Add(ref some);
        Assert.Equal(17, more.Of(Counter.Opened));
    }

    [Fact]
    public void Ends_are_read_before_their_beginnings()
    {
        Assert.True(Counter.Opened < Counter.Attempts);
        Assert.All(
            [Counter.MessagesAnswered, Counter.MessagesTimedOut, Counter.MessagesLost, Counter.MessagesInvalid],
            end => Assert.True(end < Counter.MessagesSent));
        Assert.True(Counter.DatagramsSent < Counter.DatagramsReceived);
        Assert.True(Counter.ExchangesCut < Counter.Opened);
    }
}
