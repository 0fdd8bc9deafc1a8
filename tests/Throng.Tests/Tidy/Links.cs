using System.Text.RegularExpressions;

namespace Throng.Tests.Tidy;

/// <summary>Links between the documents lead to files that exist, and to headings that those files have.</summary>
internal static partial class Links
{
    public static IEnumerable<Violation> Broken(SourceFile page, IReadOnlyDictionary<string, string> files)
    {
        foreach (Match link in Link().Matches(page.Text))
        {
            string path = link.Groups["path"].Value;
            string heading = link.Groups["heading"].Value;
            string target = path.Length == 0 ? page.Path : Resolved(page.Path, path);
            string? text = files.GetValueOrDefault(target);
            if (text is null && !File.Exists(Under(target)) && !Directory.Exists(Under(target)))
            {
                yield return new Violation(page.Path, page.LineAt(link.Index), $"{link.Value} leads to no file");
            }
            else if (heading.Length > 0 && text is not null && !Anchors(text).Contains(heading))
            {
                yield return new Violation(page.Path, page.LineAt(link.Index), $"{link.Value} leads to no heading");
            }
        }
    }

    private static string Under(string path) => Path.Combine(Repository.Root, path);

    private static string Resolved(string from, string path)
    {
        List<string> parts = [.. (Path.GetDirectoryName(from) ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string part in path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    // As the common hosts of Markdown make them: lower case, blanks to dashes, other signs left out.
    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(text).Select(one =>
            NoSign().Replace(one.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?![a-z]+:)(?<path>[^)#\s]*)(#(?<heading>[^)\s]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NoSign();
}
