using System.Text.RegularExpressions;
using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>Each rule of the page on who may do what names a test that is there.</summary>
public sealed partial class SecurityTests
{
    [Fact]
    public void Each_rule_names_a_test_that_exists()
    {
        SourceFile page = Repository.File("docs/develop/security.md");
        string[] rows = [.. page.Lines.Where(line => line.StartsWith('|')).Skip(2)];
        Assert.True(rows.Length >= 20, $"{rows.Length} rules");
        Assert.All(rows, row => Assert.True(Tests(row).Any(), $"no test proves: {row}"));
        string[] missing = [.. rows.SelectMany(Tests).Where(test => !Exists(test)).Select(test => test.Value)];
        Assert.Empty(missing);
        Assert.False(Exists(Tests("| a | b | `SecurityTests.Nobody_wrote_this` |").Single()));
    }

    private static IEnumerable<Match> Tests(string row) => TestName().Matches(row.Split('|')[^2]);

    private static bool Exists(Match test) => Repository.CSharp.Any(file => file.IsUnder("tests")
        && file.Path.EndsWith($"/{test.Groups["class"].Value}.cs", StringComparison.Ordinal)
        && file.Text.Contains($" void {test.Groups["method"].Value}(", StringComparison.Ordinal));

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>\w+)`")]
    private static partial Regex TestName();
}
