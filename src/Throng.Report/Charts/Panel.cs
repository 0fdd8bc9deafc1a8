namespace Throng.Report;

/// <summary>A frame with an axis of its own at the left, and what is drawn in it.</summary>
public sealed record Panel
{
    public required Axis YAxis { get; init; }

    /// <summary>
    /// In the order of the legend; colours follow it through all panels, and a name has the same one in each.
    /// </summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Lines at a value of this panel's axis.</summary>
    public IReadOnlyList<ChartLine> Lines { get; init; } = [];

    /// <summary>Ranges of this panel's axis.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>Height of what is inside the frame, in pixels.</summary>
    public double HeightPixels { get; init; } = 260;
}
