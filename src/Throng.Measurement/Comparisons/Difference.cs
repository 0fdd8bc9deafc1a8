namespace Throng.Measurement;

/// <summary>From a metric's value in the base to its value in another run.</summary>
/// <param name="Absolute">Other minus base, in the unit of the metric's key.</param>
/// <param name="Ratio">The same as a share of the base; null where the base is 0 and the other is not.</param>
public readonly record struct Difference(double Absolute, double? Ratio, Direction Direction)
{
    private const double SameBelow = 0.0005;

    public static Difference Between(double baseValue, double value, Better better)
    {
        double absolute = value - baseValue;
        double? ratio = baseValue != 0 ? absolute / Math.Abs(baseValue) : absolute == 0 ? 0 : null;
        Direction direction = ratio is { } share && Math.Abs(share) < SameBelow ? Direction.Same
            : better == Better.Neither ? Direction.Other
            : absolute > 0 == (better == Better.Higher) ? Direction.Better
            : Direction.Worse;
        return new Difference(absolute, ratio, direction);
    }
}
