using FsCheck;
using FsCheck.Fluent;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class PrngTests
{
    [Fact]
    public void SplitMix64_gives_the_published_sequence()
    {
        // Vigna's splitmix64.c with x = 1234567, as on Rosetta Code.
        ulong state = 1234567;
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431];
        Assert.All(expected, word => Assert.Equal(word, SplitMix64.Next(ref state)));
        Assert.Equal(expected[2], SplitMix64.At(1234567, 2));
    }

    [Fact]
    public void A_seed_repeats_and_another_one_differs()
    {
        Prng first = new(1);
        Prng again = first;
        Prng other = new(2);
        ulong[] words = [first.NextULong(), first.NextULong(), first.NextULong()];
        Assert.All(words, word => Assert.Equal(word, again.NextULong()));
        Assert.NotEqual(words[0], other.NextULong());
    }

    [Fact]
    public void A_number_lies_within_its_range() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>(),
        ArbMap.Default.ArbFor<long>(),
        ArbMap.Default.ArbFor<ulong>(),
        (left, right, seed) =>
        {
            Prng random = new(seed);
            long value = random.NextInRange(Math.Min(left, right), Math.Max(left, right));
            double fraction = random.NextDouble();
            return value >= Math.Min(left, right) && value <= Math.Max(left, right) && fraction is >= 0 and < 1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_value_of_a_range_is_equally_likely()
    {
        Prng random = new(3);
        int[] seen = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            seen[random.NextInRange(-2, 3) + 2]++;
        }

        // 5 standard deviations: sqrt(60000 x 1/6 x 5/6) = 91.
        Assert.All(seen, count => Assert.InRange(count, 10_000 - 455, 10_000 + 455));
        _ = random.NextInRange(long.MinValue, long.MaxValue);
    }
}
