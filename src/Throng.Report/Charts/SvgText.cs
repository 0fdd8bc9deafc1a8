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

    /// <summary>Text between tags or quotes; none of it is markup, and every letter of it shows itself.</summary>
    public static string Escape(string text) => Marked(Letters.Line(text));

    /// <summary>Text of letters that show themselves, with references in place of what is markup.</summary>
    /// <param name="isApostrophe">Whether an apostrophe is markup there.</param>
    internal static string Marked(string plain, bool isApostrophe = true)
    {
        if (!plain.AsSpan().ContainsAny("<>&\"'"))
        {
            return plain;
        }

        StringBuilder escaped = new(plain.Length + 16);
        foreach (char letter in plain)
        {
            _ = letter switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' when isApostrophe => escaped.Append("&#39;"),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }

    public override string ToString() => _text.ToString();
}
