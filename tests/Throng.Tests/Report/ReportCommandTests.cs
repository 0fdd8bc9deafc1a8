using System.Text;
using Throng.Report;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>`throng report`: a saved run in, its views out.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private static readonly string Monitor = Path.Combine(
        Repository.Root, "tests", "Throng.Tests", "Golden", "run-monitor.json");

    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Prints_what_the_run_printed()
    {
        foreach (string command in (string[])["hold", "serve"])
        {
            CliShell run = new();
            Assert.Equal(0, run.Run(command, "--for", "1ms", "--out", At("run.json")));
            CliShell report = new();
            Assert.Equal(0, report.Run("report", At("run.json")));
            Assert.Equal(run.Out, report.Out);
            Assert.Equal("", report.Error);
        }
    }

    [Theory]
    [InlineData("open 5/5\nopen 4/5\n", "throng monitor: --fail-on monitor.lost > 0: 20, failed\n")]
    [InlineData("throng monitor: it says {ok}\n", "")]
    [InlineData("", "done\n")]
    public void Lines_before_and_after_the_document_are_skipped(string before, string after)
    {
        string log = before + File.ReadAllText(Monitor) + after;
        CliShell piped = new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(log)) };
        Assert.Equal(0, piped.Run("report", "-"));
        Assert.Equal(Out("report", Monitor), piped.Out);
        CliShell cut = new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(log[..^(after.Length + 40)])) };
        Assert.Equal(3, cut.Run("report", "-"));
        Assert.Contains("it is no JSON, or only a part of one", cut.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_monitor_is_printed_as_agreed() => GoldenFile.Match("run-monitor.txt", Out("report", Monitor));

    [Fact]
    public void Its_tables_are_printed_as_agreed_wherever_the_options_stand()
    {
        string[] all = [.. Analysis.All.SelectMany(one => new[] { "--analyze", one.Name })];
        string tables = Out(["report", Monitor, .. all]);
        GoldenFile.Match("run-monitor-tables.txt", tables);
        Assert.Equal(tables, Out(["report", .. all, Monitor]));
        Assert.Equal(tables, Out(["report", .. all, "--", Monitor]));
        Assert.Equal("hosts", Out("report", "--analyze=hosts", Monitor).Split('\n')[0]);
    }

    [Fact]
    public void It_is_drawn_as_agreed()
    {
        Assert.Equal(Out("report", Monitor), Out("report", Monitor, "--svg", At("run.svg")));
        string drawing = File.ReadAllText(At("run.svg"));
        GoldenFile.Match("run-monitor.svg", drawing);
        Assert.Equal(drawing, Out("report", Monitor, "--svg", "-"));
    }

    [Fact]
    public void Every_view_is_the_same_bytes_each_time_in_a_file_or_printed()
    {
        string text = Out("report", Monitor);
        foreach (string view in (string[])["--html", "--csv", "--json", "--markdown", "--svg"])
        {
            string[] dash = view is "--json" or "--markdown" ? [view] : [view, "-"];
            string printed = Out(["report", Monitor, .. dash]);
            Assert.Equal(printed, Out(["report", Monitor, .. dash]));
            Assert.Equal(printed, Out("report", Monitor, view + "=-"));
            Assert.Equal(text, Out("report", Monitor, $"{view}={At("view")}"));
            Assert.Equal(printed, File.ReadAllText(At("view")));
        }

        Assert.Equal(File.ReadAllText(Monitor), Out("report", Monitor, "--json"));
        Assert.Equal(CsvReport.Render(SavedRuns.Read(SavedRuns.Monitor)), Out("report", Monitor, "--csv", "-"));
        Assert.StartsWith("<!doctype html>\n", Out("report", Monitor, "--html", "-"), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_written_as_markdown_as_agreed() =>
        GoldenFile.Match("run-monitor.md", Out("report", Monitor, "--markdown"));

    [Fact]
    public void A_drawing_is_chosen_by_name_and_never_replaced_by_another()
    {
        string timeline = Out("report", Monitor, "--svg", "-");
        Assert.Equal(timeline, Out("report", Monitor, "--svg", "-", "--chart", "connections"));
        string[] others = ["rate", "response", "spectrum", "disturbances"];
        Assert.Equal(5, others.Select(name => Out("report", Monitor, "--svg", "-", "--chart", name))
            .Append(timeline).Distinct().Count());
        CliShell none = new();
        Assert.Equal(3, none.Run("report", Monitor, "--svg", At("x"), "--chart", "bench"));
        Assert.Equal(
            $"throng report: {Monitor}: has nothing for --chart bench; it has connections, rate, response, spectrum, "
            + "disturbances\n", none.Error);
        Assert.False(File.Exists(At("x")));
    }

    [Fact]
    public void Standard_input_is_a_file_too()
    {
        CliShell shell = new() { Input = new MemoryStream(SavedRuns.Monitor) };
        Assert.Equal(0, shell.Run("report", "-"));
        Assert.Equal(Out("report", Monitor), shell.Out);
    }

    [Fact]
    public void Several_files_each_have_their_name_and_one_that_is_none_ends_with_3()
    {
        File.Copy(Monitor, At("a.json"));
        File.WriteAllText(At("b.json"), "{");
        CliShell shell = new();
        Assert.Equal(3, shell.Run("report", "--analyze", "hosts", At("a.json"), At("b.json"), At("c.json"), Monitor));
        string hosts = Out("report", "--analyze", "hosts", Monitor);
        Assert.Equal($"== {At("a.json")} ==\n\n{hosts}\n== {Monitor} ==\n\n{hosts}", shell.Out);
        string[] errors = shell.Error.TrimEnd().Split('\n');
        Assert.StartsWith(
            $"throng report: {At("b.json")}: it is no JSON, or only a part of one: line 1, byte 2; give the file",
            errors[0], StringComparison.Ordinal);
        Assert.Equal($"throng report: {At("c.json")}: cannot read it: there is no such file", errors[1]);
        Assert.Equal(2, errors.Length);
    }

    [Fact]
    public void What_cannot_be_read_is_one_line_and_ends_with_3()
    {
        CliShell directory = new();
        Assert.Equal(3, directory.Run("report", _directory));
        Assert.Equal($"throng report: {_directory}: cannot read it: it is a directory\n", directory.Error);

        CliShell failed = new();
        string failure = Path.Combine(Path.GetDirectoryName(Monitor)!, "run-failure.json");
        Assert.Equal(3, failed.Run("report", failure));
        Assert.Equal(
            $"throng report: {failure}: that run of hold did not come about: cannot bind 10.9.9.9: EADDRNOTAVAIL; "
            + "add the address: ip addr add 10.9.9.9/32 dev lo\n", failed.Error);
        Assert.Equal("", failed.Out);

        CliShell endless = new();
        Assert.Equal(3, endless.Run("report", "/dev/zero"));
        Assert.Contains("longer than 256 MiB, which is no result", endless.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drawing_that_cannot_be_written_ends_with_1()
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run("report", Monitor, "--svg", "/dev/full"));
        Assert.Equal("throng report: cannot write --svg /dev/full: no space left on device\n", shell.Error);
        CliShell nowhere = new();
        Assert.Equal(3, nowhere.Run("report", Monitor, "--svg", At("none/x")));
        Assert.Equal("", nowhere.Out);
    }

    [Theory]
    [InlineData("FILE is missing; give what --out or --json of a run has written, or -")]
    [InlineData("- twice: standard input is read once", "-", "-")]
    [InlineData("--svg draws one run, not 2; throng compare shows several", "a", "b", "--svg", "x")]
    [InlineData("--svg - contradicts --analyze: both would print there", "a", "--svg", "-", "--analyze", "hosts")]
    [InlineData("--html shows one run, not 2; throng compare shows several", "a", "b", "--html", "x")]
    [InlineData("--markdown - contradicts --html: both would write there", "a", "--html", "-", "--markdown")]
    [InlineData("--csv ./x contradicts --html: both would write there", "a", "--html", "x", "--csv", "./x")]
    [InlineData("--json a would take the place of the result it shows", "a", "--json=a")]
    [InlineData(
        "--chart says what --svg draws; give --svg FILE, or --svg - to print it", "a", "--chart", "rate")]
    [InlineData(
        "--chart: 'lag' is none of connections, rate, response, spectrum, disturbances, saturation, bench, idle",
        "a", "--svg", "x", "--chart", "lag")]
    [InlineData("--svg ./a would take the place of the result it draws", "a", "--svg", "./a")]
    [InlineData(
        "--analyze: 'host' is none of throughput, connections, hosts, episodes; did you mean hosts?",
        "a", "--analyze", "host")]
    public void Usage_is_refused_before_a_file_is_read(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["report", .. words]));
        Assert.Equal($"throng report: {error}\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    private static string Out(params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(words));
        Assert.Equal("", shell.Error);
        return shell.Out;
    }

    private string At(string name) => Path.Combine(_directory, name);
}
