using System.Globalization;
using System.Xml.Linq;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class SvgChartTests
{
    private const string Hostile = "<b> & \"quotes\" 'x' ]]> \u0000\u0007\ud800 \u00e9\u4e2d\U0001f600";

    private static readonly double[] Odd =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -1, 0, double.Epsilon, 1e-9, 3,
        1e12,
    ];

    [Fact]
    public void A_search_is_drawn_as_agreed() =>
        GoldenFile.Match("saturation-chart.svg", SvgChart.Render(SampleCharts.Saturation));

    [Fact]
    public void The_text_is_the_same_in_every_locale_and_every_time()
    {
        string first = SvgChart.Render(SampleCharts.Saturation);
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NumberDecimalSeparator = ",";
            other.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = other;
            Assert.Equal(first, SvgChart.Render(SampleCharts.Saturation));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Any_text_is_shown_and_none_is_markup()
    {
        Chart chart = Of([new Series(Hostile, [new(1, 2), new(2, 3)])]) with
        {
            Title = Hostile,
            Subtitle = Hostile,
            Lines = [new ChartLine(1.5, Hostile)],
        };
        XElement svg = Parse(chart);
        string[] texts = [.. svg.Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value)];
        Assert.Equal(4, texts.Count(text => text.StartsWith("<b> & \"quotes\" 'x' ]]> ", StringComparison.Ordinal)));
        Assert.DoesNotContain(svg.Descendants(), one => one.Name.LocalName == "b");
    }

    [Theory]
    [InlineData(AxisScale.Linear)]
    [InlineData(AxisScale.Log)]
    public void Whatever_the_points_are_there_is_a_drawing_inside_its_borders(AxisScale scale)
    {
        List<ChartPoint[]> cases = [[], [new(1, 1)], [new(0, 0)], [new(5, 7), new(5, 7)]];
        foreach (double x in Odd)
        {
            cases.AddRange(Odd.Select(y => new[] { new ChartPoint(x, y) }));
            cases.AddRange(Odd.Select(y => new[] { new ChartPoint(1, 1), new ChartPoint(x, y), new ChartPoint(3, 2) }));
        }

        foreach (ChartPoint[] points in cases)
        {
            foreach (SeriesStyle style in Enum.GetValues<SeriesStyle>())
            {
                Chart chart = Of([new Series("a", points, style) { Others = points }], scale) with
                {
                    Lines = [new ChartLine(points.Length > 0 ? points[0].X : 0, "line")],
                    Bands = [new(double.NaN, 3), new(1, 2), new(2, double.PositiveInfinity)],
                };
                IsInside(Parse(chart));
            }
        }

        Assert.Contains("nothing was measured", SvgChart.Render(Of([new Series("a", [])])), StringComparison.Ordinal);
        Assert.Contains("nothing was measured", SvgChart.Render(Of([])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_without_a_place_is_a_gap_in_the_line()
    {
        Chart chart = Of([new Series("a", [new(1, 1), new(2, 2), new(3, double.NaN), new(4, 1), new(5, 2)])]);
        string path = Parse(chart).Descendants().Last(one => one.Name.LocalName == "path").Attribute("d")!.Value;
        Assert.Equal(2, path.Count(one => one == 'M'));
        Assert.Equal(2, path.Count(one => one == 'L'));
    }

    [Fact]
    public void Labels_of_ticks_and_lines_do_not_overlap()
    {
        Prng prng = new(11);
        foreach (AxisScale scale in Enum.GetValues<AxisScale>())
        {
            foreach (AxisUnit unit in Enum.GetValues<AxisUnit>())
            {
                for (int i = 0; i < Suite.Rounds(few: 20, all: 200); i++)
                {
                    double low = Math.Pow(10, (prng.NextDouble() * 12) - 3);
                    double high = low * (1 + Math.Pow(10, (prng.NextDouble() * 8) - 5));
                    Chart chart = Of([new Series("a", [new(low, low), new(high, high)])], scale, unit) with
                    {
                        Lines = [.. Enumerable.Range(0, 4)
                            .Select(n => new ChartLine(low + ((high - low) * prng.NextDouble()), $"a line {n}"))],
                    };
                    XElement svg = Parse(chart);
                    AreApart(svg, one => one.Contains("tick", StringComparison.Ordinal));
                    AreApart(svg, one => one.StartsWith("plain", StringComparison.Ordinal));
                }
            }
        }
    }

    [Fact]
    public void More_series_than_colours_differ_and_the_legend_has_rows()
    {
        Series[] many = [.. Enumerable.Range(0, 12).Select(n => new Series($"a series with a name {n}", [new(n, n)]))];
        XElement svg = Parse(Of(many));
        IEnumerable<XElement> names = svg.Descendants().Where(one => ClassOf(one) == "legend");
        Assert.True(names.Select(one => one.Attribute("y")!.Value).Distinct().Count() > 2);
        AreApart(svg, one => one == "legend");
        IsInside(svg);
        IEnumerable<XElement> paths = svg.Descendants().Where(one => one.Name.LocalName == "path");
        Assert.Equal(12, paths.Select(ClassOf).Distinct().Count());
    }

    [Fact]
    public void Panels_stand_below_each_other_over_the_same_axis()
    {
        XElement svg = Parse(SampleCharts.Saturation);
        XElement[] frames = [.. svg.Descendants().Where(one => ClassOf(one) == "frame")];
        Assert.Equal(3, frames.Length); // SYNs were sent again in it, which the verdict rests on
        Assert.Equal(frames[0].Attribute("x")!.Value, frames[1].Attribute("x")!.Value);
        Assert.Equal(frames[0].Attribute("width")!.Value, frames[1].Attribute("width")!.Value);
        Assert.True(Number(frames[1], "y") > Number(frames[0], "y") + Number(frames[0], "height"));
    }

    [Fact]
    public void A_search_says_in_its_title_what_was_found()
    {
        Assert.Equal("Good up to 989/s; then path-drop", SampleCharts.Saturation.Title);
        SaturationResult none = SearchRuns.Drive(
            new SaturationSearch(new(), new SearchPlan { RateMaxPerSecond = 500 }), SearchRuns.Good);
        Assert.Equal("Good up to 500/s, the highest rate tried", SaturationChart.Draw(none, new()).Title);
        SaturationResult bad = SearchRuns.Drive(
            new SaturationSearch(new(), new SearchPlan()), SearchRuns.AllRefused);
        Chart chart = SaturationChart.Draw(bad, null);
        Assert.Equal("Not good at 50/s already: refused", chart.Title);
        IsInside(Parse(chart));
        Assert.Equal("No rate was judged", SaturationChart.Draw(new SaturationSearch(new(), new()).Result, null).Title);
    }

    [Fact]
    public void Success_of_all_ends_at_all()
    {
        SaturationResult all = SearchRuns.Drive(
            new SaturationSearch(new(), new SearchPlan { RateMaxPerSecond = 500 }), SearchRuns.Good);
        string svg = SvgChart.Render(SaturationChart.Draw(all, rule: null));
        Assert.Contains(">100 %<", svg, StringComparison.Ordinal);
        Assert.Contains(">0 %<", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">150 %<", svg, StringComparison.Ordinal);
    }

    private static Chart Of(
        Series[] series, AxisScale scale = AxisScale.Linear, AxisUnit unit = AxisUnit.Count) => new()
    {
        Title = "title",
        XAxis = new Axis("across", unit, scale),
        Panels = [new Panel { YAxis = new Axis("up", unit, scale), Series = series }],
    };

    private static XElement Parse(Chart chart) => XDocument.Parse(SvgChart.Render(chart)).Root!;

    private static void IsInside(XElement svg)
    {
        double width = Number(svg, "width");
        double height = Number(svg, "height");
        foreach (XElement one in svg.Descendants())
        {
            foreach (string name in new[] { "x", "x1", "x2", "cx", "y", "y1", "y2", "cy" })
            {
                if (one.Attribute(name) is not null)
                {
                    Assert.InRange(Number(one, name), 0, name.Contains('x', StringComparison.Ordinal) ? width : height);
                }
            }
        }
    }

    // With the same estimate of widths as the drawing: what it checks is the placing.
    private static void AreApart(XElement svg, Func<string, bool> isWanted)
    {
        var boxes = svg.Descendants()
            .Where(one => one.Name.LocalName == "text" && isWanted(ClassOf(one)))
            .Select(one =>
            {
                double width = one.Value.Length * 7.7;
                double x = Number(one, "x");
                string classes = ClassOf(one);
                double from = classes.EndsWith("end", StringComparison.Ordinal) ? x - width
                    : classes.EndsWith("middle", StringComparison.Ordinal) ? x - (width / 2) : x;
                return (From: from, To: from + width, Y: Number(one, "y"), Text: one.Value);
            })
            .ToArray();
        for (int i = 0; i < boxes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool isApart = boxes[i].From > boxes[j].To - 0.1 || boxes[j].From > boxes[i].To - 0.1
                    || Math.Abs(boxes[i].Y - boxes[j].Y) >= 12;
                Assert.True(isApart, $"{boxes[i].Text} and {boxes[j].Text}");
            }
        }
    }

    private static string ClassOf(XElement element) => element.Attribute("class")?.Value ?? "";

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
