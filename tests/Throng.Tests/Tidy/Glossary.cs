using System.Text.RegularExpressions;

namespace Throng.Tests.Tidy;

/// <summary>
/// One word for one thing: docs/develop/glossary.md has a table of the words and of those not to use for them, and this
/// reads both the table and the sources. Kernel names (Throng.Linux) and other programs' own words are exempt.
/// </summary>
internal static partial class Glossary
{
    private static readonly string[] Exempt =
        ["src/Throng.Linux", "src/Throng.Originals", "src/Throng/OtherPrograms"];

    /// <summary>Uses of such a word for something else. Each entry is needed, or the tests say so.</summary>
    public static readonly GlossaryException[] Exceptions =
    [
        new("src/Throng.Engine/Query", "connection id", "a column that others read by this name"),
        new("src/Throng.Measurement/Saturation", "throttled", "of a cgroup: the kernel's word, throttled_usec"),
        new("src/Throng.Engine/Churn", "throttled", "the same"),
        new("src/Throng.Measurement/Capacity", "session", "what a path holds for a connection: the word of RFC 9693"),
        new("src/Throng.Engine/Capacity", "session", "the same"),
        new("src/Throng.Measurement/Metrics", "session", "the same"),
        new("src/Throng.Report/Reading", "session", "the same"),
        new("src/Throng.Measurement/Capacity", "behaviour", "of a path, not of this program's connections"),
        new("src/Throng.Engine/Capacity", "behaviour", "the same"),
        new("src/Throng.Measurement/Metrics", "behaviour", "the same"),
        new("src/Throng.Report/Reading", "behaviour", "the same"),
        new("src/Throng.Report/Boxes", "session", "the same, in the report that RFC 9693 names"),
        new("src/Throng.Report/Boxes", "behaviour", "the same"),
        new("src/Throng/Control", "conn", "the words of ctraffic's own line, which scripts read"),
        new("src/Throng.Engine/InKernel", "driver", "of a network card: the kernel's word"),
        new("src/Throng.Engine/Packet", "driver", "the same"),
        new("src/Throng/Serve", "driver", "the same"),
        new("src/Throng.Report/Html", "baseline", "of letters: the word of style sheets"),
    ];

    /// <summary>The words not to use, each with the word to use.</summary>
    public static IReadOnlyDictionary<string, string> Read(string table)
    {
        Dictionary<string, string> synonyms = [];
        foreach (Match row in Row().Matches(table).Where(row => row.Groups["word"].Value is not ("Word" or "---")))
        {
            foreach (string not in row.Groups["not"].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                if (not.Length > 0 && !synonyms.TryAdd(not, row.Groups["word"].Value))
                {
                    throw new FormatException($"the glossary has '{not}' in two rows");
                }
            }
        }

        return synonyms;
    }

    public static IEnumerable<Violation> Of(
        SourceFile file, IReadOnlyDictionary<string, string> synonyms, IReadOnlyList<GlossaryException> exceptions)
    {
        if (Exempt.Any(file.IsUnder))
        {
            yield break;
        }

        for (int i = 0; i < file.Lines.Length; i++)
        {
            string words = Words(file.Lines[i]);
            foreach ((string not, string word) in synonyms)
            {
                bool isUsed = words.Contains($" {not} ", StringComparison.Ordinal)
                    || words.Contains($" {not}s ", StringComparison.Ordinal);
                if (isUsed && !exceptions.Any(one => file.IsUnder(one.Folder) && one.Word == not))
                {
                    string text = $"'{not}': the word is {word} (docs/develop/glossary.md)";
                    yield return new Violation(file.Path, i + 1, text);
                }
            }
        }
    }

    /// <summary>
    /// The words of a line, those inside an identifier too, in lower case between single blanks; signs in between stay.
    /// </summary>
    private static string Words(string line)
    {
        string apart = Hump().Replace(line, " ");
        return $" {string.Join(' ', Word().Matches(apart).Select(word => word.Value.ToLowerInvariant()))} ";
    }

    [GeneratedRegex(@"^\| *\**(?<word>[^|]*?)\** *\|[^|]*\|[^|]*\| *(?<not>[^|]*?) *\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")]
    private static partial Regex Hump();

    [GeneratedRegex("[A-Za-z0-9]+|[^A-Za-z0-9 -]+")]
    private static partial Regex Word();
}

/// <summary>A word of the glossary's last column that means something else in one folder.</summary>
internal sealed record GlossaryException(string Folder, string Word, string Why);
