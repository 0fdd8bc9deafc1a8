using System.Globalization;

namespace Throng.Engine;

/// <summary>
/// A domain name from the form people write into labels behind their lengths. Case is kept, the dot at the end may be
/// left out, <c>.</c> is the root. <c>\.</c> is a dot inside a label, <c>\DDD</c> the byte of that decimal number.
/// Names in other scripts are not converted: they are refused, and written as <c>xn--...</c> they pass.
/// </summary>
public static class DnsName
{
    /// <summary>Bytes of a name on the wire, the root's empty label included.</summary>
    public const int BytesMax = 255;

    private const int LabelBytesMax = 63;

    /// <summary>Writes a name and the bytes it took; the error is a reason, without what was read.</summary>
    /// <param name="into">At least <see cref="BytesMax"/> bytes.</param>
    public static bool TryWrite(ReadOnlySpan<byte> text, Span<byte> into, out int bytes, out string error)
    {
        bytes = 0;
        error = text.IsEmpty ? "it is empty" : "";
        if (text.SequenceEqual("."u8))
        {
            into[0] = 0;
            bytes = 1;
            return true;
        }

        int label = 0; // where the label's length goes; the label itself begins behind it
        int end = 1;
        int at = 0;
        while (at < text.Length && error.Length == 0)
        {
            if (text[at] == (byte)'.')
            {
                error = TryEndLabel(into, label, end) ? "" : "it has an empty label";
                label = end++;
                at++;
            }
            else if (!TryReadByte(text, ref at, out byte one, out error))
            {
                break;
            }
            else if (end - label > LabelBytesMax)
            {
                error = $"a label is longer than {LabelBytesMax} bytes";
            }
            else if (end >= BytesMax - 1)
            {
                error = $"it is longer than {BytesMax} bytes";
            }
            else
            {
                into[end++] = one;
            }
        }

        if (error.Length > 0)
        {
            return false;
        }

        if (TryEndLabel(into, label, end))
        {
            label = end;
        }

        into[label] = 0;
        bytes = label + 1;
        return true;
    }

    private static bool TryEndLabel(Span<byte> into, int label, int end)
    {
        int length = end - label - 1;
        if (length == 0)
        {
            return false;
        }

        into[label] = (byte)length;
        return true;
    }

    /// <summary>One byte of a label, which may be written as an escape of up to four.</summary>
    private static bool TryReadByte(ReadOnlySpan<byte> text, ref int at, out byte one, out string error)
    {
        one = text[at++];
        error = "";
        if (one >= 0x80)
        {
            error = "it is not ASCII; write names in other scripts as xn--...";
        }
        else if (one <= 0x20 || one == 0x7f)
        {
            error = "it has a blank or control character; write it as \\DDD";
        }
        else if (one == (byte)'\\')
        {
            error = TryReadEscape(text, ref at, out one) ? "" : "after \\ comes a character, or a byte as 000 to 255";
        }

        return error.Length == 0;
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> text, ref int at, out byte one)
    {
        one = 0;
        if (at >= text.Length)
        {
            return false;
        }

        if (!char.IsAsciiDigit((char)text[at]))
        {
            one = text[at++];
            return one is > 0x20 and < 0x7f;
        }

        if (at + 3 > text.Length || !byte.TryParse(text.Slice(at, 3), NumberStyles.None, null, out one))
        {
            return false;
        }

        at += 3;
        return true;
    }
}
