namespace Throng.Report;

/// <summary>How the points of a series are drawn.</summary>
public enum SeriesStyle : byte
{
    LineAndPoints,
    Line,

    /// <summary>A line with what lies under it shaded, down to the axis.</summary>
    Area,
    Points,

    /// <summary>Bars along the shared axis: every two points are the ends of one, at the first one's height.</summary>
    Spans,
}

/// <summary>A point of a series. One that is not finite, or has no place on an axis, is a gap in the line.</summary>
public readonly record struct ChartPoint(double X, double Y);

/// <summary>Points that belong together, in the order that a line goes through them.</summary>
public sealed record Series(
    string Name, IReadOnlyList<ChartPoint> Points, SeriesStyle Style = SeriesStyle.LineAndPoints)
{
    /// <summary>More of the same, drawn as rings that no line goes through.</summary>
    public IReadOnlyList<ChartPoint> Others { get; init; } = [];
}
