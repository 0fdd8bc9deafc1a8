using System.Text;

namespace Throng.Report;

/// <summary>The style sheet of a drawing: one set of colours for light surroundings and one for dark.</summary>
internal static class SvgStyle
{
    /// <summary>Number of series that look different by colour; the next as many are dashed.</summary>
    public const int Colours = 6;

    public static string Sheet { get; } = Render("@media (prefers-color-scheme:dark)");

    /// <summary>Style of a drawing inside a page, which is printed in light colours whatever the screen has.</summary>
    public static string Inside { get; } = Render("@media screen and (prefers-color-scheme:dark)") + """
        .span{stroke:none}
        .cross{stroke-width:1;stroke-dasharray:3 3}

        """;

    /// <summary>The classes of a series by its number.</summary>
    public static string ClassOf(int number) => $"s{number % Colours}" + (number / Colours % 2 == 1 ? " dash" : "");

    public static string ClassOf(ChartTone tone) => tone switch
    {
        ChartTone.Good => "good",
        ChartTone.Bad => "bad",
        _ => "plain",
    };

    private static string Render(string whenDark)
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
        Colour(css, Palette.Light);
        css.Append(whenDark).Append("{\n");
        Colour(css, Palette.Dark);
        css.Append("}\n");
        return css.ToString();
    }

    private static void Colour(StringBuilder css, Palette palette)
    {
        css.Append($".ground{{fill:{palette.Ground}}}\n");
        css.Append($"text{{fill:{palette.Text}}}\n");
        css.Append($".soft{{fill:{palette.Soft}}}\n");
        css.Append($".grid{{stroke:{palette.Grid}}}\n");
        css.Append($".frame{{stroke:{palette.Frame};fill:none}}\n");
        Tone("plain", palette.Soft);
        Tone("good", palette.Good);
        Tone("bad", palette.Bad);
        for (int i = 0; i < Colours; i++)
        {
            css.Append($".s{i}{{stroke:{palette.Series[i]};fill:{palette.Series[i]}}}\n");
        }

        void Tone(string name, string colour)
        {
            css.Append($".{name}{{stroke:{colour}}}\n");
            css.Append($"text.{name},.band.{name},.bar.{name}{{fill:{colour};stroke:none}}\n");
        }
    }
}
