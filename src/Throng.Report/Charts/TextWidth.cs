namespace Throng.Report;

/// <summary>How wide a text is at most, without a font at hand.</summary>
internal static class TextWidth
{
    // DejaVu Sans, the widest of the fonts named in the style: digits and most letters are 0.64 of its 12 pixels.
    private const double LetterPixels = 7.7;

    /// <summary>In pixels, at the size of all text but the title.</summary>
    public static double Measure(string text) => text.Length * LetterPixels;
}
