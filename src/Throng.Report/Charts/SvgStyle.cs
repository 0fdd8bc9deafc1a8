using System.Text;

namespace Throng.Report;

/// <summary>The style sheet inside a drawing: one set of colours for light surroundings and one for dark.</summary>
internal static class SvgStyle
{
    /// <summary>So many series look different by colour; the next as many are dashed.</summary>
    public const int Colours = 6;

    // Told apart by people with the usual colour blindness too, after M. Okabe and K. Ito; lighter on dark.
    private static readonly string[] Light = ["#0068b0", "#c85200", "#007d5a", "#a8478a", "#8a6a00", "#3a8fc8"];
    private static readonly string[] Dark = ["#5aaef7", "#ff9550", "#35c295", "#e39bcd", "#e5c04b", "#9ad3fb"];

    public static string Sheet { get; } = Of();

    /// <summary>The classes of a series by its number.</summary>
    public static string ClassOf(int number) => $"s{number % Colours}" + (number / Colours % 2 == 1 ? " dash" : "");

    public static string ClassOf(ChartTone tone) => tone switch
    {
        ChartTone.Good => "good",
        ChartTone.Bad => "bad",
        _ => "plain",
    };

    private static string Of()
    {
        StringBuilder css = new();
        css.Append("""
            text{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",Verdana,sans-serif}
            .title{font-size:17px;font-weight:600}
            .end{text-anchor:end}
            .middle{text-anchor:middle}
            path.line{fill:none;stroke-width:2;stroke-linejoin:round}
            .mark{stroke-width:1.5;stroke-dasharray:5 4}
            .other{fill-opacity:0;stroke-width:1.3}
            path.dash{stroke-dasharray:7 4}
            .band{fill-opacity:.1}
            path.area,rect.area{fill-opacity:.14;stroke:none}

            """);
        Colour(css, Light, "#ffffff", "#1f2328", "#59636e", "#e3e7eb", "#8c959f", "#1a7f37", "#cf222e");
        css.Append("@media (prefers-color-scheme:dark){\n");
        Colour(css, Dark, "#0d1117", "#e6edf3", "#9198a1", "#272e37", "#6e7681", "#3fb950", "#ff6b64");
        css.Append("}\n");
        return css.ToString();
    }

    private static void Colour(
        StringBuilder css, string[] series, string ground, string text, string soft, string grid,
        string frame, string good, string bad)
    {
        css.Append($".ground{{fill:{ground}}}\n");
        css.Append($"text{{fill:{text}}}\n");
        css.Append($".soft{{fill:{soft}}}\n");
        css.Append($".grid{{stroke:{grid}}}\n");
        css.Append($".frame{{stroke:{frame};fill:none}}\n");
        Tone("plain", soft);
        Tone("good", good);
        Tone("bad", bad);
        for (int i = 0; i < Colours; i++)
        {
            css.Append($".s{i}{{stroke:{series[i]};fill:{series[i]}}}\n");
        }

        void Tone(string name, string colour)
        {
            css.Append($".{name}{{stroke:{colour}}}\n");
            css.Append($"text.{name},.band.{name}{{fill:{colour};stroke:none}}\n");
        }
    }
}
