using System.Text.RegularExpressions;

namespace Throng.Testing;

/// <summary>
/// One document whose blocks of <c>console</c> are a script: lines that begin with a dollar sign are typed, those
/// below are what is shown. A comment <c>&lt;!-- parsed: REASON --&gt;</c> above a block says that it is not run.
/// </summary>
/// <param name="Path">From the root of the repository.</param>
internal sealed partial record Guide(string Path, IReadOnlyList<GuideStep> Steps)
{
    public static Guide Read(string root, string path) =>
        new(path, [.. StepsOf(File.ReadAllText(System.IO.Path.Combine(root, path)))]);

    /// <summary>The README and every document below docs, as paths from the root.</summary>
    public static IEnumerable<string> Paths(string root) =>
        Directory.GetFiles(System.IO.Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => System.IO.Path.GetRelativePath(root, file))
            .Prepend("README.md");

    /// <summary>
    /// Command lines of throng in any block of code, run or not, each on one line: what a person may copy.
    /// </summary>
    public static IEnumerable<GuideStep> LinesOf(string text)
    {
        foreach (Match block in AnyBlock().Matches(text))
        {
            int first = 2 + text.AsSpan(0, block.Index).Count('\n');
            string body = Continuation().Replace(block.Groups["body"].Value, " ");
            foreach (Match line in CommandLine().Matches(body))
            {
                yield return new GuideStep(
                    first + body.AsSpan(0, line.Index).Count('\n'), line.Groups["line"].Value, [], false);
            }
        }
    }

    /// <summary>The folder with the solution above the test program.</summary>
    public static string FindRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(System.IO.Path.Combine(at, "Throng.slnx")))
        {
            at = System.IO.Path.GetDirectoryName(at);
        }

        return at ?? throw new DirectoryNotFoundException("no Throng.slnx above the test program");
    }

    public static IEnumerable<GuideStep> StepsOf(string text)
    {
        foreach (Match block in Block().Matches(text))
        {
            string[] lines = block.Groups["body"].Value.TrimEnd('\n').Split('\n');
            int first = 2 + text.AsSpan(0, block.Groups["fence"].Index).Count('\n');
            bool isRun = !block.Groups["reason"].Success;
            for (int at = 0; at < lines.Length;)
            {
                if (!lines[at].StartsWith("$ ", StringComparison.Ordinal))
                {
                    throw new FormatException($"line {first + at}: a block begins with a command: '$ '");
                }

                int start = at;
                string command = lines[at++][2..];
                while (command.EndsWith('\\') && at < lines.Length)
                {
                    command = $"{command[..^1]} {lines[at++].Trim()}";
                }

                if (HereDocument().Match(command) is { Success: true } here)
                {
                    int last = Array.IndexOf(lines, here.Groups["end"].Value, at);
                    command = string.Join('\n', lines[at..(last + 1)].Prepend(command));
                    at = last + 1;
                }

                int shown = at;
                while (at < lines.Length && !lines[at].StartsWith("$ ", StringComparison.Ordinal))
                {
                    at++;
                }

                yield return new GuideStep(first + start, command, lines[shown..at], isRun);
            }
        }
    }

    [GeneratedRegex(@"^```\w*\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex AnyBlock();

    [GeneratedRegex(@" *\\\n *")]
    private static partial Regex Continuation();

    // Not what the program says of itself, such as "throng hold: nothing ever connected".
    [GeneratedRegex(@"^(\$ )?(?<line>throng [a-z]+( [^\n]*)?)$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex("<<'(?<end>[A-Z]+)'$")]
    private static partial Regex HereDocument();

    [GeneratedRegex(
        @"^(<!-- parsed: (?<reason>[^\n]+) -->\n+)?(?<fence>```)console\n(?<body>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
