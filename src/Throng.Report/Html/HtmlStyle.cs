using System.Text;

namespace Throng.Report;

/// <summary>The style sheet of a page: light and dark as the reader has it, light on paper.</summary>
internal static class HtmlStyle
{
    private const string Rules = """
        *{box-sizing:border-box}
        html{color-scheme:light dark;-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--text);font-size:16px;line-height:1.55;
        font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",Verdana,sans-serif}
        main{max-width:980px;margin:0 auto;padding:40px 28px 64px}
        h1{font-size:30px;line-height:1.22;font-weight:650;letter-spacing:-.012em;margin:10px 0 14px;
        text-wrap:balance;overflow-wrap:anywhere}
        h2{font-size:21px;font-weight:650;letter-spacing:-.006em;margin:56px 0 6px}
        h3{font-size:16px;font-weight:600;margin:28px 0 6px;overflow-wrap:anywhere}
        p{margin:6px 0;max-width:72ch}
        a{color:var(--c0)}
        a:focus-visible,figure:focus-visible,.scroll:focus-visible{outline:3px solid var(--c0);outline-offset:3px;
        border-radius:6px}
        code,pre{font-family:ui-monospace,"SF Mono","DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.875em}
        .quiet{color:var(--soft)}
        .meta{font-size:14px;color:var(--soft);margin:0;max-width:none;overflow-wrap:anywhere}
        .kind{font-size:14px;font-weight:600;color:var(--soft);margin:0}
        .state{display:inline-block;border:1.5px solid currentColor;border-radius:99px;padding:1px 12px;
        font-size:13px;font-weight:650;margin-left:8px}
        .state.yes{color:var(--good)}
        .state.no{color:var(--bad)}
        .state.maybe{color:var(--text)}
        nav{margin:26px 0 0;font-size:14px;display:flex;flex-wrap:wrap;gap:4px 20px}
        nav a{text-decoration:none}
        nav a:hover{text-decoration:underline}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:14px;margin:30px 0 0;
        padding:0;list-style:none}
        .cards li{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 18px 12px}
        .cards b{display:block;font-size:26px;line-height:1.2;font-weight:650;letter-spacing:-.012em;
        font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .cards b.word{font-size:21px;line-height:1.5}
        .cards strong{display:block;font-size:13.5px;font-weight:600}
        .cards span{display:block;font-size:12.5px;line-height:1.4;color:var(--soft);margin-top:4px}
        .cards.three{grid-template-columns:repeat(auto-fit,minmax(260px,1fr))}
        .finding{border:1px solid var(--line);border-left:5px solid var(--soft);border-radius:8px;
        background:var(--card);padding:12px 18px;margin:14px 0;break-inside:avoid;overflow-wrap:anywhere}
        .finding p{max-width:none}
        .finding.error{border-left-color:var(--bad)}
        .finding.warning{border-left-color:var(--c1)}
        .finding b.sort{font-size:13px;margin-right:8px}
        .finding.error b.sort{color:var(--bad)}
        .finding.warning b.sort{color:var(--c1)}
        .remedy::before{content:"\2192\00a0"}
        figure.plot{position:relative;margin:30px 0 0;break-inside:avoid}
        figure.plot h3{margin:0}
        figcaption p{max-width:96ch;margin:2px 0 10px;color:var(--soft);font-size:14.5px}
        figure.live svg{cursor:crosshair}
        svg.chart{display:block;width:100%;height:auto;touch-action:pan-y}
        .tip{position:absolute;bottom:66px;z-index:2;pointer-events:none;background:var(--card);
        border:1px solid var(--frame);border-radius:8px;padding:8px 12px;font-size:13px;line-height:1.5;
        box-shadow:0 4px 18px rgb(0 0 0/.16);max-width:380px}
        .tip b{display:block;font-weight:600}
        .tip span{display:flex;gap:8px;align-items:baseline}
        .tip i{width:9px;height:9px;border-radius:2px;flex:none}
        .tip em{margin-left:auto;padding-left:16px;font-style:normal;font-variant-numeric:tabular-nums;
        white-space:nowrap}
        .scroll{overflow-x:auto;margin:8px 0}
        table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
        th{font-weight:600;color:var(--soft);font-size:13px;border-bottom:1.5px solid var(--frame)}
        th,td{text-align:left;vertical-align:top;padding:6px 16px 6px 0}
        th:last-child,td:last-child{padding-right:0}
        td{border-bottom:1px solid var(--line)}
        td.n,th.n{text-align:right;white-space:nowrap}
        td.n:first-child{width:1%}
        td.wide{overflow-wrap:break-word}
        td small{display:block;color:var(--soft);font-size:12.5px}
        tr{break-inside:avoid}
        footer{margin-top:64px;padding-top:14px;border-top:1px solid var(--line);font-size:13px;color:var(--soft)}
        @media (max-width:600px){main{padding:24px 16px}h1{font-size:24px}}
        @media print{
        html{color-scheme:light}
        body{font-size:11pt}
        main{max-width:none;padding:0}
        nav,.tip{display:none}
        h2{break-after:avoid;margin-top:28pt}
        .scroll{overflow:visible}
        .cards,.finding{break-inside:avoid}
        }

        """;

    public static string Sheet { get; } = Render();

    private static string Render()
    {
        StringBuilder css = new();
        Colour(css, Palette.Light, "#f6f8fa");
        css.Append("@media screen and (prefers-color-scheme:dark){\n");
        Colour(css, Palette.Dark, "#151b23");
        css.Append("}\n");
        for (int i = 0; i < SvgStyle.Colours; i++)
        {
            css.Append($".c{i}{{background:var(--c{i})}}\n");
        }

        return css.Append(Rules).Append(SvgStyle.Inside).ToString();
    }

    private static void Colour(StringBuilder css, Palette palette, string card)
    {
        css.Append($":root{{--ground:{palette.Ground};--text:{palette.Text};--soft:{palette.Soft};");
        css.Append($"--line:{palette.Grid};--frame:{palette.Frame};--card:{card};");
        css.Append($"--good:{palette.Good};--bad:{palette.Bad}");
        for (int i = 0; i < palette.Series.Length; i++)
        {
            css.Append($";--c{i}:{palette.Series[i]}");
        }

        css.Append("}\n");
    }
}
