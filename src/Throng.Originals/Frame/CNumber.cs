namespace Throng.Originals;

/// <summary>Numbers as the C library's atoi reads them.</summary>
public static class CNumber
{
    /// <summary>Blanks, a sign and digits at the beginning, whatever follows; false without a digit.</summary>
    /// <param name="number">Kept within the range of an int.</param>
    public static bool TryRead(string text, out int number)
    {
        int at = 0;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        bool isNegative = at < text.Length && text[at] == '-';
        at += at < text.Length && text[at] is '-' or '+' ? 1 : 0;
        int first = at;
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            value = Math.Min(int.MaxValue, (value * 10) + text[at] - '0');
        }

        number = (int)(isNegative ? -value : value);
        return at > first;
    }
}
