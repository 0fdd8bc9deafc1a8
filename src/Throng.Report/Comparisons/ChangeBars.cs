using Throng.Measurement;
using static Throng.Report.SvgText;

namespace Throng.Report;

/// <summary>
/// Changes between runs as bars, a row for each metric that matters: to the right for more than the base, to
/// the left for less, each doubling equally wide, in the colour of better or worse.
/// </summary>
internal static class ChangeBars
{
    private const double RowPixels = 26;
    private const double LabelPixels = 250;
    private const double ValuePixels = 250;
    private const double DoublingsMax = 5;
    private const double BarPixelsMin = 2;
    private const double AxisPixels = 40;

    /// <summary>Marks of the axis, in doublings from the base.</summary>
    private static readonly (double Doublings, string Label)[] Marks =
        [(-4, "\u00f7 16"), (-2, "\u00f7 4"), (0, "same"), (2, "\u00d7 4"), (4, "\u00d7 16")];

    /// <summary>Height of all of it, the axis below the bars included.</summary>
    public static double HeightOf(RunComparison comparison) => (RowsOf(comparison).Length * RowPixels) + AxisPixels;

    /// <summary>Draws them below a height.</summary>
    public static void Draw(SvgText svg, RunComparison comparison, double topPixels)
    {
        double left = ChartLayout.MarginPixels + LabelPixels;
        double right = ChartLayout.WidthPixels - ChartLayout.MarginPixels - ValuePixels;
        double middle = (left + right) / 2;
        double perDoubling = (right - middle) / DoublingsMax;
        Row[] rows = RowsOf(comparison);
        double bottomPixels = topPixels + (rows.Length * RowPixels);
        DrawAxis(svg, topPixels, bottomPixels, mark => middle + (mark * perDoubling));
        for (int i = 0; i < rows.Length; i++)
        {
            Row row = rows[i];
            double y = topPixels + (i * RowPixels);
            double to = middle + (Math.Clamp(row.Doublings, -DoublingsMax, DoublingsMax) * perDoubling);
            double width = Math.Max(BarPixelsMin, Math.Abs(to - middle));
            string text = Pixels(y + 17);
            svg.Line($"<text class=\"end\" x=\"{Pixels(left - 12)}\" y=\"{text}\">{Escape(row.Label)}</text>");
            svg.Line($"<rect class=\"bar {row.Tone}\" x=\"{Pixels(Math.Min(middle, to))}\" y=\"{Pixels(y + 6)}\" "
                + $"width=\"{Pixels(width)}\" height=\"14\" rx=\"2\"><title>{Escape(row.Title)}</title></rect>");
            svg.Line($"<text class=\"{row.Tone}\" x=\"{Pixels(right + 12)}\" y=\"{text}\">{Escape(row.Value)}</text>");
        }

        svg.Line($"<line class=\"frame\" x1=\"{Pixels(middle)}\" y1=\"{Pixels(topPixels)}\" "
            + $"x2=\"{Pixels(middle)}\" y2=\"{Pixels(bottomPixels)}\"/>");
    }

    /// <summary>Lines through all rows with the factor that each stands for, and what it is a factor of.</summary>
    private static void DrawAxis(SvgText svg, double topPixels, double bottomPixels, Func<double, double> across)
    {
        foreach ((double doublings, string label) in Marks)
        {
            string x = Pixels(across(doublings));
            svg.Line($"<line class=\"grid\" x1=\"{x}\" y1=\"{Pixels(topPixels)}\" x2=\"{x}\" "
                + $"y2=\"{Pixels(bottomPixels)}\"/>");
            svg.Line($"<text class=\"soft middle\" x=\"{x}\" y=\"{Pixels(bottomPixels + 15)}\">{label}</text>");
        }

        svg.Line($"<text class=\"soft middle\" x=\"{Pixels(across(0))}\" y=\"{Pixels(bottomPixels + 32)}\">"
            + "against A</text>");
    }

    private static Row[] RowsOf(RunComparison comparison)
    {
        bool isPair = comparison.Runs.Count == 2;
        return
        [
            .. ComparisonText.Mattering(comparison).SelectMany(metric => Enumerable.Range(1, comparison.Runs.Count - 1)
                .Where(run => metric.To(run) is not null)
                .Select(run => RowOf(metric, run, isPair ? "" : $" ({DifferenceText.Letter(run)})"))),
        ];
    }

    private static Row RowOf(ComparedMetric metric, int run, string which)
    {
        Difference difference = metric.To(run)!.Value;
        string tone = SvgStyle.ClassOf(difference.Direction switch
        {
            Direction.Better => ChartTone.Good,
            Direction.Worse => ChartTone.Bad,
            _ => ChartTone.Plain,
        });
        double baseValue = metric.Values[0]!.Value;
        double value = metric.Values[run]!.Value;
        double doublings = difference.Direction == Direction.Same ? 0
            : baseValue > 0 && value > 0 ? Math.Log2(value / baseValue)
            : value > baseValue ? double.PositiveInfinity
            : double.NegativeInfinity;
        string values = $"{ComparisonText.ValueOf(metric, 0)} \u2192 {ComparisonText.ValueOf(metric, run)}";
        string title = $"{metric.Metric.Name}: {values}, {ComparisonText.DifferenceOf(metric, run)}";
        return new Row(ComparisonText.NameOf(metric) + which, doublings, tone, values, title);
    }

    private sealed record Row(string Label, double Doublings, string Tone, string Value, string Title);
}
