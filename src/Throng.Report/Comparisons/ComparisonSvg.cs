using Throng.Measurement;
using static Throng.Report.SvgText;

namespace Throng.Report;

/// <summary>
/// Several runs as one drawing: the verdict, bars of what has changed, percentiles, and p99 over time. One SVG text
/// without anything from outside.
/// </summary>
public static class ComparisonSvg
{
    private const double HeadPixels = 64;
    private const double GapPixels = 34;

    /// <summary>The whole document, ending in a newline.</summary>
    public static string Render(RunComparison comparison)
    {
        string[] names = DifferenceText.LettersOf(comparison);
        string[] verdicts = [.. ComparisonVerdictText.Lines(comparison, names).SelectMany(line => TextWidth.Lines(
            line, ChartLayout.WidthPixels - (2 * ChartLayout.MarginPixels)))];
        double bars = HeadPixels + (verdicts.Length * ChartLayout.RowPixels);
        double at = bars + ChangeBars.HeightOf(comparison) + GapPixels;
        SvgText parts = new();
        foreach (ComparisonChart one in ComparisonChart.AllOf(comparison))
        {
            ChartLayout layout = new(one.Chart, hasTitle: true);
            parts.Line($"<g transform=\"translate(0 {Pixels(at)})\">");
            parts.Line(SvgChart.Part(one.Chart, layout)).Line("</g>");
            at += layout.HeightPixels;
        }

        string left = Pixels(ChartLayout.MarginPixels);
        string title = string.Join(" and ", comparison.Runs.Select(
            (one, run) => $"{names[run]} {Path.GetFileNameWithoutExtension(one.Name)}"));
        SvgText svg = new();
        SvgChart.Open(svg, title, at);
        svg.Line($"<text class=\"title\" x=\"{left}\" y=\"34\">{Escape(title)}</text>");
        for (int i = 0; i < verdicts.Length; i++)
        {
            string y = Pixels(56 + (i * ChartLayout.RowPixels));
            svg.Line($"<text class=\"soft\" x=\"{left}\" y=\"{y}\">{Escape(verdicts[i])}</text>");
        }

        ChangeBars.Draw(svg, comparison, bars);
        return svg.Line(parts.ToString().TrimEnd('\n')).Line("</svg>").ToString();
    }

    /// <summary>The bars alone, as a part of a page.</summary>
    internal static string Bars(RunComparison comparison)
    {
        string size = $"0 0 {Pixels(ChartLayout.WidthPixels)} {Pixels(ChangeBars.HeightOf(comparison))}";
        SvgText svg = new();
        svg.Line($"<svg class=\"chart\" viewBox=\"{size}\" role=\"img\">").Line("<title>What has changed</title>");
        ChangeBars.Draw(svg, comparison, 0);
        return svg.Line("</svg>").ToString();
    }
}
