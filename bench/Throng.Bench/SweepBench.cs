using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Throng.Bench;

/// <summary>
/// From less than is possible to many times as much: what a load gets done of what it is asked for. A program that
/// gives what it can stays near its best all the way. Programs and peers take turns in every round.
/// </summary>
internal static partial class SweepBench
{
    private const int FirstPort = 18800;
    private const int Ports = 20;
    private static int _port = FirstPort;

    private const string Churn = "churn --life requests --requests 1 --in-flight-max 256 --close";

    private static readonly Load[] Loads =
    [
        new("churn, RST, two processes", $"{Churn} rst", "churn", true),
        new("churn, RST, one process", $"{Churn} rst", "churn", false),
        new("churn, FIN, two processes", $"{Churn} fin", "churn", true),
        new("query, TCP", "query --protocol echo -c 1000", "query", true),
        new("query, UDP", "query --protocol echo -c 1000 --transport udp", "query", true),
        new("query, TLS", "query --protocol echo -c 1000 --tls", "query", true),
    ];

    public static int Run(Settings settings)
    {
        string[] programs = settings.List("programs", "now=out/throng");
        Report report = new("What is asked for, and what is done", settings);
        report.Line("Messages or connections a second that ended well. Each end has the threads it chooses, and both");
        report.Line("share the machine, in a network namespace of each trial. Median (lowest–highest) of the rounds,");
        report.Line("all programs in turn; the server is always the first of them. CPU is the client process's, for");
        report.Line("each that ended well. \"Of what it can\" is the median over what was asked for or over the best");
        report.Line("median of the same program, whichever is less.");
        report.Line();
        bool IsWanted(Load load) => settings.Text("only", load.Title).Split(';').Contains(load.Title);
        foreach (Load load in Loads.Where(IsWanted))
        {
            List<Figures> all = [];
            string[] rates = settings.List(load.Kind, load.Kind == "churn"
                ? "15k,30k,60k,200k,800k"
                : "50k,100k,200k,1m,4m");
            for (int round = 0; round < settings.Number("rounds", 5); round++)
            {
                if (load.Kind == "churn" && settings.Text("neper", "") is { Length: > 0 } neper)
                {
                    all.Add(Neper(settings, neper));
                }

                foreach (string rate in rates)
                {
                    foreach (string program in round % 2 == 0 ? programs : programs.Reverse())
                    {
                        all.Add(Trial(settings, load, rate, program.Split('=')));
                        Console.Error.WriteLine($"{load.Title}: {all[^1]}");
                    }
                }
            }

            Tell(report, load, all);
        }

        report.Write(settings.Text("result", "bench/results/sweep.md"));
        return 0;
    }

    private static Figures Trial(Settings settings, Load load, string rate, string[] program)
    {
        using Network network = new();
        int port = _port += Ports;
        string target = $"127.0.0.1:{port}-{port + Ports - 1}";
        string server = Path.GetFullPath(settings.List("programs", "now=out/throng")[0].Split('=')[1]);
        string ends = load.Command.Contains("--tls", StringComparison.Ordinal) ? " --tls"
            : load.Command.Contains("udp", StringComparison.Ordinal) ? " --transport udp" : "";
        string path = Control.NewPath();
        using Child? serving = !load.HasServer ? null : Child.Start(
            network.Before, settings, (server, $"serve --listen {target} -q --control {path}{ends}"));
        using Control? ready = serving is null ? null : Control.To(path, serving);
        using Child asking = Child.Start(network.Before, settings, (
            Path.GetFullPath(program[1]),
            $"{load.Command} --rate {rate} --force --json -q --for {settings.Text("for", "4")}s"
                + (load.HasServer ? $" --target {target}" : "")));
        string output = asking.Output.ReadToEnd();
        if (output.Length == 0)
        {
            throw new InvalidOperationException($"{load.Title}: {asking.LastError}");
        }

        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement root = document.RootElement;
        double done = root.GetProperty("messages").GetProperty("answered").GetDouble();
        JsonElement cpu = root.GetProperty("cpu");
        return new Figures(
            program[0], rate, done / (root.GetProperty(load.Kind).GetProperty("counted_ns").GetDouble() / 1e9),
            cpu.GetProperty("user_ns").GetDouble() / 1e3 / done,
            (cpu.GetProperty("user_ns").GetDouble() + cpu.GetProperty("system_ns").GetDouble()) / 1e3 / done,
            root.GetProperty("lag_ns").GetProperty("p99").GetDouble() / 1e6);
    }

    /// <summary>The peer's own closed loop, with as many connections under way; its program is built elsewhere.
    /// </summary>
    private static Figures Neper(Settings settings, string directory)
    {
        using Network network = new();
        string program = Path.GetFullPath(Path.Combine(directory, "tcp_crr"));
        string words = $"-T 2 -F 256 -Q 64 -R 64 --logtostderr -l {settings.Text("for", "4")}";
        using Child serving = Child.Start(network.Before, settings, (program, words));
        Thread.Sleep(500);
        using Child asking = Child.Start(network.Before, settings, (program, $"{words} -c -H 127.0.0.1"));
        string output = asking.Output.ReadToEnd();
        double perSecond = double.Parse(Throughput().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return new Figures("neper tcp_crr", "all it can", perSecond, double.NaN, double.NaN, double.NaN);
    }

    private static void Tell(Report report, Load load, List<Figures> all)
    {
        report.Line($"## {load.Title}");
        report.Line();
        report.Line($"    throng {load.Command}");
        report.Line();
        report.Head(
            "program", "asked", "done/s", "of what it can", "user CPU µs", "user and system CPU µs", "lag p99, ms");
        foreach (IGrouping<string, Figures> program in all.GroupBy(one => one.Program))
        {
            IGrouping<string, Figures>[] rates = [.. program.GroupBy(one => one.Rate)];
            double best = rates.Max(rate => Report.Median(rate.Select(one => one.PerSecond)));
            foreach (IGrouping<string, Figures> rate in rates)
            {
                double median = Report.Median(rate.Select(one => one.PerSecond));
                report.Row(
                    program.Key, rate.Key, Report.Spread([.. rate.Select(one => one.PerSecond)], "N0"),
                    (median / Math.Min(best, Number(rate.Key))).ToString("0.00", CultureInfo.InvariantCulture),
                    Spread(rate, one => one.UserUs, "0.00"), Spread(rate, one => one.CpuUs, "0.0"),
                    Spread(rate, one => one.LagP99Ms, "0.0"));
            }
        }

        report.Line();
    }

    private static string Spread(IEnumerable<Figures> rate, Func<Figures, double> of, string format) =>
        rate.Any(one => double.IsNaN(of(one))) ? "" : Report.Spread([.. rate.Select(of)], format);

    /// <summary>A rate as it is typed, 200k or 1m; infinite where it is none.</summary>
    private static double Number(string rate) =>
        double.TryParse(rate.TrimEnd('k', 'm'), CultureInfo.InvariantCulture, out double number)
            ? number * (rate.EndsWith('k') ? 1e3 : rate.EndsWith('m') ? 1e6 : 1)
            : double.PositiveInfinity;

    [GeneratedRegex("^throughput=([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Throughput();

    private sealed record Load(string Title, string Command, string Kind, bool HasServer);

    private sealed record Figures(
        string Program, string Rate, double PerSecond, double UserUs, double CpuUs, double LagP99Ms)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Program} {Rate}: {PerSecond:N0}/s, {CpuUs:0.0} us, lag p99 {LagP99Ms:0.0} ms");
    }
}
