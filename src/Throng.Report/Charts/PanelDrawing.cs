using System.Text;
using static Throng.Report.SvgText;

namespace Throng.Report;

/// <summary>Draws one panel: bands, grid, lines, series and frame, each above the one before.</summary>
internal sealed class PanelDrawing(SvgText svg, Chart chart, Panel panel, ChartLayout layout, AxisRuler up)
{
    // Nobody looks at one of more points than this, and their texts would be most of the file.
    private const int TitledPointsMax = 400;

    // A band of less is drawn as wide as this, around its middle.
    private const double BandPixelsMin = 2;

    private readonly AxisRuler _across = layout.Across;
    private readonly double _left = layout.LeftPixels;
    private readonly double _right = layout.ToPixels;
    private readonly double _top = up.At(up.Ticks[^1]);
    private readonly double _bottom = up.At(up.Ticks[0]);

    /// <param name="numbers">Of each series, by its name.</param>
    public void Draw(IReadOnlyDictionary<string, int> numbers, bool isLast)
    {
        Bands();
        Grid(isLast);
        Lines();
        bool isEmpty = true;
        foreach (Series series in panel.Series)
        {
            isEmpty &= !series.Points.Concat(series.Others).Any(Has);
            Draw(series, SvgStyle.ClassOf(numbers[series.Name]));
        }

        svg.Line($"<rect class=\"frame\" x=\"{Pixels(_left)}\" y=\"{Pixels(_top)}\" "
            + $"width=\"{Pixels(_right - _left)}\" height=\"{Pixels(_bottom - _top)}\"/>");
        double middle = (_top + _bottom) / 2;
        if (isEmpty)
        {
            svg.Line($"<text class=\"soft middle\" x=\"{Pixels((_left + _right) / 2)}\" y=\"{Pixels(middle + 4)}\">"
                + "nothing was measured</text>");
        }

        double beside = ChartLayout.MarginPixels + 4;
        svg.Line($"<text class=\"soft middle\" x=\"{Pixels(beside)}\" y=\"{Pixels(middle)}\" "
            + $"transform=\"rotate(-90 {Pixels(beside)} {Pixels(middle)})\">{Escape(panel.YAxis.Label)}</text>");
    }

    private void Bands()
    {
        foreach (ChartBand band in chart.Bands)
        {
            Band(band, EndOf(_across, band.From), _top, EndOf(_across, band.To), _bottom);
        }

        foreach (ChartBand band in panel.Bands)
        {
            Band(band, _left, EndOf(up, band.To), _right, EndOf(up, band.From));
        }
    }

    private void Band(ChartBand band, double x1, double y1, double x2, double y2)
    {
        if (!double.IsFinite(x1 + x2 + y1 + y2))
        {
            return;
        }

        (double left, double width) = Seen(x1, x2, _left, _right);
        (double top, double height) = Seen(y1, y2, _top, _bottom);
        svg.Line($"<rect class=\"band {SvgStyle.ClassOf(band.Tone)}\" x=\"{Pixels(left)}\" y=\"{Pixels(top)}\" "
            + $"width=\"{Pixels(width)}\" height=\"{Pixels(height)}\""
            + (band.Title.Length > 0 ? $"><title>{Escape(band.Title)}</title></rect>" : "/>"));
    }

    // The range between two ends, not narrower than can be seen and inside its borders.
    private static (double From, double Length) Seen(double one, double other, double min, double max)
    {
        double length = Math.Max(Math.Abs(other - one), BandPixelsMin);
        double from = Math.Clamp(((one + other) / 2) - (length / 2), min, Math.Max(min, max - length));
        return (from, length);
    }

    // NaN for what has no place.
    private static double EndOf(AxisRuler ruler, double value) =>
        double.IsPositiveInfinity(value) ? ruler.At(ruler.Ticks[^1])
        : double.IsNegativeInfinity(value) ? ruler.At(ruler.Ticks[0])
        : ruler.Axis.Has(value) ? ruler.At(value)
        : double.NaN;

    private void Grid(bool isLast)
    {
        for (int i = 0; i < up.Ticks.Length; i++)
        {
            double y = up.At(up.Ticks[i]);
            Stroke("grid", _left, y, _right, y);
            svg.Line($"<text class=\"tick end\" x=\"{Pixels(_left - 8)}\" y=\"{Pixels(y + 4)}\">"
                + $"{Escape(up.Labels[i])}</text>");
        }

        for (int i = 0; i < _across.Ticks.Length; i++)
        {
            double x = _across.At(_across.Ticks[i]);
            Stroke("grid", x, _top, x, _bottom);
            if (isLast)
            {
                svg.Line($"<text class=\"tick middle\" x=\"{Pixels(x)}\" y=\"{Pixels(_bottom + 19)}\">"
                    + $"{Escape(_across.Labels[i])}</text>");
            }
        }
    }

