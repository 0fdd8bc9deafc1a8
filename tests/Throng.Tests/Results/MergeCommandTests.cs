using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng merge`: saved runs in, one document out.</summary>
public sealed class MergeCommandTests : IDisposable
{
    // A path of 18 letters, wherever temporary files go: lines of the golden text break by its length.
    private readonly string _directory =
        Directory.CreateDirectory($"/tmp/throng-{Guid.NewGuid().ToString("N")[..6]}").FullName;

    public MergeCommandTests()
    {
        Save("a.json", SampleRun.Full);
        Save("b.json", SampleRun.Full with
        {
            Started = SampleRun.Full.Started.AddSeconds(2),
            Options = new Section { ["connections"] = 3_000, ["rate"] = 200_000.5, ["source"] = "10.0.0.9" },
        });
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_report_and_the_document_are_as_agreed()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("merge", At("a.json"), At("b.json"), "--out", At("both.json")));
        GoldenFile.Match("merge.txt", Plain(shell.Out));
        GoldenFile.Match("run-merged.json", Plain(File.ReadAllText(At("both.json"))));
        Assert.StartsWith("throng merge: options that differ: connections 2,000 (", shell.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("source", shell.Error, StringComparison.Ordinal);
        CliShell report = new();
        Assert.Equal(0, report.Run("report", At("both.json")));
        Assert.Equal(shell.Out, report.Out);
        CliShell drawing = new();
        Assert.Equal(0, drawing.Run("report", At("both.json"), "--svg", "-"));
        Assert.StartsWith("<svg", drawing.Out, StringComparison.Ordinal);
        CliShell compare = new();
        Assert.Equal(0, compare.Run("compare", At("both.json"), At("a.json")));
    }

    [Fact]
    public void Conditions_judge_what_was_merged()
    {
        CliShell shell = new();
        Assert.Equal(99, shell.Run("merge", At("a.json"), At("b.json"), "--require", "connections.held >= 1m",
            "--fail-on", "connections.held < 10", "--junit", At("both.xml"), "--out", At("both.json")));
        Assert.EndsWith("\nthrong merge: --require connections.held >= 1m: 3,980, failed\n", shell.Error,
            StringComparison.Ordinal);
        RunDocument merged = SavedRuns.Read(File.ReadAllBytes(At("both.json")));
        Assert.Equal([true, false], merged.Thresholds.Where(one => one.Source is null).Select(one => one.IsOk));
        Assert.Contains("name=\"require connections.held &gt;= 1m\"", File.ReadAllText(At("both.xml")),
            StringComparison.Ordinal);
        Assert.Equal(0, new CliShell().Run("merge", At("a.json"), At("b.json"), "--require", "connections.held > 1"));
        CliShell same = new();
        Assert.Equal(2, same.Run("merge", At("a.json"), At("b.json"), "--out", "f", "--junit", "./f"));
        Assert.Equal("throng merge: --junit ./f contradicts --out: both would write there\n", same.Error);
    }

    [Fact]
    public void A_saved_run_is_judged_again()
    {
        CliShell shell = new();
        Assert.Equal(99, shell.Run("report", At("a.json"), "--fail-on", "messages.lost >= 0", "--require",
            "command = query", "--junit", At("a.xml")));
        Assert.Equal("throng report: --fail-on messages.lost >= 0: 3, failed\n", shell.Error.Replace(
            $": {SampleRun.Full.Messages!.Lost},", ": 3,",
            StringComparison.Ordinal));
        Assert.EndsWith("\nrequire      command = query: query, passed\n", shell.Out, StringComparison.Ordinal);
        Assert.Contains("name=\"require command = query\"", File.ReadAllText(At("a.xml")), StringComparison.Ordinal);
        CliShell two = new();
        Assert.Equal(99, two.Run("report", At("a.json"), At("b.json"), "--require", "command = hold"));
        Assert.Equal(2, two.Error.Count(letter => letter == '\n'));
        Assert.Contains($"failed in {At("b.json")}\n", two.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_one_of_them_and_json_prints_the_document()
    {
        CliShell shell = new() { Input = File.OpenRead(At("a.json")) };
        Assert.Equal(0, shell.Run("merge", "-", At("b.json"), "--json"));
        RunDocument merged = SavedRuns.Read(shell.Out);
        Assert.Equal(["standard input", At("b.json")], merged.Sources.Select(source => source.Name));
    }

    [Fact]
    public void Runs_that_are_not_one_end_with_3_and_leave_no_file()
    {
        Save("hold.json", SampleRun.Held);
        CliShell shell = new();
        Assert.Equal(3, shell.Run("merge", At("a.json"), At("hold.json"), "--out", At("both.json")));
        Assert.Equal(
            $"throng merge: {At("hold.json")} is a run of hold and {At("a.json")} of query: only runs of one command "
            + "become one\n", shell.Error);
        Assert.False(File.Exists(At("both.json")));
        CliShell full = new();
        Assert.Equal(1, full.Run("merge", At("a.json"), At("b.json"), "--out", "/dev/full"));
        Assert.EndsWith(
            "cannot write --out /dev/full: no space left on device\n", full.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two FILEs are missing; give what --out or --json of two runs have written")]
    [InlineData("a second FILE is missing: one run is merged with another", "a")]
    [InlineData("a twice: it would count twice", "a", "a")]
    [InlineData("- twice: standard input is read once", "-", "-")]
    [InlineData("--out ./b would take the place of a result it is made of", "a", "b", "--out", "./b")]
    public void Usage_is_refused_before_a_file_is_read(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["merge", .. words]));
        Assert.Equal($"throng merge: {error}\n", shell.Error);
    }

    private void Save(string name, RunDocument run) => File.WriteAllBytes(At(name), SavedRuns.Written(run));

    private string Plain(string text) => text.Replace(_directory + "/", "", StringComparison.Ordinal);

    private string At(string name) => Path.Combine(_directory, name);
}
