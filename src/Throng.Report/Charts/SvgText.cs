using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>SVG under construction: elements on lines of their own, numbers the same in every locale.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    /// <summary>A whole line, already SVG.</summary>
    public SvgText Line(string svg)
    {
        _text.Append(svg).Append('\n');
        return this;
    }

    /// <summary>A coordinate: a hundredth of a pixel is finer than anybody sees.</summary>
    public static string Pixels(double pixels) => pixels.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Text between tags or quotes. What XML has no room for, or hides, becomes U+FFFD.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (Rune one in text.EnumerateRunes())
        {
            _ = one.Value switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\t' or '\n' or '\r' => escaped.Append(' '),
                0xfffe or 0xffff => escaped.Append('\ufffd'),
                _ when one.IsBmp && !Letters.Shows((char)one.Value) => escaped.Append('\ufffd'),
                _ => escaped.Append(one.ToString()),
            };
        }

        return escaped.ToString();
    }

    public override string ToString() => _text.ToString();
}
