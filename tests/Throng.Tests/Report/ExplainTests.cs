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
    public void A_finding_has_its_name_from_a_note()
    {
        Assert.DoesNotContain(Repository.Shipped, file => file.IsUnder("src") && Rule().IsMatch(file.Text));
        string[] names = [.. RuleNote.All.Select(note => note.Name)];
        Assert.Equal(names.Distinct(), names);
        Assert.All(AllRules.InOrder, rule => Assert.Same(rule.Note, RuleNote.Find(rule.Note.Name)));
        Assert.Equal("limit-NAME", RuleNote.Find(RuleNote.OfLimit("source ports"))!.Name);
    }

    [Theory]
    [InlineData("respnse.p99", "there is no metric and no rule 'respnse.p99'; did you mean response.p99?")]
    [InlineData("generator-lat", "there is no metric and no rule 'generator-lat'; did you mean generator-late?")]
    [InlineData("bananas", "there is no metric and no rule 'bananas'; throng explain lists them")]
    public void What_is_neither_is_usage_with_the_nearest(string name, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("explain", "response", name));
        Assert.Equal($"throng explain: {error}\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    private static string Out(params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(words));
        return shell.Out;
    }

    [GeneratedRegex(@"new Finding\(\s*[^,""]*Severity\.\w+,\s*""([a-z-]+)""")]
    private static partial Regex Rule();

    [GeneratedRegex("--fail-on '([^']*)'")]
    private static partial Regex Condition();
}
