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
            Assert.StartsWith(name, threshold.Metric.Name, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Every_rule_has_a_note_and_no_other_has()
    {
        string[] written = [.. Repository.Shipped
            .Where(file => file.IsUnder("src/Throng.Measurement") || file.IsUnder("src/Throng.Engine/InKernel"))
            .Where(file => !file.Path.EndsWith("/RuleNote.cs", StringComparison.Ordinal))
            .SelectMany(file => Rule().Matches(file.Text)).Select(match => match.Groups[1].Value)];
        Assert.True(written.Length >= 20, "the rules were not understood");
        Assert.Equal(
            written.Append("limit-NAME").Distinct().Order(StringComparer.Ordinal),
            RuleNote.All.Select(note => note.Name).Order(StringComparer.Ordinal));
        Assert.Equal("limit-NAME", RuleNote.Find("limit-descriptors")!.Name);
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
