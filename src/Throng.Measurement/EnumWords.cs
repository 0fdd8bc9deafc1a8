using System.Text;

namespace Throng.Measurement;

/// <summary>
/// Names of enums as results have them, read off their members: <c>ConnectTimeout</c> is <c>connect-timeout</c>. So a
/// member is the only place its name stands in, and renaming one changes what results say.
/// </summary>
public static class EnumWords
{
    /// <summary>The name of every member, by its value; values count from 0 without gaps.</summary>
    public static string[] Of<T>(char between)
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => WordsOf(name, between))];

    private static string WordsOf(string name, char between)
    {
        StringBuilder words = new();
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && words.Length > 0)
            {
                words.Append(between);
            }

            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
