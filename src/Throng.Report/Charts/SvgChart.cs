using static Throng.Report.SvgText;

namespace Throng.Report;

/// <summary>
/// Draws a chart as one SVG text without anything from outside: the same chart is the same text, everywhere. Its
/// colours follow what the reader's surroundings prefer, light or dark.
/// </summary>
public static class SvgChart
{
    /// <summary>The whole document, ending in a newline.</summary>
    public static string Render(Chart chart)
    {
        ArgumentOutOfRangeException.ThrowIfZero(chart.Panels.Count);
        ChartLayout layout = new(chart, hasTitle: true);
        SvgText svg = new();
        Open(svg, chart.Title, layout.HeightPixels);
        Title(svg, chart);
        return Body(svg, chart, layout);
    }

    /// <summary>
    /// The same as a part of a page, which has the title in its own words and <see cref="SvgStyle.Inside"/> in its
    /// style.
    /// </summary>
    internal static string Inside(Chart chart, ChartLayout layout)
    {
        string size = $"0 0 {Pixels(layout.AcrossPixels)} {Pixels(layout.HeightPixels)}";
        SvgText svg = new();
        svg.Line($"<svg class=\"chart\" viewBox=\"{size}\" role=\"img\">");
        svg.Line($"<title>{Escape(chart.Title)}</title>");
        return Body(svg, chart, layout);
    }

    /// <summary>The same as a part of a larger drawing, with its title above it.</summary>
    internal static string Part(Chart chart, ChartLayout layout)
    {
        SvgText svg = new();
        Title(svg, chart);
        Draw(svg, chart, layout);
        return svg.ToString().TrimEnd('\n');
    }

    private static string Body(SvgText svg, Chart chart, ChartLayout layout)
    {
        Draw(svg, chart, layout);
        return svg.Line("</svg>").ToString();
    }

    private static void Draw(SvgText svg, Chart chart, ChartLayout layout)
    {
        DrawLegend(svg, layout);
        Dictionary<string, int> numbers = Legend.NumbersOf(chart);
        for (int i = 0; i < chart.Panels.Count; i++)
        {
            PanelDrawing panel = new(svg, chart, chart.Panels[i], layout, layout.Up[i]);
            panel.Draw(numbers, isLast: i == chart.Panels.Count - 1);
        }

        foreach (PlacedLabel label in layout.Labels)
        {
            double y = layout.TopPixels - 6 - (label.Row * ChartLayout.RowPixels);
            svg.Line($"<text class=\"{SvgStyle.ClassOf(label.Line.Tone)}{(label.IsBefore ? " end" : "")}\" "
                + $"x=\"{Pixels(label.AnchorPixels)}\" y=\"{Pixels(y)}\">{Escape(label.Line.Label)}</text>");
        }

        svg.Line($"<text class=\"soft middle\" x=\"{Pixels((layout.LeftPixels + layout.ToPixels) / 2)}\" "
            + $"y=\"{Pixels(layout.HeightPixels - 14)}\">{Escape(chart.XAxis.Label)}</text>");
    }

    /// <summary>The beginning of a document: its size, its style and its ground.</summary>
    internal static void Open(SvgText svg, string title, double heightPixels)
    {
        string width = Pixels(ChartLayout.WidthPixels);
        string height = Pixels(heightPixels);
        svg.Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" "
            + $"viewBox=\"0 0 {width} {height}\" role=\"img\">");
        svg.Line($"<title>{Escape(title)}</title>");
        svg.Line($"<style>\n{SvgStyle.Sheet}</style>");
        svg.Line($"<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>");
    }

    private static void Title(SvgText svg, Chart chart)
    {
        string left = Pixels(ChartLayout.MarginPixels);
        svg.Line($"<text class=\"title\" x=\"{left}\" y=\"{Pixels(ChartLayout.MarginPixels + 14)}\">"
            + $"{Escape(chart.Title)}</text>");
        if (chart.Subtitle.Length > 0)
        {
            svg.Line($"<text class=\"soft\" x=\"{left}\" y=\"{Pixels(ChartLayout.MarginPixels + 36)}\">"
                + $"{Escape(chart.Subtitle)}</text>");
        }
    }

    private static void DrawLegend(SvgText svg, ChartLayout layout)
    {
        foreach (LegendEntry entry in layout.Legend)
        {
            double y = layout.LegendPixels + (entry.Row * ChartLayout.RowPixels);
            string colour = SvgStyle.ClassOf(entry.Number);
            string middle = Pixels(y - 4);
            if (entry.Series is null)
            {
                svg.Line($"<rect class=\"band {SvgStyle.ClassOf(entry.Tone)}\" x=\"{Pixels(entry.AtPixels)}\" "
                    + $"y=\"{Pixels(y - 11)}\" width=\"24\" height=\"14\"/>");
            }
            else if (entry.Series.Style == SeriesStyle.Spans)
            {
                svg.Line($"<rect class=\"{colour} span\" x=\"{Pixels(entry.AtPixels)}\" "
                    + $"y=\"{Pixels(y - 7)}\" width=\"24\" height=\"5\"/>");
            }
            else if (entry.Series.Style == SeriesStyle.Area)
            {
                svg.Line($"<rect class=\"{colour} area\" x=\"{Pixels(entry.AtPixels)}\" "
                    + $"y=\"{middle}\" width=\"24\" height=\"7\"/>");
            }

            if (entry.Series is { Style: not (SeriesStyle.Points or SeriesStyle.Spans) })
            {
                svg.Line($"<path class=\"{colour} line\" d=\"M{Pixels(entry.AtPixels)} {middle}h24\"/>");
            }

            if (entry.Series is { Style: SeriesStyle.LineAndPoints or SeriesStyle.Points })
            {
                string across = Pixels(entry.AtPixels + 12);
                svg.Line($"<circle class=\"{colour}\" cx=\"{across}\" cy=\"{middle}\" r=\"3.2\"/>");
            }

            svg.Line($"<text class=\"legend\" x=\"{Pixels(entry.AtPixels + Legend.SwatchPixels - 4)}\" "
                + $"y=\"{Pixels(y)}\">{Escape(entry.Name)}</text>");
        }
    }
}
