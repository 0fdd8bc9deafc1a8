using System.Globalization;
using System.Text;

namespace Throng.Measurement;

/// <summary>
/// Letters of text from elsewhere, before it goes to a terminal, a page or a file. The one place that decides what
/// shows itself; every medium has one function on top of it for what is special there.
/// </summary>
public static class Letters
{
    private const string Cut = "...";

    /// <summary>
    /// Letters that leave no mark though their category does not say so: joiners, fillers, variation selectors, the
    /// empty Braille cell. First and last of each range.
    /// </summary>
    private static readonly (int First, int Last)[] Blank =
    [
        (0x034f, 0x034f), (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f), (0x2800, 0x2800), (0x3164, 0x3164),
        (0xfe00, 0xfe0f), (0xffa0, 0xffa0), (0xe0100, 0xe01ef),
    ];

    /// <summary>
    /// Whether a letter shows itself and nothing else: no control, no end of a line, none that turns the direction of
    /// what stands around it or hides (U+202E and its kind), none that has no meaning yet.
    /// </summary>
    public static bool Shows(Rune letter)
    {
        if (letter.IsAscii)
        {
            return letter.Value is >= ' ' and < 0x7f;
        }

        return Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned)
            && !Array.Exists(Blank, range => letter.Value >= range.First && letter.Value <= range.Last);
    }

    /// <summary>Whether every letter of a text shows itself.</summary>
    public static bool Shows(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (!IsShown(text, at, out int units))
            {
                return false;
            }

            at += units;
        }

        return true;
    }

    /// <summary>The text with an escape, such as <c>\u{202e}</c>, for each letter that does not show itself.</summary>
    public static string Plain(string text) => Shows(text) ? text : Plain(text, keepsLayout: false);

    /// <summary>The same as part of a text that is laid out: a tab or an end of a line is a blank there.</summary>
    public static string Line(string text) =>
        Plain(text.AsSpan().ContainsAny('\t', '\n', '\r') ? string.Concat(text.Select(Unbroken)) : text);

    /// <summary>The same of several lines, which stay several, and of columns between tabs.</summary>
    public static string Lines(string text) => Shows(text) ? text : Plain(text, keepsLayout: true);

    /// <summary>The beginning of a text as a sentence names it.</summary>
    /// <param name="most">Letters of the longest one that is not cut.</param>
    public static string Quoted(string text, int most)
    {
        if (text.Length <= most)
        {
            return Plain(text);
        }

        int length = most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return Plain(text[..length]) + Cut;
    }

    private static string Plain(string text, bool keepsLayout)
    {
        StringBuilder plain = new(text.Length + 16);
        for (int at = 0; at < text.Length;)
        {
            bool isShown = IsShown(text, at, out int units) || (keepsLayout && text[at] is '\n' or '\t');
            _ = isShown ? plain.Append(text, at, units) : plain.Append(Escape(text, at, units));
            at += units;
        }

        return plain.ToString();
    }

    private static char Unbroken(char letter) => letter is '\t' or '\n' or '\r' ? ' ' : letter;

    /// <summary>Whether the letter there shows itself; half a pair of surrogates is none.</summary>
    private static bool IsShown(string text, int at, out int units)
    {
        bool isLetter = Rune.TryGetRuneAt(text, at, out Rune letter);
        units = isLetter ? letter.Utf16SequenceLength : 1;
        return isLetter && Shows(letter);
    }

    private static string Escape(string text, int at, int units) =>
        $"\\u{{{(units == 1 ? text[at] : char.ConvertToUtf32(text, at)):x}}}";
}
