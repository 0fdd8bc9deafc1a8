using System.Globalization;
using FsCheck.Fluent;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class TicksTests
{
    public static TheoryData<AxisScale, double, double, int, string> Known { get; } = new()
    {
        { AxisScale.Linear, 0, 1, 6, "0 0.2 0.4 0.6 0.8 1" },
        { AxisScale.Linear, 0.997, 1, 5, "0.997 0.998 0.999 1" },
        { AxisScale.Linear, -3, 12, 5, "-5 0 5 10 15" },
        { AxisScale.Linear, 0, 0, 5, "0 0.5 1" },
        { AxisScale.Linear, 100, 100, 4, "50 100 150" },
        { AxisScale.Log, 50, 1_200, 8, "50 100 200 500 1000 2000" },
        { AxisScale.Log, 1, 1e9, 12, "1 10 100 1000 10000 100000 1000000 10000000 100000000 1000000000" },
        { AxisScale.Log, 1, 1e9, 5, "1 1000 1000000 1000000000" },
        { AxisScale.Log, 110, 180, 10, "110 120 130 140 150 160 170 180" },
        { AxisScale.Log, 7, 7, 8, "2 5 10 20" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Are_as_people_would_choose(AxisScale scale, double min, double max, int countMax, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', Ticks.Choose(scale, min, max, countMax)
            .Select(tick => tick.ToString("0.######", CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData(AxisScale.Linear)]
    [InlineData(AxisScale.Log)]
    public void Cover_the_range_are_few_and_round(AxisScale scale)
    {
        Prng prng = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            double min = Any(ref prng, scale);
            double max = Any(ref prng, scale);
            if (i % 3 == 0)
            {
                max = min * (1 + Math.Pow(10, -8 * prng.NextDouble()));
            }

            (min, max) = (Math.Min(min, max), Math.Max(min, max));
            int countMax = (int)prng.NextInRange(3, 15);
            double[] ticks = Ticks.Choose(scale, min, max, countMax);
            string what = $"{scale} {min:R} {max:R} {countMax}: {string.Join(' ', ticks)}";
            double slack = (ticks[^1] - ticks[0]) * 1e-9;
            Assert.True(ticks[0] <= min + slack && ticks[^1] >= max - slack, what);
            Assert.True(ticks.Length >= 2 && ticks.Length <= countMax, what);
            for (int at = 1; at < ticks.Length; at++)
            {
                Assert.True(ticks[at] > ticks[at - 1], what);
            }

            Assert.True(AreRound(ticks), what);
        }
    }

    [Fact]
    public void Any_numbers_at_all_give_ticks() => FsCheck.Check.QuickThrowOnFailure(
        Prop.ForAll<double, double>((a, b) =>
        {
            Axis linear = new("", AxisUnit.Count);
            Axis log = new("", AxisUnit.Count, AxisScale.Log);
            foreach (Axis axis in new[] { linear, log })
            {
                if (axis.Has(a) && axis.Has(b))
                {
                    double[] ticks = Ticks.Choose(axis.Scale, Math.Min(a, b), Math.Max(a, b), 8);
                    Assert.All(ticks, tick => Assert.True(double.IsFinite(tick)));
                    Assert.InRange(ticks.Length, 2, 8);
                }
            }
        }));

    [Theory]
    [InlineData(AxisUnit.Nanoseconds, 0, "0")]
    [InlineData(AxisUnit.Nanoseconds, 500, "500 ns")]
    [InlineData(AxisUnit.Nanoseconds, 1_500_000, "1.5 ms")]
    [InlineData(AxisUnit.Nanoseconds, 1_000_500, "1.0005 ms")]
    [InlineData(AxisUnit.Nanoseconds, 20e9, "20 s")]
    [InlineData(AxisUnit.PerSecond, 1_250, "1,250/s")]
    [InlineData(AxisUnit.PerSecond, 0.5, "0.5/s")]
    [InlineData(AxisUnit.Ratio, 0.3, "30 %")]
    [InlineData(AxisUnit.Ratio, 0.9995, "99.95 %")]
    [InlineData(AxisUnit.Count, -1e20, "-1E+20")]
    public void Labels_have_the_units_of_the_tool(AxisUnit unit, double value, string text) =>
        Assert.Equal(text, new Axis("", unit).ToTickText(value));

    private static double Any(ref Prng prng, AxisScale scale)
    {
        double size = Math.Pow(10, (prng.NextDouble() * 24) - 9);
        return scale == AxisScale.Linear && prng.NextDouble() < 0.4 ? -size : size;
    }

    // All 1, 2 or 5 times a power of ten themselves, or all multiples of such a step.
    private static bool AreRound(double[] ticks)
    {
        // The difference of two near numbers is not exact, and the round number next to it is.
        double difference = ticks[1] - ticks[0];
        int exponent = (int)Math.Floor(Math.Log10(difference) + 1e-4);
        double step = double.Parse(
            $"{Math.Round(difference / Math.Pow(10, exponent))}e{exponent}", CultureInfo.InvariantCulture);
        bool isEven = Mantissa(step) && ticks.All(tick => Math.Abs((tick / step) - Math.Round(tick / step)) < 1e-4);
        return isEven || ticks.All(Mantissa);
    }

    private static bool Mantissa(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value)) + 1e-4));
        double rest = Math.Abs(value) / power;
        return new[] { 1.0, 2, 5 }.Any(one => Math.Abs(rest - one) < 1e-3);
    }
}
