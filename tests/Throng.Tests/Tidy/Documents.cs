using System.Text;
using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Originals;

namespace Throng.Tests.Tidy;

/// <summary>Rules on what people read: that it is true of the program, and speaks of nothing but the program.</summary>
internal static partial class Documents
{
    /// <summary>Options of other programs that the documents tell people to type.</summary>
    private static readonly string[] Foreign =
        ["--project", "--filter-class", "--filter-namespace", "--minutes", "--input"];

    private static readonly string[] Headings = ["### Added", "### Numbers"];

    /// <summary>Every option the program understands, with dashes, read off its own tables.</summary>
    public static IReadOnlySet<string> KnownOptions { get; } = ReadOptions();

    public static IEnumerable<Violation> Options(SourceFile file, IReadOnlySet<string> known) => file.Matches(
            OptionWord(), file.Text, match => $"{match.Value} is no option of throng; see throng help")
        .Where(one => !known.Contains(one.Text.Split(' ')[0]) && !Foreign.Contains(one.Text.Split(' ')[0]));

    /// <summary>The table of metrics as docs/reference/metrics.md has it.</summary>
    public static string MetricsPage(IReadOnlyList<Metric> metrics)
    {
        StringBuilder page = new("""
            # Metrics

            Written by the tests from `Throng.Measurement.Metrics`, the one place where a metric is declared. After a
            change there run `THRONG_GOLDEN=update dotnet test` and commit the difference. How it is measured, and how
            exactly, is in [measurement.md](../explain/measurement.md).

            **Key** is the path in the JSON document, the unit included; without the unit it is the name of the metric.
            A *time* is an object of statistics (`count`, `min`, `mean`, `p50` to `p9999`, `max`) in ns. A metric *by
            reason* is an object of counts. **Better** says which way is better. **Over time** and **over workers** say
            how the figures of two intervals or two workers become one: *sum*, *max*, *last*, *merge* (of histograms) or
            *anew* (from the joined parts). **Share of** names the metric that a percentage refers to.


            """);
        page.Append("| Key | Kind | Better | Over time | Over workers | Share of | What it is |\n");
        page.Append("|---|---|---|---|---|---|---|\n");
        foreach (Metric metric in metrics)
        {
            string kind = metric.IsLatency ? "time" : metric.IsByReason ? "by reason" : KindOf(metric.Unit);
            string whole = metric.Whole is null ? "" : $"`{metric.Whole}`";
            page.Append($"| `{metric.Key}` | {kind} | {Lower(metric.Better)} | {Lower(metric.OverTime)} ")
                .Append($"| {Lower(metric.OverWorkers)} | {whole} | {metric.Definition} |\n");
        }

        page.Append("""

            These are words. A condition compares them with `=` or `!=`, in any case of the letters.

            | Key | What it is |
            |---|---|

            """);
        foreach (TextMetric metric in TextMetric.All)
        {
            page.Append($"| `{metric.Name}` | {metric.Definition} |\n");
        }

        return page.ToString();
    }

    public static IEnumerable<Violation> Changelog(SourceFile file)
    {
        int start = file.Text.IndexOf("\n## [Unreleased]\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return [new Violation(file.Path, 1, "no section '## [Unreleased]'; add it above the releases")];
        }

        int to = file.Text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        string section = to < 0 ? file.Text[start..] : file.Text[start..to];
        return from heading in Headings
               where !section.Contains($"\n{heading}\n", StringComparison.Ordinal)
               select new Violation(file.Path, file.LineAt(start + 1), $"'## [Unreleased]' has no '{heading}'; add it");
    }

    /// <summary>A table that says where something lives names files that are there.</summary>
    public static IEnumerable<Violation> Files(SourceFile page, IReadOnlyCollection<string> paths) =>
        from row in page.Lines.Select((text, index) => (Text: text, Number: index + 1))
        where row.Text.StartsWith('|')
        from Match name in FileName().Matches(row.Text)
        where !paths.Any(path => path.EndsWith(name.Groups["name"].Value, StringComparison.Ordinal))
        select new Violation(page.Path, row.Number, $"{name.Value} is not there; say where it went");

    public static IEnumerable<Violation> Places(SourceFile file) => file
        .Matches(AbsolutePath(), file.Text, match => $"'{match.Value}' exists on one machine; write a relative path")
        .Concat(file.Matches(
            Registry(), file.Text, match => $"'{match.Value}': leave out where packages come from"));

    public static IEnumerable<Violation> Making(SourceFile file) => file.Matches(
        MakingWord(), file.Text, match => $"'{match.Value}' tells how this was made; say what the program does");

    private static HashSet<string> ReadOptions()
    {
        IEnumerable<Option> options = Commands.All.SelectMany(command => command.Syntax.Options);
        IEnumerable<string> ofOriginals = AllOriginals.All.SelectMany(original => original.Options);
        return [.. options.SelectMany(option => option.Spellings), .. ofOriginals, "--help", "--version"];
    }

    private static string KindOf(MetricUnit unit) => unit switch
    {
        MetricUnit.Nanoseconds => "ns",
        MetricUnit.PerSecond => "per second",
        _ => Lower(unit),
    };

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]*")]
    private static partial Regex OptionWord();

    [GeneratedRegex(@"`(?<name>[\w./]+\.cs)`")]
    private static partial Regex FileName();

    // The brackets keep this file from catching itself.
    [GeneratedRegex(@"(?<![\w.~}])/(work|root|home|Users)(?=[/\s""'`)]|$)", RegexOptions.Multiline)]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"\b(nuget[.]org|azureedge[.]net|pypi[.]org|npmjs[.]|crates[.]io|(docker|quay|ghcr)[.]io"
        + @"|pkgs[.]|[a-z]*artifactory[.a-z])", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"\b(design[.]md|engine-[c]ontract|[a-z]+-facts[.]md|issues? #?\d+"
        + @"|acceptance criteri\w+|sub-?[a]gents?|language [m]odel"
        + @"|LL[M]s?|Clau[d]e|Anthropi[c]|Open[A]I|Chat[G]PT|Copilo[t])\b", RegexOptions.IgnoreCase)]
    private static partial Regex MakingWord();
}
