using Throng.Linux;

namespace Throng.Originals;

/// <summary>Errors in the words of the C library, which begin with a capital letter.</summary>
public static class CError
{
    /// <param name="errno">Positive.</param>
    public static string Text(int errno) => Capital(Errno.Text(errno));

    public static string Capital(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
