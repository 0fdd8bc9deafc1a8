namespace Throng.Report;

/// <summary>Where everything of a chart goes, in pixels from the top left.</summary>
internal sealed class ChartLayout
{
    public const double WidthPixels = 860;
    public const double MarginPixels = 20;
    public const double RowPixels = 20;

    /// <summary>Room for half of the last tick's label.</summary>
    private const double RightPixels = 44;

    private const double RoomAbove = 1.03;
    private const double PanelGapPixels = 26;
    private const double TickGapPixels = 14;

    /// <param name="hasTitle">Whether title and subtitle stand above it.</param>
    /// <param name="widthPixels">Its width: a page on a small screen has drawings of less than the usual.</param>
    public ChartLayout(Chart chart, bool hasTitle, double widthPixels = WidthPixels)
    {
        AcrossPixels = widthPixels;
        ToPixels = widthPixels - RightPixels;
        Legend = Report.Legend.Place(chart, MarginPixels, widthPixels - MarginPixels);
        LegendPixels = hasTitle
            ? MarginPixels + 18 + (chart.Subtitle.Length > 0 ? RowPixels : 0) + 24
            : MarginPixels;

        // The frames begin behind the widest label at their left, and which labels there are follows from the heights.
        AxisRuler[] rulers = [.. chart.Panels.Select(panel => RulerOf(panel, 0))];
        double labelPixels = rulers.SelectMany(ruler => ruler.Labels).Max(TextWidth.Measure);
        LeftPixels = MarginPixels + RowPixels + labelPixels + 8;
        Across = AxisRuler.Create(
            chart.XAxis, ValuesAcross(chart), LeftPixels, ToPixels, label => TextWidth.Measure(label) + TickGapPixels);
        Labels = LineLabels.Place(chart.Lines, Across, LeftPixels - 40, widthPixels);

        int legendRows = Legend.Length == 0 ? 0 : Legend[^1].Row + 1;
        int labelRows = Labels.Length == 0 ? 0 : Labels.Max(label => label.Row) + 1;
        TopPixels = LegendPixels + ((legendRows + labelRows) * RowPixels);
        double at = TopPixels;
        List<AxisRuler> placed = [];
        foreach (Panel panel in chart.Panels)
        {
            placed.Add(RulerOf(panel, at));
            at += panel.HeightPixels + PanelGapPixels;
        }

        Up = [.. placed];
        HeightPixels = at - PanelGapPixels + 56;
    }

    public LegendEntry[] Legend { get; }

    /// <summary>The base line of the legend's first row.</summary>
    public double LegendPixels { get; }

    /// <summary>The frames' left edge.</summary>
    public double LeftPixels { get; }

    /// <summary>The frames' right edge.</summary>
    public double ToPixels { get; }

    /// <summary>Width of the whole drawing.</summary>
    public double AcrossPixels { get; }

    /// <summary>The first frame's upper edge.</summary>
    public double TopPixels { get; }

    public double HeightPixels { get; }

    public AxisRuler Across { get; }

    /// <summary>The labels of the lines through all panels.</summary>
    public PlacedLabel[] Labels { get; }

    /// <summary>The axis at the left of each panel.</summary>
    public AxisRuler[] Up { get; }

    private static AxisRuler RulerOf(Panel panel, double topPixels)
    {
        IEnumerable<double> drawn = panel.Series.SelectMany(series => series.Points.Concat(series.Others))
            .Select(point => point.Y)
            .Concat(panel.Lines.Select(line => line.Value))
            .Concat(panel.Bands.SelectMany(band => new[] { band.From, band.To }));

        // A line along the frame is not seen: where there is a floor, there is room under the ceiling too.
        IEnumerable<double> values = panel.YAxis.HasZero ? drawn.Select(value => value * RoomAbove).Append(0) : drawn;
        return AxisRuler.Create(panel.YAxis, values, topPixels + panel.HeightPixels, topPixels, _ => 26);
    }

    private static IEnumerable<double> ValuesAcross(Chart chart) => chart.Panels
        .SelectMany(panel => panel.Series.SelectMany(series => series.Points.Concat(series.Others)))
        .Select(point => point.X)
        .Concat(chart.Lines.Select(line => line.Value))
        .Concat(chart.Bands.SelectMany(band => new[] { band.From, band.To }))
        .Concat(chart.XAxis.HasZero ? [0d] : []);
}
