using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng compare`: saved runs in, what lies between them out.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public CompareCommandTests()
    {
        // Without a word about the generator: its own times are not judged.
        RunDocument full = SampleRun.Full;
        full = full with
        {
            Verdict = full.Verdict with { Findings = [.. full.Verdict.Findings.Except(OwnLimits.Of(full))] },
        };
        Save("before.json", full);
        Save("after.json", full with
        {
            Options = new Section { ["connections"] = 2_000, ["rate"] = 100_000 },
            Connections = full.Connections with { Lost = 24, Held = 1_995 },
            Response = full.Service,
            Network = new NetworkCounters { ListenOverflows = 7 },
            Verdict = full.Verdict with { Text = "another verdict | with a bar" },
        });
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_table_is_printed_as_agreed() =>
        GoldenFile.Match("compare.txt", Plain(Out("compare", At("before.json"), At("after.json"))));

    [Fact]
    public void Every_metric_is_shown_when_asked_for()
    {
        string few = Out("compare", At("before.json"), At("after.json"));
        string all = Out("compare", At("before.json"), At("after.json"), "--all");
        Assert.DoesNotContain("cpu.user", few, StringComparison.Ordinal);
        Assert.Contains("cpu.user", all, StringComparison.Ordinal);
        Assert.Contains("--all shows ", few, StringComparison.Ordinal);
        Assert.DoesNotContain("--all shows ", all, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_drawn_with_a_line_for_each_run()
    {
        Assert.NotEmpty(Out(
            "compare", At("before.json"), At("after.json"), "--svg", At("both.svg"), "--html", At("both.html")));
        XmlDocument svg = new();
        svg.Load(At("both.svg"));
        string drawn = svg.DocumentElement!.InnerText.Replace('\n', ' '); // a verdict is broken into lines
        string page = File.ReadAllText(At("both.html"));
        const string Verdict = "B is worse: connections lost 12 \u2192 24; but better response p99 30.0 ms";
        Assert.All((string[])[drawn, page], text =>
        {
            Assert.Contains(Verdict, text, StringComparison.Ordinal);
            Assert.Contains("A before", text, StringComparison.Ordinal);
            Assert.Contains("B after", text, StringComparison.Ordinal);
            Assert.Contains("12 \u2192 24", text, StringComparison.Ordinal);
        });
        XmlNamespaceManager names = new(svg.NameTable);
        names.AddNamespace("s", "http://www.w3.org/2000/svg");
        Assert.All(svg.SelectNodes("//s:text", names)!.Cast<XmlElement>().Where(text => text.GetAttribute("y") == "56"),
            text => Assert.InRange(TextWidth.Measure(text.InnerText), 0, 820));
        Assert.Contains("against A", drawn, StringComparison.Ordinal);
        Assert.Contains("\u00d7 16", drawn, StringComparison.Ordinal);
        Assert.Equal(8, Regex.Count(page, "<rect class=\"bar "));
        Assert.Equal(1, Regex.Count(page, "<rect class=\"bar bad"));
        Assert.Contains("id=\"chart-percentiles\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"chart-p99\"", page, StringComparison.Ordinal);
        Assert.Contains("cpu.user", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page.Replace("http://www.w3.org", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Repeated_runs_show_their_spread() => GoldenFile.Match(
        "compare-spread.txt",
        Plain(Out("compare", At("before.json"), At("before.json"), At("before.json"))));

    [Fact]
    public void Markdown_is_printed_as_agreed() => GoldenFile.Match(
        "compare.md", Plain(Out("compare", At("before.json"), At("after.json"), "--markdown")));

    [Fact]
    public void A_key_that_meant_something_else_is_told()
    {
        RunDocument old = SampleRun.Full with { Meanings = null };
        Save("old.json", old);
        Assert.DoesNotContain("meanings", File.ReadAllText(At("old.json")), StringComparison.Ordinal);
        const string Told = "rate.achieved is what was sent in the runs of older versions";
        Assert.Contains(Told, Out("compare", At("old.json"), At("after.json")), StringComparison.Ordinal);
        Assert.DoesNotContain(Told, Out("compare", At("old.json"), At("old.json")), StringComparison.Ordinal);
        Assert.DoesNotContain(Told, Out("compare", At("before.json"), At("after.json")), StringComparison.Ordinal);
        string json = Out("compare", "--json", At("old.json"), At("after.json"));
        Assert.Equal(
            [1, Meanings.Current],
            JsonDocument.Parse(json).RootElement.GetProperty("runs").EnumerateArray()
                .Select(run => run.GetProperty("meanings").GetInt32()));
        Rate rate = old.Rate!;
        Messages messages = old.Messages!;
        Assert.Equal(
            rate.OfferedPerSecond * messages.Answered / messages.Offered, Meanings.RateOf(old)!.AchievedPerSecond);
    }

    [Fact]
    public void Json_has_a_value_and_a_difference_for_each_run()
    {
        string json = Out("compare", "--json", At("before.json"), At("after.json"));
        JsonElement root = JsonDocument.Parse(json).RootElement;
        Assert.Empty(SchemaFile.Errors(ComparisonJson.SchemaName, root));
        Assert.Equal(2, root.GetProperty("runs").GetArrayLength());
        JsonElement lost = root.GetProperty("metrics").EnumerateArray()
            .Single(metric => metric.GetProperty("metric").GetString() == "connections.lost");
        Assert.Equal([12, 24], lost.GetProperty("values").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal("worse", lost.GetProperty("directions")[1].GetString());
        Assert.Equal(1, lost.GetProperty("ratios")[1].GetDouble());
        Assert.Contains("rate", root.GetProperty("options").EnumerateArray()
            .Select(option => option.GetProperty("name").GetString()));
    }

    [Fact]
    public void A_threshold_that_is_true_ends_with_99_and_is_named()
    {
        CliShell shell = new();
        Assert.Equal(99, shell.Run(
            "compare", At("before.json"), At("after.json"), "--fail-on", "connections.lost>+50%",
            "--fail-on", "connections.held<-5%", "--junit", At("junit.xml")));
        Assert.Equal(
            $"throng compare: --fail-on connections.lost>+50%: 12 to 24 in {At("after.json")}, failed\n", shell.Error);
        string printed = Regex.Replace(shell.Out, @"\s+", " ");
        Assert.EndsWith($"held<-5%: 1,990 to 1,995 in {At("after.json")}, passed ", printed, StringComparison.Ordinal);
        XmlDocument junit = new();
        junit.Load(At("junit.xml"));
        XmlElement suite = (XmlElement)junit.SelectSingleNode("/testsuites/testsuite")!;
        Assert.Equal("3", suite.GetAttribute("tests"));
        Assert.Equal(suite.GetAttribute("failures"), $"{suite.SelectNodes("testcase/failure")!.Count}");
        Assert.Equal(
            $"connections.lost>+50%: 12 to 24 in {At("after.json")}, failed",
            suite.SelectSingleNode("testcase[starts-with(@name,'connections.lost')]/failure/@message")!.Value);
    }

    [Fact]
    public void One_of_them_may_be_standard_input_and_one_that_is_none_ends_with_3()
    {
        CliShell pipe = new() { Input = File.OpenRead(At("before.json")) };
        Assert.Equal(0, pipe.Run("compare", "-", At("after.json")));
        Assert.Contains("\nA  standard input: query, ", pipe.Out, StringComparison.Ordinal);
        CliShell missing = new();
        Assert.Equal(3, missing.Run("compare", At("before.json"), At("none.json")));
        Assert.Equal($"throng compare: {At("none.json")}: cannot read it: there is no such file\n", missing.Error);
        Assert.Equal("", missing.Out);
    }

    [Theory]
    [InlineData("two FILEs are missing; give what --out or --json of two runs have written")]
    [InlineData("a second FILE is missing: one run is compared with another; throng report shows one", "a")]
    [InlineData("- twice: standard input is read once", "-", "-")]
    [InlineData(
        "--fail-on: there is no metric 'respnse'; did you mean 'response'? "
            + "`throng explain` lists them", "a", "b", "--fail-on", "respnse>+1")]
    public void Usage_is_refused_before_a_file_is_read(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["compare", .. words]));
        Assert.Equal($"throng compare: {error}\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    [Fact]
    public void Markdown_and_json_contradict()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("compare", "a", "b", "--markdown", "--json"));
        Assert.Contains(
            "--markdown contradicts --json: both would print there\n", shell.Error, StringComparison.Ordinal);
    }

    private void Save(string name, RunDocument run) => File.WriteAllBytes(At(name), SavedRuns.Written(run));

    // The directory is another one each time.
    private string Plain(string text) => text.Replace(_directory + "/", "", StringComparison.Ordinal);

    private static string Out(params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(words));
        Assert.Equal("", shell.Error);
        return shell.Out;
    }

    private string At(string name) => Path.Combine(_directory, name);
}
