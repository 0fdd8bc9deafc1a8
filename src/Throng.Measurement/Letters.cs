using System.Globalization;

namespace Throng.Measurement;

/// <summary>Letters of text from elsewhere, before it goes to a terminal or a page.</summary>
public static class Letters
{
    /// <summary>
    /// Whether a letter shows itself and nothing else: no control, no end of a line, none that turns the direction of
    /// what stands around it or hides (U+202E and its kind).
    /// </summary>
    public static bool Shows(char letter) => !char.IsControl(letter)
        && char.GetUnicodeCategory(letter) is not (UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>The text with <paramref name="instead"/> for each letter that does not show itself.</summary>
    public static string Plain(string text, char instead) =>
        text.All(Shows) ? text : string.Concat(text.Select(letter => Shows(letter) ? letter : instead));
}
