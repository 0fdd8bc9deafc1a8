using System.Text.Json;
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
        Assert.Equal(0, shell.Run(
            command, "--for", "1ms", "--out", At("run.json"), "--csv", At("run.csv"), "--hlog", At("run.hlog")));
        Assert.StartsWith("done\n", shell.Out, StringComparison.Ordinal);
        JsonElement options = JsonDocument.Parse(File.ReadAllText(At("run.json"))).RootElement.GetProperty("options");
        Assert.Equal(At("run.csv"), options.GetProperty("csv").GetString());
        Assert.StartsWith("t_ns,interval_ns,", File.ReadAllText(At("run.csv")), StringComparison.Ordinal);
        Assert.Contains("#[Histogram log format version 1.3]\n", File.ReadAllText(At("run.hlog")),
            StringComparison.Ordinal);
        Assert.True(shell.Live.Spec.KeepsIntervals);
        Assert.Equal(3, Directory.GetFiles(_directory).Length);
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
}
