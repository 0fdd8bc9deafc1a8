using System.Globalization;

namespace Throng.Bench;

/// <summary>
/// Open-loop queries: how many a second a client can offer and keep its time, over few connections and over many, and
/// what happens beyond that. Client and server share all CPUs of the machine, one worker of each to a CPU.
/// </summary>
internal static class QueryBench
{
    private const int FirstPort = 18100;
    private const int Many = 2000;
    private const double LagMaxUs = 1000;
    private static readonly double[] Shares = [0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9];
    private static int _port = FirstPort;

    public static int Run(Settings settings)
    {
        Report report = new("Queries: 31 bytes, open loop", settings);
        report.Line("Client and server have a worker on each CPU. Median (lowest–highest) of the rounds. CPU is");
        report.Line("that of the client's workers over the whole run, warm-up included, for each query sent. Lag is");
        report.Line("how much later than intended a query left; a run whose lag p99 is over 1 ms did not keep its");
        report.Line("schedule.");
        report.Line();
        Few(settings, report);
        FarTooMany(settings, report);
        Calm(settings, report);
        report.Write(settings.Text("result", "bench/results/query.md"));
        return 0;
    }

    private static void Few(Settings settings, Report report)
    {
        Head(report, "5 connections", "offered/s");
        foreach (string rate in (string[])["100k", "300k", "1m", QueryFigures.FarTooMuch])
        {
            Row(report, rate, Measure(settings, rate, 5));
        }

        report.Line();
    }

    /// <summary>The closed loop first, which tells what both ends can do; then shares of it, then far beyond.</summary>
    private static void FarTooMany(Settings settings, Report report)
    {
        double closed = Report.Median(Rounds(settings).Select(_ => ClosedLoop(settings)));
        Head(report, $"{Many} connections", "offered/s");
        string rateOfClosed = closed.ToString("N0", CultureInfo.InvariantCulture);
        report.Row("closed loop, one under way on each", rateOfClosed, "", "", "", "", "", "");
        double most = 0;
        foreach (double share in Shares)
        {
            string rate = ((long)(closed * share)).ToString(CultureInfo.InvariantCulture);
            List<QueryFigures> rounds = Measure(settings, rate, Many);
            Row(report, $"{share:0.00} of it: {long.Parse(rate, CultureInfo.InvariantCulture):N0}", rounds);
            bool keeps = Report.Median(rounds.Select(one => one.LagP99Us)) <= LagMaxUs;
            most = keeps ? Math.Max(most, Report.Median(rounds.Select(one => one.AchievedPerSecond))) : most;
        }

        foreach (string rate in (string[])["200k", "400k"])
        {
            Row(report, rate, Measure(settings, rate, Many));
        }

        report.Line();
        report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"The most with a lag p99 of at most 1 ms: {most:N0}/s, {most / closed:0.00} of the closed loop."));
        report.Line();
    }

    private static void Calm(Settings settings, Report report)
    {
        Head(report, "100 connections", "offered/s");
        Row(report, "10k", Measure(settings, "10k", 100));
        report.Line();
    }

    private static List<QueryFigures> Measure(Settings settings, string rate, int connections) =>
        [.. Rounds(settings).Select(_ => QueryFigures.Of(settings, rate, connections, NextPort()))];

    private static IEnumerable<int> Rounds(Settings settings) => Enumerable.Range(0, settings.Number("rounds", 2));

    private static int NextPort() => _port += 2;

    private static double ClosedLoop(Settings settings)
    {
        int port = NextPort();
        using Child serving = Child.Start(-1, settings, ("throng", $"serve --listen 127.0.0.1:{port} -q"));
        Child.AwaitPort(port);
        string times = $"--warm-up {settings.Text("warm-up", "2")} --plateau {settings.Text("plateau", "4")}";
        using Child asking = Child.Start(-1, settings, (
            "", $"client --engine {settings.Text("engine", "uring")} --port {port} --connections {Many} --bytes 31"
                + $" --threads {Environment.ProcessorCount} {times}"));
        string line = asking.AwaitLine(static line => line.StartsWith("echoes_per_s", StringComparison.Ordinal));
        Console.Error.WriteLine($"closed loop: {line}");
        return double.Parse(line.Split(' ')[0].Split('=')[1], CultureInfo.InvariantCulture);
    }

    private static void Head(Report report, string title, string first)
    {
        report.Line($"## {title}");
        report.Line();
        report.Head(
            first, "sent/s", "answered", "lag p50 µs", "lag p99 µs", "response p99 µs", "user ns/query",
            "system ns/query");
    }

    private static void Row(Report report, string title, List<QueryFigures> rounds) => report.Row(
        title,
        Report.Spread([.. rounds.Select(one => one.AchievedPerSecond)], "N0"),
        Report.Median(rounds.Select(one => one.AnsweredShare)).ToString("P2", CultureInfo.InvariantCulture),
        Report.Spread([.. rounds.Select(one => one.LagP50Us)], "N0"),
        Report.Spread([.. rounds.Select(one => one.LagP99Us)], "N0"),
        Report.Spread([.. rounds.Select(one => one.ResponseP99Us)], "N0"),
        Report.Spread([.. rounds.Select(one => one.UserNs)], "0"),
        Report.Spread([.. rounds.Select(one => one.SystemNs)], "0"));
}
