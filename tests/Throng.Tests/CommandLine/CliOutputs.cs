using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the output of a run on standard output and in files.</summary>
public sealed class CliOutputs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("hold")]
    [InlineData("serve")]
    public void Every_view_has_a_file_and_the_report_stays_on_standard_output(string command)
    {
        CliShell shell = new();
        string[] hlog = command == "hold" ? ["--hlog", At("run.hlog")] : [];
        Assert.Equal(
            0, shell.Run([command, "--for", "1ms", "--out", At("run.json"), "--csv", At("run.csv"), .. hlog]));
        Assert.StartsWith("done\n", shell.Out, StringComparison.Ordinal);
        JsonElement options = JsonDocument.Parse(File.ReadAllText(At("run.json"))).RootElement.GetProperty("options");
        Assert.Equal(At("run.csv"), options.GetProperty("csv").GetString());
        Assert.StartsWith("t_ns,interval_ns,", File.ReadAllText(At("run.csv")), StringComparison.Ordinal);
        Assert.Equal(2 + (hlog.Length / 2), Directory.GetFiles(_directory).Length);
        Assert.Equal(hlog.Length > 0, shell.Live.Spec.KeepsIntervals);
        Assert.All(hlog.Skip(1), path => Assert.Contains(
            "#[Histogram log format version 1.3]\n", File.ReadAllText(path), StringComparison.Ordinal));
    }

    [Fact]
    public void Intervals_are_kept_only_when_asked_for()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--for", "1ms", "--csv", At("run.csv")));
        Assert.False(shell.Live.Spec.KeepsIntervals);
    }

    [Fact]
    public void A_dash_prints_the_table_in_the_place_of_the_report()
    {
        CliShell shell = new() { Input = new MemoryStream("status\nquit\n"u8.ToArray()) };
        Assert.Equal(0, shell.Run("hold", "--for", "1h", "--csv", "-"));
        Assert.Equal(CsvReport.Render(shell.Live.Document("")), shell.Out);
        Assert.Contains("requested     100\n", shell.Error, StringComparison.Ordinal);

        CliShell hlog = new();
        Assert.Equal(0, hlog.Run("hold", "--for", "1ms", "--hlog=-", "--csv", At("run.csv")));
        Assert.StartsWith("#[throng 0 hold]\n", hlog.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(At("run.csv")));
    }

    /// <summary>Directories below /proc take no file, from root neither.</summary>
    [Theory]
    [InlineData("hold", "--out")]
    [InlineData("hold", "--csv")]
    [InlineData("hold", "--hlog")]
    [InlineData("hold", "--junit")]
    [InlineData("hold", "--json-stream")]
    [InlineData("hold", "--control")]
    [InlineData("serve", "--out")]
    [InlineData("saturate", "--chart")]
    [InlineData("saturate", "--svg")]
    [InlineData("bench", "--svg")]
    [InlineData("bench", "--plot")]
    [InlineData("bench", "--per-connection")]
    public void A_place_that_takes_no_file_is_refused_before_the_run(string command, string option)
    {
        CliShell shell = new();
        Assert.Equal(3, shell.Run(command, option, "/proc/throng"));
        Assert.StartsWith($"throng {command}: cannot ", shell.Error, StringComparison.Ordinal);
        Assert.Contains("/proc/throng: there is no such file", shell.Error, StringComparison.Ordinal);
        Assert.Empty(shell.Live.Calls);
    }

    [Theory]
    [InlineData("no space left on device", 1)]
    [InlineData("broken pipe", 0)] // its reader wanted no more
    public void Rows_of_queries_that_could_not_be_written_are_said(string failure, int exitCode)
    {
        CliShell shell = new();
        shell.Live.Own = new Section { ["log_failure"] = failure, ["log_dropped"] = 1234 };
        shell.Live.IsOver = true;
        Assert.Equal(exitCode, shell.Run("query", "--per-query", At("rows.csv")));
        Assert.Equal(exitCode == 0 ? ""
            : $"throng query: cannot write --per-query {At("rows.csv")}: no space left on device; "
                + "1,234 rows are missing\n", shell.Error);
    }

    [Theory]
    [InlineData("--csv - contradicts --json: both would write there", "--json", "--csv", "-")]
    [InlineData("--hlog - contradicts --csv: both would write there", "--csv", "-", "--hlog", "-")]
    [InlineData("--hlog ./x contradicts --out: both would write there", "--out", "x", "--hlog", "./x")]
    [InlineData("--csv has no effect with --dry-run, which runs nothing and prints text", "--dry-run", "--csv", "x")]
    public void Two_views_in_one_place_are_refused(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["hold", "--for", "1ms", .. words]));
        Assert.Equal($"throng hold: {error}\n", shell.Error);
        Assert.Empty(shell.Live.Calls);
    }

    [Fact]
    public void Devices_may_be_named_twice()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--for", "1ms", "--csv", "/dev/null", "--hlog", "/dev/null"));
    }

    [Theory]
    [InlineData("--csv")]
    [InlineData("--hlog")]
    public void A_place_that_cannot_be_written_is_refused_before_the_run(string option)
    {
        CliShell shell = new();
        Assert.Equal(3, shell.Run("hold", "--for", "1ms", option, At("none/x")));
        Assert.Equal(
            $"throng hold: {option}: there is no directory {At("none")}; create it: mkdir -p {At("none")}\n",
            shell.Error);
        Assert.Empty(shell.Live.Calls);
        Assert.Equal(3, shell.Run("hold", "--for", "1ms", option, _directory));
    }

    [Fact]
    public void What_could_not_be_written_ends_with_1_and_the_rest_is_written()
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run("hold", "--for", "1ms", "--csv", "/dev/full", "--hlog", At("run.hlog")));
        Assert.Equal("throng hold: cannot write --csv /dev/full: no space left on device\n", shell.Error);
        Assert.True(File.Exists(At("run.hlog")));
    }

    private string At(string name) => Path.Combine(_directory, name);

    [Theory]
    [InlineData("-o{0}")]
    [InlineData("--json={0}")]
    [InlineData("--out {0}")]
    public void The_document_goes_to_a_file_by_each_of_its_words(string form)
    {
        string path = Path.GetTempFileName();
        CliShell shell = new();
        Assert.Equal(0, shell.Run(["hold", "5", "--for", "1ms", .. string.Format(null, form, path).Split(' ')]));
        Assert.StartsWith("{", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.StartsWith("done", shell.Out, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void The_word_behind_json_is_not_its_value()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--json", "5", "--for", "1ms", "--no-color"));
        Assert.StartsWith("{", shell.Out, StringComparison.Ordinal);
        Assert.Equal(5, shell.Hold!.Connections);
    }

    [Fact]
    public void A_link_laid_beside_an_out_file_is_not_followed()
    {
        string precious = At("precious");
        File.WriteAllText(precious, "mine");
        File.CreateSymbolicLink($"{At("run.json")}.{Environment.ProcessId}.part", precious);
        Assert.Equal(0, new CliShell().Run("hold", "--for", "1ms", "--out", At("run.json")));
        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.StartsWith("{", File.ReadAllText(At("run.json")), StringComparison.Ordinal);
        Assert.Null(new FileInfo(At("run.json")).LinkTarget);
    }

    [Fact]
    public void A_run_has_an_id_and_its_labels_in_every_output()
    {
        string At(string name) => Path.Combine(_directory, name);
        CliShell shell = new();
        shell.Live.News.Enqueue(new RunNews(null, new RunEvent(4, "set 7") { Time = DateTimeOffset.UnixEpoch }));
        string[] files =
            ["--out", At("json"), "--csv", At("csv"), "--junit", At("xml"), "--hlog", At("hlog"), "--json-stream",
                At("jsonl")];
        Assert.Equal(0, shell.Run(
            ["hold", "--for", "1ms", "--label", "build=12 3", "--label=env=ci", .. files, "-q"]));
        JsonElement document = JsonDocument.Parse(File.ReadAllText(At("json"))).RootElement;
        string id = document.GetProperty("run_id").GetString()!;
        Assert.True(Guid.TryParse(id, out Guid _));
        Assert.Equal("12 3", document.GetProperty("labels").GetProperty("build").GetString());
        string[] lines = File.ReadAllLines(At("jsonl"));
        JsonElement start = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(id, start.GetProperty("run_id").GetString());
        Assert.Equal("ci", start.GetProperty("labels").GetProperty("env").GetString());
        Assert.Contains("\"time\":\"1970-01-01T00:00:00.000Z\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("run_id,label_build,label_env", File.ReadAllText(At("csv")), StringComparison.Ordinal);
        Assert.Contains($"<property name=\"run_id\" value=\"{id}\"/>", File.ReadAllText(At("xml")),
            StringComparison.Ordinal);
        Assert.Contains("<property name=\"build\" value=\"12 3\"/>", File.ReadAllText(At("xml")),
            StringComparison.Ordinal);
        Assert.Contains($"#[run_id: {id}]\n#[build: 12 3]\n", File.ReadAllText(At("hlog")),
            StringComparison.Ordinal);
        CliShell report = new();
        Assert.Equal(0, report.Run("report", At("json"), "--markdown"));
        Assert.Contains("build 12 3, env ci\n", report.Out, StringComparison.Ordinal);
        CliShell other = new();
        Assert.Equal(0, other.Run("hold", "--for", "1ms", "--json"));
        Assert.NotEqual(id, JsonDocument.Parse(other.Out).RootElement.GetProperty("run_id").GetString());
    }

    [Theory]
    [InlineData("build")]
    [InlineData("=5")]
    [InlineData("a b=5")]
    [InlineData("run_id=5")]
    [InlineData("a=\u001b[2J")]
    public void A_label_has_a_name_and_plain_text(string label)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("hold", "--label", label));
        Assert.StartsWith("throng hold: --label: '", shell.Error, StringComparison.Ordinal);
    }
}
