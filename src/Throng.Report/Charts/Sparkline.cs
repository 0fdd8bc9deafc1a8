using System.Text;
using static Throng.Report.SvgText;

namespace Throng.Report;

/// <summary>The last minute of a figure as a line without axes: only its shape is to be seen.</summary>
internal static class Sparkline
{
    private const double WidthPixels = 120;
    private const double HeightPixels = 26;
    private const double RimPixels = 2;

    /// <summary>An SVG element; empty where there are not two values.</summary>
    public static string Render(IReadOnlyList<double?> history)
    {
        if (history.Count(value => value is not null) < 2)
        {
            return "";
        }

        double most = Math.Max(history.Max() ?? 0, double.Epsilon);
        double step = WidthPixels / (history.Count - 1);
        StringBuilder path = new();
        bool isDown = false;
        for (int at = 0; at < history.Count; at++)
        {
            if (history[at] is not { } value || !double.IsFinite(value))
            {
                isDown = false;
                continue;
            }

            double y = HeightPixels - RimPixels - (value / most * (HeightPixels - (2 * RimPixels)));
            path.Append($"{(isDown ? 'L' : 'M')}{Pixels(at * step)} {Pixels(y)}");
            isDown = true;
        }

        return $"<svg class=\"spark\" viewBox=\"0 0 {Pixels(WidthPixels)} {Pixels(HeightPixels)}\" "
            + $"preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"s0 line\" d=\"{path}\"/></svg>";
    }
}
