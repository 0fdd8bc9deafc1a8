namespace Throng.Bench;

/// <summary>
/// Sen's slope of a series: the median of the slopes of all pairs of its points, and the bounds of it that Kendall's
/// rank test gives at 95 % (Sen 1968). No outlier moves it, and no distribution is supposed. Points are taken to be
/// independent; those of a process are less than that, so true bounds are a little wider.
/// </summary>
/// <param name="Median">Change of the value for each unit of time.</param>
/// <param name="Low">The lower bound of it.</param>
/// <param name="High">The upper bound of it.</param>
internal readonly record struct SenSlope(double Median, double Low, double High)
{
    private const double Of95Percent = 1.96;

    /// <summary>The slope of points in order of time; zero for fewer than three.</summary>
    public static SenSlope Of(IReadOnlyList<(double Time, double Value)> points)
    {
        int n = points.Count;
        if (n < 3)
        {
            return default;
        }

        List<double> slopes = new(n * (n - 1) / 2);
        for (int later = 1; later < n; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                slopes.Add((points[later].Value - points[earlier].Value) / (points[later].Time - points[earlier].Time));
            }
        }

        slopes.Sort();
        double rankDeviation = Of95Percent * Math.Sqrt(n * (n - 1.0) * ((2 * n) + 5) / 18);
        int low = (int)Math.Floor((slopes.Count - rankDeviation) / 2);
        int high = (int)Math.Ceiling((slopes.Count + rankDeviation) / 2);
        return new SenSlope(
            Report.Median(slopes), slopes[Math.Max(0, low)], slopes[Math.Min(slopes.Count - 1, high)]);
    }
}
