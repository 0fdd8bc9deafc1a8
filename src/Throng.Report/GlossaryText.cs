using System.Text.RegularExpressions;

namespace Throng.Report;

/// <summary>The glossary of the project, which is in the program: what its words mean.</summary>
public static partial class GlossaryText
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Read = new(ReadAll);

    /// <summary>Every word, in small letters.</summary>
    public static IEnumerable<string> Words => Read.Value.Keys;

    /// <summary>The meaning of a word; null when it is not in the glossary.</summary>
    public static string? Find(string word) =>
        Read.Value.GetValueOrDefault(word.Trim().Replace('_', ' ').ToLowerInvariant());

    private static Dictionary<string, string> ReadAll()
    {
        using Stream stream = typeof(GlossaryText).Assembly.GetManifestResourceStream("glossary.md")!;
        using StreamReader reader = new(stream);
        Dictionary<string, string> meanings = [];
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split('|');
            if (cells.Length < 4)
            {
                continue;
            }

            string meaning = cells[2].Trim().Replace("*", "", StringComparison.Ordinal);
            foreach (Match word in Word().Matches(cells[1]))
            {
                meanings.TryAdd(word.Groups[1].Value.ToLowerInvariant(), meaning);
            }
        }

        return meanings;
    }

    [GeneratedRegex(@"\*\*(.+?)\*\*")]
    private static partial Regex Word();
}
