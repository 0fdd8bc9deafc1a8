using System.Buffers;
using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// JSON in which every letter shows itself: one that does not is written as its escape, so the text that is read is the
/// same, and nothing in a document turns or hides what stands around it on a terminal.
/// </summary>
internal static class JsonLetters
{
    private const byte FirstBeyondAscii = 0x80;

    /// <param name="json">A document as it was written; beyond ASCII it has nothing but letters of texts.</param>
    public static void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> into)
    {
        if (!json.ContainsAnyInRange(FirstBeyondAscii, byte.MaxValue))
        {
            into.Write(json);
            return;
        }

        while (json.Length > 0)
        {
            _ = Rune.DecodeFromUtf8(json, out Rune letter, out int bytes);
            if (letter.IsAscii || Letters.Shows(letter))
            {
                into.Write(json[..bytes]);
            }
            else
            {
                Encoding.ASCII.GetBytes(Escaped(letter), into);
            }

            json = json[bytes..];
        }
    }

    private static string Escaped(Rune letter) => string.Concat(letter.ToString().Select(
        unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}")));
}
