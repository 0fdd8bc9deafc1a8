using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Whether arrivals are those of a Poisson process, by two tests that a wrong one fails.</summary>
internal static class Exponential
{
    /// <summary>Critical value of Kolmogorov and Smirnov, times the root of the number, for one wrong refusal in a
    /// million.</summary>
    private const double CriticalValue = 2.7;

    /// <summary>Standard deviations of the variance of counts; one wrong refusal in a million.</summary>
    private const double DeviationsMax = 5;

    /// <summary>The greatest distance of the gaps' distribution from the exponential one of the same mean, in units of
    /// what is allowed.</summary>
    public static double Distance(IEnumerable<double> gaps, double mean)
    {
        double[] sorted = [.. gaps.Order()];
        double greatest = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = 1 - Math.Exp(-sorted[i] / mean);
            greatest = Math.Max(greatest, Math.Abs(expected - ((double)i / sorted.Length)));
            greatest = Math.Max(greatest, Math.Abs(expected - ((i + 1.0) / sorted.Length)));
        }

        return greatest * Math.Sqrt(sorted.Length) / CriticalValue;
    }

    /// <summary>How far the variance of counts in windows is from their mean, in units of what is allowed.</summary>
    public static double Dispersion(IEnumerable<long> times, long windowNs, int windows)
    {
        double[] counts = new double[windows];
        foreach (long ns in times.Where(ns => ns < windowNs * windows))
        {
            counts[ns / windowNs]++;
        }

        double mean = counts.Average();
        double variance = counts.Sum(count => (count - mean) * (count - mean)) / (windows - 1);
        return Math.Abs((variance / mean) - 1) / (DeviationsMax * Math.Sqrt(2.0 / windows));
    }

    public static IEnumerable<double> Gaps(IReadOnlyList<long> times) =>
        times.Zip(times.Skip(1), static (one, next) => (double)(next - one));
}

/// <summary>Gaps by the generator's own logarithm, and what the tests of it refuse.</summary>
public sealed class ExponentialTests
{
    [Fact]
    public void A_gap_is_the_logarithm_of_the_word()
    {
        for (ulong i = 0; i < 200_000; i++)
        {
            ulong word = SplitMix64.At(3, i);
            double expected = -Math.Log(((word >> 11) + 1.0) / (1UL << 53));
            Assert.Equal(expected, ExponentialGap.Of(word), 1e-12);
        }

        Assert.Equal(0, ExponentialGap.Of(ulong.MaxValue), 1e-15);
        Assert.InRange(ExponentialGap.Of(0), 36.7, 36.8);
        for (int bit = 1; bit <= 53; bit++)
        {
            Assert.True(ExponentialGap.Of(ulong.MaxValue << bit) >= 0, "no gap is negative");
        }
    }

    [Fact]
    public void Wrong_gaps_are_refused_and_right_ones_are_not()
    {
        double[] right = [.. Enumerable.Range(0, 20_000).Select(i => ExponentialGap.Of(SplitMix64.At(1, (ulong)i)))];
        Assert.InRange(Exponential.Distance(right, 1), 0, 1);
        IEnumerable<double> uniform = right.Select(gap => 2 * Math.Exp(-gap));
        Assert.True(Exponential.Distance(uniform, 1) > 1, "even gaps");
        IEnumerable<double> doubled = right.Chunk(2).Select(static two => two.Average());
        Assert.True(Exponential.Distance(doubled, 1) > 1, "every other arrival of twice the rate");
        Assert.True(Exponential.Distance(right.Select(gap => gap * 1.1), 1) > 1, "a rate that is 10 % too low");

        Assert.InRange(Exponential.Dispersion(Times(right), 10_000, 1_000), 0, 1);
        Assert.True(Exponential.Dispersion(Times(uniform), 10_000, 1_000) > 1, "even gaps");
        Assert.True(Exponential.Dispersion(Times(doubled), 10_000, 1_000) > 1, "every other arrival");
    }

    private static List<long> Times(IEnumerable<double> gaps)
    {
        double at = 0;
        return [.. gaps.Select(gap => (long)((at += gap) * 1_000))];
    }
}
