namespace Throng.Report;

/// <summary>Round values along an axis: 1, 2 or 5 times a power of ten apart, or such values themselves.</summary>
public static class Ticks
{
    /// <summary>Larger values, and on a logarithmic scale their reciprocals, have no place on an axis.</summary>
    public const double ValueMax = 1e100;

    private static readonly double[] Mantissas = [1, 2, 5];

    /// <summary>
    /// Ticks in rising order, from at or below <paramref name="min"/> to at or above <paramref name="max"/>; at least
    /// two, and as many as fit in <paramref name="countMax"/>, which is at least 3.
    /// </summary>
    public static double[] Choose(AxisScale scale, double min, double max, int countMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 3);
        (min, max) = Widened(scale, min, max);
        if (scale == AxisScale.Linear)
        {
            return Linear(min, max, countMax);
        }

        double[] log = Log(min, max, countMax);
        if (log.Length >= Math.Min(4, countMax))
        {
            return log;
        }

        // Within a few of its ticks a logarithm is nearly straight.
        double[] linear = Linear(min, max, countMax);
        return linear[0] > 0 && linear[^1] / linear[0] <= log[^1] / log[0] ? linear : log;
    }

    // A single value gets room around it; what is no range at all becomes one.
    private static (double Min, double Max) Widened(AxisScale scale, double min, double max)
    {
        if (!(min <= max))
        {
            return scale == AxisScale.Log ? (1, 10) : (0, 1);
        }

        // Closer together than this, neighbouring ticks would be the same number.
        double size = Math.Max(Math.Abs(min), Math.Abs(max));
        bool isRange = max - min > size * 1e-9 && (scale == AxisScale.Log || size >= 1 / ValueMax);
        return isRange ? (min, max)
            : scale == AxisScale.Log ? (min / 2, max * 2)
            : size < 1 / ValueMax ? (0, 1)
            : (min - (Math.Abs(min) / 2), max + (Math.Abs(max) / 2));
    }

    private static double[] Linear(double min, double max, int countMax)
    {
        int exponent = (int)Math.Floor(Math.Log10((max - min) / countMax));
        for (; ; exponent++)
        {
            foreach (double mantissa in Mantissas)
            {
                double step = Times(mantissa, exponent);
                double first = Down(min / step);
                double last = Up(max / step);
                if (last - first + 1 <= countMax)
                {
                    double from = first;
                    return [.. Enumerable.Range(0, (int)(last - first) + 1)
                        .Select(index => Times((from + index) * mantissa, exponent))];
                }
            }
        }
    }

    private static double[] Log(double min, double max, int countMax)
    {
        // Every value of 1-2-5 has a number: 3 * exponent + place of its mantissa.
        int first = (int)Math.Floor(Math.Log10(min)) * 3;
        while (Round(first + 1) <= min)
        {
            first++;
        }

        int last = first;
        while (Round(last) < max)
        {
            last++;
        }

        if (last - first + 1 <= countMax)
        {
            return [.. Enumerable.Range(first, Math.Max(2, last - first + 1)).Select(Round)];
        }

        int low = (int)Math.Floor(first / 3.0);
        int high = (int)Math.Ceiling(last / 3.0);
        int decades = 1;
        while (((high - low + decades - 1) / decades) + 1 > countMax)
        {
            decades++;
        }

        int count = ((high - low + decades - 1) / decades) + 1;
        return [.. Enumerable.Range(0, count).Select(index => Times(1, low + (index * decades)))];
    }

    private static double Round(int number) =>
        Times(Mantissas[((number % 3) + 3) % 3], (int)Math.Floor(number / 3.0));

    // Divided by what is exact, a decimal fraction is the nearest number to it.
    private static double Times(double mantissa, int exponent) =>
        exponent >= 0 ? mantissa * Math.Pow(10, exponent) : mantissa / Math.Pow(10, -exponent);

    // A value a rounding error beside a tick is at it.
    private static double Down(double steps) =>
        Math.Abs(steps - Math.Round(steps)) < 1e-9 ? Math.Round(steps) : Math.Floor(steps);

    private static double Up(double steps) =>
        Math.Abs(steps - Math.Round(steps)) < 1e-9 ? Math.Round(steps) : Math.Ceiling(steps);
}
