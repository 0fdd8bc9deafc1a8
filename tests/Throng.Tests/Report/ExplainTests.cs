using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Report;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng explain`: metrics and rules by name.</summary>
public sealed partial class ExplainTests
{
    [Fact]
    public void Everything_is_listed_as_agreed() => GoldenFile.Match("explain.txt", Out("explain"));

    [Fact]
    public void A_statistic_a_reason_and_a_rule_are_explained_as_agreed() => GoldenFile.Match(
        "explain-some.txt",
        Out("explain", "response.p999", "connections.closed.reset", "monitor.new.success", "response",
            "generator-late", "limit-ports"));

    [Fact]
    public void Every_metric_and_part_is_explained_within_100_columns()
    {
        foreach (string name in Metrics.Names)
        {
            string text = Out("explain", name);
            Assert.StartsWith(name + "\n", text, StringComparison.Ordinal);
            Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 100, line));
        }
    }

    [Fact]
    public void The_condition_it_shows_is_one()
    {
        foreach (string name in Metrics.Names)
        {
            string text = Out("explain", name);
            string condition = Condition().Match(text).Groups[1].Value;
            Assert.True(Threshold.TryParse(condition, out Threshold threshold, out string error), error);
            Assert.StartsWith(name, threshold.Metric!.Name, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Words_that_are_one_need_no_quotes()
    {
        Assert.Equal(
            Out("explain", "held back") + "\n" + Out("explain", "drained"), Out("explain", "held", "back", "drained"));
        Assert.Equal(Out("explain", "response") + "\n" + Out("explain", "lag"), Out("explain", "response", "lag"));
    }

    [Fact]
    public void A_finding_has_its_name_from_a_note()
    {
        Assert.DoesNotContain(Repository.Shipped, file => file.IsUnder("src") && Rule().IsMatch(file.Text));
        string[] names = [.. RuleNote.All.Select(note => note.Name)];
        Assert.Equal(names.Distinct(), names);
        Assert.All(AllRules.InOrder, rule => Assert.Same(rule.Note, RuleNote.Find(rule.Note.Name)));
        Assert.Equal("limit-NAME", RuleNote.Find(RuleNote.OfLimit("source ports"))!.Name);
    }

    [Theory]
    [InlineData("respnse.p99",
        "there is no metric, rule or word of a result 'respnse.p99'; did you mean response.p99?")]
    [InlineData("generator-lat",
        "there is no metric, rule or word of a result 'generator-lat'; did you mean generator-late?")]
    [InlineData("bananas", "there is no metric, rule or word of a result 'bananas'; throng explain lists them")]
    public void What_is_neither_is_usage_with_the_nearest(string name, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("explain", "response", name));
        Assert.Equal($"throng explain: {error}\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    /// <summary>The rows of a section are its keys in words, so all keys that the source has are asked for.</summary>
    [Fact]
    public void Every_key_reason_outcome_cause_and_word_of_the_glossary_is_explained()
    {
        IEnumerable<string> keys = Repository.Shipped
            .Where(file => file.IsUnder("src/Throng.Engine") || file.IsUnder("src/Throng.Measurement"))
            .SelectMany(file => SectionKey().Matches(file.Text)).Select(match => match.Groups[1].Value);
        string[] words =
        [
            .. keys.Except(NoRows).Select(TextLines.Words),
            .. CloseReasons.All.Select(CloseReasons.Name), .. ChurnOutcomes.All, .. DnsRcode.All.TakeLast(1),
            .. Enum.GetValues<SearchEnding>().Skip(1).Select(SearchEndings.Name),
            .. GlossaryText.Words,
            "held back", "drained", "closed", "disturbed", "not_sent", "path-drop", "rule", "ending", "waited max",
            "spread low rate", "ended_by", "offered", "due", "begun", "ended well", "connecting", "under way",
        ];
        string[] unknown = [.. words.Distinct().Where(word => new CliShell().Run("explain", word) != 0)];
        Assert.Equal("", string.Join(", ", unknown));
    }

    [Fact]
    public void Every_row_of_the_sample_results_is_explained()
    {
        string[] files = ["run-full.txt", "run-hold.txt", "run-monitor.txt", "merge.txt"];
        string[] labels =
        [
            .. files.SelectMany(file => Label().Matches(Repository.File($"tests/Throng.Tests/Golden/{file}").Text))
                .Select(match => match.Groups[1].Value).Distinct(),
        ];
        Assert.True(labels.Length > 20);
        string[] unknown = [.. labels.Where(label => new CliShell().Run("explain", label) != 0)];
        Assert.Equal("", string.Join(", ", unknown));
    }

    /// <summary>Keys that are no rows: sections of commands, a number of the kernel, and one of a step.</summary>
    private static readonly string[] NoRows =
        ["bench", "churn", "monitor", "query", "saturate", "serve", "errno", "throttled_ns"];

    private static string Out(params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(words));
        return shell.Out;
    }

    [GeneratedRegex(@"new Finding\(\s*[^,""]*Severity\.\w+,\s*""([a-z-]+)""")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\[""([a-z_]+)""\] =")]
    private static partial Regex SectionKey();

    [GeneratedRegex(@"(?m)^(connections|closed|failed|connect|tls|messages|payload|rate|response|service|lag|tcp|ran"
        + @"|merged of|cpu|memory|lasting|lost|disturbed|silent|retransmits|dropped|unconnected|duplicates|distinct"
        + @"|disturbance|episode|by code|new [a-z]+|answer [a-z]+|server|targets|message) ")]
    private static partial Regex Label();

    [GeneratedRegex("--fail-on '([^']*)'")]
    private static partial Regex Condition();
}
