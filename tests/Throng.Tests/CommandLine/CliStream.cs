using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>--json-stream: a run while it goes on, line by line.</summary>
public sealed class CliStream : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("hold")]
    [InlineData("serve")]
    public void Standard_output_has_the_stream_alone_and_every_line_is_valid(string command)
    {
        CliShell shell = new() { Input = new MemoryStream("status\nquit\n"u8.ToArray()) };
        shell.Live.News.Enqueue(new RunNews(null, new RunEvent(4, "set 7 \"quoted\"\n")));
        shell.Live.News.Enqueue(new RunNews(SampleRun.Full.Series[0], null));
        shell.Live.News.Enqueue(new RunNews(SampleRun.Full.Series[1], null));
        Assert.Equal(99, shell.Run(
            command, "--for", "1h", "--json-stream", "-", "--fail-on", "connections.held<91"));
        JsonElement[] lines = Lines(shell.Out);
        Assert.Equal(
            ["start", "event", "interval", "interval", "verdict"],
            lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal(command, lines[0].GetProperty("command").GetString());
        Assert.Equal("set 7 \"quoted\"\n", lines[1].GetProperty("what").GetString());
        Assert.Equal(JsonValueKind.Null, lines[2].GetProperty("response_ns").ValueKind);
        Assert.Equal(900_000, lines[3].GetProperty("response_ns").GetProperty("p99").GetInt64());
        Assert.Equal(99, lines[4].GetProperty("exit_code").GetInt32());
        Assert.Equal("quit", lines[4].GetProperty("ended_by").GetString());
        Assert.False(lines[4].GetProperty("thresholds")[0].GetProperty("ok").GetBoolean());
        Assert.True(shell.Live.Spec.KeepsNews);
    }

    [Fact]
    public void A_file_has_it_beside_the_report_and_nothing_is_kept_without_the_option()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--for", "1ms", "--json-stream", At("run.jsonl")));
        Assert.Equal(2, Lines(File.ReadAllText(At("run.jsonl"))).Length);
        Assert.StartsWith("done\n", shell.Out, StringComparison.Ordinal);
        CliShell without = new();
        Assert.Equal(0, without.Run("hold", "--for", "1ms"));
        Assert.False(without.Live.Spec.KeepsNews);
    }

    [Fact]
    public void A_full_disk_does_not_end_the_run_and_its_exit_code_says_so()
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run("hold", "--for", "100ms", "--json-stream", "/dev/full", "--out", At("run.json")));
        Assert.Equal(
            "throng hold: --json-stream: no space left on device; the run goes on without it\n", shell.Error);
        Assert.StartsWith("done\n", shell.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(At("run.json")));
    }

    [Theory]
    [InlineData("--json-stream - contradicts --json: both would write there", "--json", "--json-stream", "-")]
    [InlineData("--json-stream - contradicts --csv: both would write there", "--csv", "-", "--json-stream=-")]
    [InlineData(
        "--json-stream ./x contradicts --junit: both would write there", "--junit", "x", "--json-stream", "./x")]
    [InlineData("--json-stream has no effect with --dry-run, which runs nothing and prints text",
        "--dry-run", "--json-stream", "x")]
    public void Two_things_in_one_place_are_refused(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["hold", "--for", "1ms", .. words]));
        Assert.Equal($"throng hold: {error}\n", shell.Error.Split('\n')[0] + "\n");
        Assert.Empty(shell.Live.Calls);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused_before_the_run()
    {
        CliShell shell = new();
        Assert.Equal(3, shell.Run("hold", "--for", "1ms", "--json-stream", At("none/x")));
        Assert.StartsWith("throng hold: --json-stream: there is no directory", shell.Error, StringComparison.Ordinal);
        Assert.Empty(shell.Live.Calls);
    }

    [Fact]
    public void The_schema_refuses_what_is_no_line()
    {
        string start = """{"event":"start","schema":"throng.stream/1","command":"hold","options":{},"tool":""";
        Assert.Empty(Errors(start + """{"name":"throng","version":"1","build":"release"}}"""));
        Assert.NotEmpty(Errors(start + """{"name":"throng","version":"1","build":"release"},"more":1}"""));
        Assert.NotEmpty(Errors("""{"event":"other"}"""));
        Assert.NotEmpty(Errors("""{"event":"event","t_ns":1}"""));
    }

    private static JsonElement[] Lines(string text)
    {
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        string[] lines = text.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Empty(Errors(line)));
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static IReadOnlyList<string> Errors(string line) =>
        SchemaFile.Errors(JsonLines.SchemaName, JsonDocument.Parse(line).RootElement);

    private string At(string name) => Path.Combine(_directory, name);
}
