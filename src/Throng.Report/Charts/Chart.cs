namespace Throng.Report;

/// <summary>A drawing of panels, one above the other, that share the axis at the bottom.</summary>
public sealed record Chart
{
    public required string Title { get; init; }

    /// <summary>Text under the title: what was measured and how; may be empty.</summary>
    public string Subtitle { get; init; } = "";

    public required Axis XAxis { get; init; }

    /// <summary>From top to bottom, at least one.</summary>
    public required IReadOnlyList<Panel> Panels { get; init; }

    /// <summary>Lines at a value of the shared axis, through all panels.</summary>
    public IReadOnlyList<ChartLine> Lines { get; init; } = [];

    /// <summary>Ranges of the shared axis, through all panels.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>
    /// Name for the legend of the kind that the first band belongs to; empty for bands that explain themselves.
    /// </summary>
    public string BandName { get; init; } = "";
}

/// <summary>Meaning that a line or band gives to the values at it.</summary>
public enum ChartTone : byte
{
    Plain,
    Good,
    Bad,
}

/// <summary>A straight line at one value of an axis, with a label. The axis covers the value.</summary>
public sealed record ChartLine(double Value, string Label, ChartTone Tone = ChartTone.Plain);

/// <summary>
/// A shaded range of an axis, always wide enough to be seen; an infinite end is the axis's own.
/// </summary>
/// <param name="Title">What is shown to somebody who points at it; may be empty.</param>
public sealed record ChartBand(double From, double To, ChartTone Tone = ChartTone.Plain, string Title = "");
