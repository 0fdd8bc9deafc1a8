using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Tests of the files that `throng query` writes besides its document: a line per query, the series, the latencies.
/// </summary>
public sealed class QueryFilesTests : IDisposable
{
    private const string Header = "type,timestamp,connection_id,query_id,poisson_id,poisson_interval_us,rtt_us";

    private const string Row = @"^(Q,\d+\.\d{9},\d+,\d+,\d+,,|A,\d+\.\d{9},\d+,\d+,,,\d+)$";

    private static readonly string[] Echo = ["query", "--protocol", "echo", "--json", "-q"];

    private readonly string _folder = Directory.CreateTempSubdirectory("throng-query-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void There_is_a_line_for_each_query_and_the_seed_decides_its_connection_whatever_the_threads()
    {
        using ThrongProcess one = Start("7", "1", "epoll");
        using ThrongProcess two = Start("7", "2", "auto");
        using ThrongProcess other = Start("8", "1", "auto");
        string[] ofOne = Finish(one, "7", "1");
        Assert.Equal(ofOne, Finish(two, "7", "2"));
        Assert.NotEqual(ofOne, Finish(other, "8", "1"));
    }

    [Fact]
    public void The_series_and_the_latencies_go_to_files_and_conditions_decide_the_exit_code()
    {
        string csv = Path.Combine(_folder, "series.csv");
        string hlog = Path.Combine(_folder, "latencies.hlog");
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--profile", "1200ms@500,2s@0", "--csv", csv, "--hlog", hlog, "--fail-on",
                "response.p99 > 10s"]);
        using ThrongProcess failing = ThrongProcess.Start(
            [.. Echo, "--rate", "500", "--for", "300ms", "--fail-on", "response.p99 > 10s", "--fail-on",
                "messages.answered > 0"]);
        failing.Finish(99);
        Assert.Contains(
            "--fail-on messages.answered > 0", Assert.Single(failing.Error.Lines()), StringComparison.Ordinal);
        Document document = run.Finish();
        string[] rows = File.ReadAllLines(csv);
        Assert.StartsWith("t_ns,interval_ns,open,", rows[0], StringComparison.Ordinal);
        int offered = Array.IndexOf(rows[0].Split(','), "offered");
        long[] series = [.. rows[1..].Select(row => long.Parse(row.Split(',')[offered], CultureInfo.InvariantCulture))];
        Assert.InRange(series.Length, 2, 6);
        Assert.Equal([.. document.Series("offered"), document.Number("drain.offered")], series);
        string[] log = File.ReadAllLines(hlog);
        Assert.Contains("[Histogram log format version 1.3]", log[1], StringComparison.Ordinal);
        foreach (string tag in (string[])["response", "service", "lag"])
        {
            Assert.Contains(log, line => line.StartsWith($"Tag={tag},", StringComparison.Ordinal));
        }
    }

    private ThrongProcess Start(string seed, string threads, string engine) => ThrongProcess.Start(
        [.. Echo, "--seed", seed, "--threads", threads, "--arrivals", "poisson", "--warmup", "200ms", "--profile",
            "600ms@5k,2s@0", "-c", "16", "--engine", engine, "--per-query", LogOf(seed, threads)]);

    /// <summary>Checks the lines, and gives how many queries each connection got.</summary>
    private string[] Finish(ThrongProcess run, string seed, string threads)
    {
        Document document = run.Finish();
        string[] lines = File.ReadAllLines(LogOf(seed, threads));
        Assert.Equal(Header, lines[0]);
        Assert.All(lines[1..], line => Assert.Matches(Row, line));
        string[][] rows = [.. lines[1..].Select(line => line.Split(','))];
        Dictionary<(string Connection, string Id), decimal> asked = rows.Where(row => row[0] == "Q")
            .ToDictionary(row => (row[2], row[3]), AtSecond);
        string[][] answers = [.. rows.Where(row => row[0] == "A")];
        Assert.Equal(asked.Count, answers.DistinctBy(row => (row[2], row[3])).Count());
        foreach (string[] answer in answers)
        {
            decimal passedUs = (AtSecond(answer) - asked[(answer[2], answer[3])]) * 1_000_000;
            Assert.Equal((long)passedUs, long.Parse(answer[6], CultureInfo.InvariantCulture));
        }

        document.Equal(0, document.Number("query.log_dropped"), "dropped");
        document.Equal(rows.Length, document.Number("query.log_rows"), "rows");
        document.Equal(
            document.Number("messages.answered"), document.Count("query.answers", "echoed"),
            "answers, without those of the warm-up");
        document.Equal(0, document.Number("messages.not_sent"), "not sent");
        Assert.InRange(document.Number("messages.sent"), 1700, 2300); // of 5,000/s for 400 ms
        Assert.InRange(asked.Count - document.Number("messages.sent"), 800, 1200); // of the warm-up
        string[] perConnection = CountsBy(rows, 2);
        Assert.Equal(16, perConnection.Length);
        string[] perProcess = CountsBy(rows, 4);
        Assert.InRange(perProcess.Length, 2000, 2500); // 3,000 queries of 5,000 processes
        return [$"{document.Number("messages.offered")} offered", .. perConnection, .. perProcess];
    }

    private static string[] CountsBy(string[][] rows, int column) =>
    [
        .. rows.Where(row => row[0] == "Q").CountBy(row => row[column]).Select(one => $"{one.Key}: {one.Value}")
            .Order(StringComparer.Ordinal),
    ];

    private string LogOf(string seed, string threads) => Path.Combine(_folder, $"{seed}-{threads}.csv");

    private static decimal AtSecond(string[] row) => decimal.Parse(row[1], CultureInfo.InvariantCulture);
}
