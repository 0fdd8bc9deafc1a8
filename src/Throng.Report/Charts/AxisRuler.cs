namespace Throng.Report;

/// <summary>An axis laid along pixels: its ticks, and where a value lies.</summary>
internal sealed class AxisRuler
{
    private const int TicksMax = 12;
    private readonly double _low;
    private readonly double _span;
    private readonly double _fromPixels;
    private readonly double _lengthPixels;

    private AxisRuler(Axis axis, double[] ticks, double fromPixels, double toPixels)
    {
        Axis = axis;
        Ticks = ticks;
        Labels = [.. ticks.Select(axis.ToTickText)];
        _low = Place(ticks[0]);
        _span = Place(ticks[^1]) - _low;
        _fromPixels = fromPixels;
        _lengthPixels = toPixels - fromPixels;
    }

    public Axis Axis { get; }

    public double[] Ticks { get; }

    public string[] Labels { get; }

    /// <summary>
    /// A ruler that covers all values, with as many ticks as have room for their labels.
    /// </summary>
    /// <param name="sizeOf">What a label needs along the axis, in pixels, the gap to the next included.</param>
    public static AxisRuler Create(
        Axis axis, IEnumerable<double> values, double fromPixels, double toPixels, Func<string, double> sizeOf)
    {
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        foreach (double value in values.Where(axis.Has))
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        if (min == max && max == axis.Most)
        {
            min = 0; // nothing to tell apart: all of what there can be
        }

        AxisRuler ruler = With(TicksMax);
        for (int count = TicksMax - 1; count >= 3 && !ruler.HasRoom(sizeOf); count--)
        {
            ruler = With(count);
        }

        return ruler;

        AxisRuler With(int count) => new(axis, Report.Ticks.Choose(axis.Scale, min, max, count), fromPixels, toPixels);
    }

    /// <summary>The pixel of a value that the axis has.</summary>
    public double At(double value) => _fromPixels + ((Place(value) - _low) / _span * _lengthPixels);

    private double Place(double value) => Axis.Scale == AxisScale.Log ? Math.Log10(value) : value;

    private bool HasRoom(Func<string, double> sizeOf)
    {
        for (int i = 1; i < Ticks.Length; i++)
        {
            double needed = (sizeOf(Labels[i - 1]) + sizeOf(Labels[i])) / 2;
            if (Math.Abs(At(Ticks[i]) - At(Ticks[i - 1])) < needed)
            {
                return false;
            }
        }

        return true;
    }
}
