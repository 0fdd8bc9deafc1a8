namespace Throng.Report;

/// <summary>How wide a text is at most, without a font at hand.</summary>
internal static class TextWidth
{
    // DejaVu Sans, the widest of the fonts named in the style: digits and most letters are 0.64 of its 12 pixels.
    private const double LetterPixels = 7.7;

    /// <summary>In pixels, at the size of all text but the title.</summary>
    public static double Measure(string text) => text.Length * LetterPixels;

    /// <summary>The text in lines that are no wider, broken between words; a word alone may be.</summary>
    public static IEnumerable<string> Lines(string text, double widthPixels)
    {
        int most = Math.Max(1, (int)(widthPixels / LetterPixels));
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > most)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
