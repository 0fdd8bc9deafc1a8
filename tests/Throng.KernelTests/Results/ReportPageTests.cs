using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>The page of each command's run in a real browser: its charts are there, its script ran, and nothing
/// was fetched.</summary>
public sealed partial class ReportPageTests : IDisposable
{
    private static readonly (string Words, string Charts)[] Commands =
    [
        ("hold 200 --for 1100ms", "connections spectrum"),
        ("query --rate 500 --for 1100ms", "response connections rate spectrum"),
        ("churn --rate 200 --for 1100ms", "rate connections response spectrum"),
        ("monitor -c 20 --rate 100 --for 1100ms", "connections rate response spectrum"),
        (
            "saturate --start 500 --increment 4 --step 300ms --cooldown 0 --trials 1 --rate-max 1k --life requests",
            "saturation connections rate response"),
        ("bench -c 1,10 --rounds 2", "bench spectrum"),
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Each_command_s_page_opens_whole_and_alone()
    {
        Needs.Browser();
        foreach ((string Words, string Charts) one in Commands)
        {
            (string elements, IReadOnlyList<string> console) = Browser.Open(PageOf(one.Words));
            Assert.True(console.Count == 0, $"{one.Words}: {string.Join('\n', console)}");
            string[] charts = [.. Chart().Matches(elements).Select(match => match.Groups[2].Value)];
            string[] wanted = one.Charts.Split(' ');
            Assert.True(
                wanted.All(charts.Contains), $"{one.Words}: {string.Join(' ', charts)} instead of {one.Charts}");
            Assert.Equal(wanted[0], charts[0]);
            Assert.All(Chart().Matches(elements), match =>
                Assert.Equal("plot live", match.Groups[1].Value)); // by the script: it ran to its end
            Assert.Equal(charts.Length, Drawing().Count(elements));
            Assert.DoesNotMatch(@"\s(src|href)=""(?!#|data:,"")", elements);
        }
    }

    [Fact]
    public void A_script_that_is_not_the_page_s_own_is_refused_and_said()
    {
        Needs.Browser();
        string path = PageOf("bench -c 1 --rounds 1");
        string page = File.ReadAllText(path);
        File.WriteAllText(path, page.Replace("const showValues", "const  showValues", StringComparison.Ordinal));
        (string elements, IReadOnlyList<string> console) = Browser.Open(path);
        Assert.Contains("Content Security Policy", Assert.Single(console), StringComparison.Ordinal);
        Assert.DoesNotContain("plot live", elements, StringComparison.Ordinal);
    }

    private string PageOf(string words)
    {
        string document = Path.Combine(_directory, $"{words.Split(' ')[0]}.json");
        string page = Path.ChangeExtension(document, ".html");
        using ThrongProcess run = ThrongProcess.Run(0, [.. words.Split(' '), "-q", "--out", document]);
        using ThrongProcess report = ThrongProcess.Run(0, "report", document, "--html", page);
        Assert.Equal(run.OutputText, report.OutputText);
        return page;
    }

    [GeneratedRegex("<figure class=\"([a-z ]+)\" id=\"chart-([a-z]+)\"")]
    private static partial Regex Chart();

    [GeneratedRegex("<svg class=\"chart\"")]
    private static partial Regex Drawing();
}
