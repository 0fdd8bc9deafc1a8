using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Documents that version 0.1.0 wrote, and what its README says to type: they are read, and mean, what they did then.
/// Never update these files to make a test pass.
/// </summary>
public sealed partial class FirstVersionTests
{
    private static readonly string Folder = Path.Combine(
        Repository.Root, "tests", "Throng.Tests", "Golden", "v0.1.0");

    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_is_reported_with_the_figures_it_had(string name)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("report", PathOf(name)));
        Assert.Equal("", shell.Error);
        string was = File.ReadAllText(Path.Combine(Folder, name + ".txt"));
        Assert.Equal(Paragraph(was), Paragraph(shell.Out));
        List<string> figures = [.. FiguresOf(shell.Out)];
        Assert.All(FiguresOf(name == "saturate" ? OfOneRate().Replace(was, "") : was), figure => Assert.True(
            figures.Remove(figure) || figures.Remove(InPercent(figure)), $"{figure} is missing: {shell.Out}"));
    }

    /// <summary>The verdict, on one line.</summary>
    private static string Paragraph(string report) =>
        report[..report.IndexOf("\n\n", StringComparison.Ordinal)].Replace('\n', ' ');

    /// <summary>Figures with their units; rates a second had more digits once, and 0 was shown of what is not known.
    /// </summary>
    private static IEnumerable<string> FiguresOf(string report) =>
        from line in report.Split('\n')
        where !line.Contains("_per_s", StringComparison.Ordinal) && !SaysNothing().IsMatch(line)
        from figure in Figure().Matches(line)
        select figure.Value;

    /// <summary>Rows that were shown of a search as a whole once.</summary>
    [GeneratedRegex("^(rate|response|service|lag) .*$", RegexOptions.Multiline)]
    private static partial Regex OfOneRate();

    /// <summary>Rows that are left out today, because they say what the command line does, or that nothing happened.
    /// </summary>
    [GeneratedRegex(@"^\w+\.(targets|port_collisions +0$)")]
    private static partial Regex SaysNothing();

    /// <summary>Shares were shown as such once.</summary>
    private static string InPercent(string figure) =>
        double.TryParse(figure, CultureInfo.InvariantCulture, out double share)
            ? Units.Percent(share)[..^" %".Length]
            : "";

    [GeneratedRegex(@"\d[\d.,]*\d?( (ns|us|ms|s|min|B|KiB|MiB|GiB)\b)?")]
    private static partial Regex Figure();

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_view_of_a_document_has_something(string name)
    {
        RunDocument run = SavedRuns.Read(File.ReadAllBytes(PathOf(name)));
        Assert.All(SavedRuns.Views(run).Concat(SavedRuns.Pages(run)), view => Assert.NotEqual("", view));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_is_compared_with_itself_and_does_not_differ(string name)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("compare", PathOf(name), PathOf(name), "--json"));
        Assert.Contains("\"schema\": \"throng.comparison/1\"", shell.Out, StringComparison.Ordinal);
        RunDocument run = SavedRuns.Read(File.ReadAllBytes(PathOf(name)));
        RunComparison comparison = RunComparison.Compare([new NamedRun("before", run), new NamedRun("after", run)]);
        Assert.Empty(comparison.Options);
        Assert.All(comparison.Metrics, metric => Assert.Equal(metric.Values[0], metric.Values[1]));
    }

    [Fact]
    public void Two_documents_are_merged()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("merge", PathOf("query"), PathOf("query-again"), "--json"));
        RunDocument merged = SavedRuns.Read(shell.Out);
        RunDocument then = SavedRuns.Read(File.ReadAllBytes(PathOf("merged")));
        Assert.Equal(then.Messages, merged.Messages);
        Assert.Equal(then.Connections.Opened, merged.Connections.Opened);
        Assert.Equal(then.Response!.P99Ns, merged.Response!.P99Ns);
        Assert.Equal(then.DurationNs, merged.DurationNs);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_a_document_found_is_explained(string name)
    {
        RunDocument run = SavedRuns.Read(File.ReadAllBytes(PathOf(name)));
        foreach (Finding finding in run.Verdict.Findings)
        {
            CliShell shell = new();
            Assert.Equal(0, shell.Run("explain", finding.Rule));
        }
    }

    [Fact]
    public void What_the_README_says_to_type_means_what_it_meant()
    {
        StringBuilder read = new();
        IReadOnlyList<CommandSyntax> syntaxes = Commands.SyntaxesOf(Commands.All);
        foreach (string line in File.ReadLines(Path.Combine(Folder, "command-lines")))
        {
            string[] words = [.. Word().Matches(line).Select(word => word.Value.Trim('\''))];
            CommandSyntax command = Assert.Single(syntaxes, syntax => syntax.Name == words[0]);
            Arguments arguments = Arguments.Parse(command, syntaxes, words[1..], new Dictionary<string, string>());
            Assert.Empty(arguments.Errors);
            read.Append($"$ throng {line}\n");
            arguments.Values.Words.ForEach(word => read.Append($"  {word}\n"));
            foreach (KeyValuePair<string, Node> option in arguments.Values.Effective(command))
            {
                if (option.Key != "seed")
                {
                    read.Append($"  {option.Key} = {Shown(option.Value)}\n");
                }
            }
        }

        GoldenFile.Match("v0.1.0/command-lines.txt", read.ToString());
    }

    private static string PathOf(string name) => Path.Combine(Folder, name + ".json");

    private static string Shown(Node node) => node.Kind switch
    {
        NodeKind.Null => "none",
        NodeKind.Text => node.Text,
        NodeKind.Flag => node.Flag ? "on" : "off",
        NodeKind.List => $"[{string.Join(", ", node.Items.Select(Shown))}]",
        _ => $"{node.Real}",
    };

    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Word();
}
