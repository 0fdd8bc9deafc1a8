namespace Throng.Measurement;

/// <summary>A stretch of a profile over which the rate is constant or changes evenly.</summary>
/// <param name="DurationNs">long.MaxValue: without an end; then the rate is constant.</param>
/// <param name="FromPerSecond">Rate at its beginning, 0 or more.</param>
/// <param name="ToPerSecond">Rate at its end.</param>
public readonly record struct RateSegment(long DurationNs, double FromPerSecond, double ToPerSecond)
{
    public const long Endless = long.MaxValue;

    /// <summary>One rate until somebody ends it.</summary>
    public static RateSegment Forever(double ratePerSecond) => new(Endless, ratePerSecond, ratePerSecond);

    public bool IsEndless => DurationNs == Endless;

    /// <summary>Arrivals in the first <paramref name="ns"/> of it: the area under the rate.</summary>
    public double CountWithin(double ns)
    {
        double s = ns / 1e9;
        return s * (FromPerSecond + (SlopePerSecond * s / 2));
    }

    /// <summary>
    /// After how many ns <paramref name="count"/> arrivals have come; infinite when the rate never brings them.
    /// </summary>
    public double NsUntil(double count)
    {
        if (count <= 0)
        {
            return 0;
        }

        if (FromPerSecond == ToPerSecond)
        {
            return count / FromPerSecond * 1e9;
        }

        // The root that stays exact when the slope is small or the first rate is 0.
        double root = Math.Sqrt(Math.Max(0, (FromPerSecond * FromPerSecond) + (2 * SlopePerSecond * count)));
        return 2 * count / (FromPerSecond + root) * 1e9;
    }

    private double SlopePerSecond =>
        IsEndless || DurationNs == 0 ? 0 : (ToPerSecond - FromPerSecond) / (DurationNs / 1e9);
}