    private void Lines()
    {
        foreach (ChartLine line in chart.Lines.Where(line => _across.Axis.Has(line.Value)))
        {
            double x = _across.At(line.Value);
            Stroke($"mark {SvgStyle.ClassOf(line.Tone)}", x, _top, x, _bottom);
        }

        foreach (ChartLine line in panel.Lines.Where(line => up.Axis.Has(line.Value)))
        {
            // Under the line where there is no room above.
            double y = up.At(line.Value);
            Stroke($"mark {SvgStyle.ClassOf(line.Tone)}", _left, y, _right, y);
            svg.Line($"<text class=\"{SvgStyle.ClassOf(line.Tone)}\" x=\"{Pixels(_left + 6)}\" "
                + $"y=\"{Pixels(y - _top < 18 ? y + 14 : y - 5)}\">{Escape(line.Label)}</text>");
        }
    }

    private void Draw(Series series, string colour)
    {
        if (series.Style == SeriesStyle.Spans)
        {
            Spans(series, colour);
            return;
        }

        if (series.Style != SeriesStyle.Points)
        {
            Path(series, colour);
        }

        bool isTitled = series.Points.Count + series.Others.Count <= TitledPointsMax;
        foreach (ChartPoint point in series.Others.Where(Has))
        {
            Dot(series, point, colour + " other", 2.6, isTitled);
        }

        if (series.Style is SeriesStyle.LineAndPoints or SeriesStyle.Points)
        {
            foreach (ChartPoint point in series.Points.Where(Has))
            {
                Dot(series, point, colour, 3.2, isTitled);
            }
        }
    }

    private void Spans(Series series, string colour)
    {
        bool isTitled = series.Points.Count <= 2 * TitledPointsMax;
        for (int i = 0; i + 1 < series.Points.Count; i += 2)
        {
            ChartPoint from = series.Points[i];
            ChartPoint to = series.Points[i + 1];
            if (!Has(from) || !_across.Axis.Has(to.X))
            {
                continue;
            }

            (double left, double width) = Seen(_across.At(from.X), _across.At(to.X), _left, _right);
            string title = $"{series.Name}, {panel.YAxis.Label} {up.Axis.ToText(from.Y)}: "
                + $"from {_across.Axis.ToText(Math.Round(from.X, 3))} to {_across.Axis.ToText(Math.Round(to.X, 3))}";
            svg.Line($"<rect class=\"{colour} span\" x=\"{Pixels(left)}\" y=\"{Pixels(up.At(from.Y) - 2)}\" "
                + $"width=\"{Pixels(width)}\" height=\"4\""
                + (isTitled ? $"><title>{Escape(title)}</title></rect>" : "/>"));
        }
    }

    private void Path(Series series, string colour)
    {
        StringBuilder path = new();
        StringBuilder area = new();
        double lastX = double.NaN;
        foreach (ChartPoint point in series.Points)
        {
            bool isDown = double.IsFinite(lastX);
            if (!Has(point))
            {
                area.Append(isDown ? $"V{Pixels(_bottom)}Z" : "");
                lastX = double.NaN;
                continue;
            }

            lastX = _across.At(point.X);
            string place = $"{Pixels(lastX)} {Pixels(up.At(point.Y))}";
            path.Append(isDown ? 'L' : 'M').Append(place);
            area.Append(isDown ? "" : $"M{Pixels(lastX)} {Pixels(_bottom)}").Append('L').Append(place);
        }

        area.Append(double.IsFinite(lastX) ? $"V{Pixels(_bottom)}Z" : "");
        if (series.Style == SeriesStyle.Area && area.Length > 0)
        {
            svg.Line($"<path class=\"{colour} area\" d=\"{area}\"/>");
        }

        if (path.Length > 0)
        {
            svg.Line($"<path class=\"{colour} line\" d=\"{path}\"/>");
        }
    }

    private void Dot(Series series, ChartPoint point, string classes, double radiusPixels, bool isTitled)
    {
        string title = isTitled
            ? $"{series.Name} {up.Axis.ToText(point.Y)} at {_across.Axis.ToText(point.X)}"
            : "";
        svg.Line($"<circle class=\"{classes}\" cx=\"{Pixels(_across.At(point.X))}\" cy=\"{Pixels(up.At(point.Y))}\" "
            + $"r=\"{Pixels(radiusPixels)}\""
            + (isTitled ? $"><title>{Escape(title)}</title></circle>" : "/>"));
    }

    private void Stroke(string classes, double x1, double y1, double x2, double y2) => svg.Line(
        $"<line class=\"{classes}\" x1=\"{Pixels(x1)}\" y1=\"{Pixels(y1)}\" x2=\"{Pixels(x2)}\" y2=\"{Pixels(y2)}\"/>");

    private bool Has(ChartPoint point) => _across.Axis.Has(point.X) && up.Axis.Has(point.Y);
}
