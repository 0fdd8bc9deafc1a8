using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// Connections opened and closed a second, by each kind of close: between two processes and with the server in the
/// same one, beside the plainest C; round by round in turn, so that what disturbs the machine disturbs all of them.
/// </summary>
internal static class ChurnBench
{
    private const int FirstPort = 18400;
    private const int Ports = 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static int _port = FirstPort;

    public static int Run(Settings settings)
    {
        Report report = new("Connections a second: opened and closed", settings);
        report.Line("Each end has two threads and both share the machine; 256 connections under way; 20 ports. Median");
        report.Line("(lowest–highest) of the rounds, which take all kinds in turn. CPU is that of whole processes,");
        report.Line("both ends, for each connection.");
        report.Line();
        foreach (string close in (string[])["rst", "fin"])
        {
            List<ChurnFigures> all = [];
            for (int round = 0; round < settings.Number("rounds", 5); round++)
            {
                all.Add(Floor(settings, close));
                all.Add(TwoProcesses(settings, close));
                all.Add(Embedded(settings, close));
                Console.Error.WriteLine($"{close} {string.Join("; ", all.TakeLast(3))}");
            }

            Tell(report, close, all);
        }

        report.Write(settings.Text("result", "bench/results/churn.md"));
        return 0;
    }

    private static ChurnFigures Floor(Settings settings, string close)
    {
        int port = NextPort();
        string seconds = settings.Text("plateau", "4");
        using Child serving = Child.Start(-1, settings, ("floor/churn_epoll", $"serve {port} {Ports} 2"));
        Child.AwaitPort(port);
        using Child opening = Child.Start(
            -1, settings, ("floor/churn_epoll", $"connect {port} {Ports} 2 {close} {seconds} 128"));
        (CpuTime cpu, string output) = Watch(opening, serving);
        double perSecond = double.Parse(output.Trim().Split('=')[1], CultureInfo.InvariantCulture);
        return new ChurnFigures("C, epoll", perSecond, perSecond * settings.Seconds("plateau", 4).TotalSeconds, cpu);
    }

    private static ChurnFigures TwoProcesses(Settings settings, string close)
    {
        int port = NextPort();
        string ports = $"127.0.0.1:{port}-{port + Ports - 1}";
        using Child serving = Child.Start(-1, settings, ("throng", $"serve --listen {ports} -q"));
        Child.AwaitPort(port);
        using Child opening = Child.Start(-1, settings, ("throng", $"{Command(settings, close)} --target {ports}"));
        (CpuTime cpu, string output) = Watch(opening, serving);
        return Told("throng, two processes", output, cpu);
    }

    private static ChurnFigures Embedded(Settings settings, string close)
    {
        using Child both = Child.Start(-1, settings, ("throng", Command(settings, close)));
        (CpuTime cpu, string output) = Watch(both, null);
        return Told("throng, one process", output, cpu);
    }

    private static string Command(Settings settings, string close) =>
        $"churn --life requests --close {close} --rate {settings.Text("rate", "200k")} --in-flight-max 256"
            + $" --for {settings.Text("plateau", "4")}s --engine {settings.Text("engine", "uring")} --force --json -q";

    /// <summary>Until it ends: the CPU of both ends, looked at often enough, and what it printed.</summary>
    private static (CpuTime Cpu, string Output) Watch(Child opening, Child? serving)
    {
        CpuTime before = serving is null ? default : ProcessFigures.OfAll(serving.Id);
        CpuTime client = default;
        Task<string> output = opening.Output.ReadToEndAsync();
        while (!opening.Join(Look))
        {
            try
            {
                client = ProcessFigures.OfAll(opening.Id) is { SystemNs: > 0 } now ? now : client;
            }
            catch (IOException)
            {
                break; // it has just gone
            }
        }

        CpuTime server = serving is null ? default : ProcessFigures.OfAll(serving.Id) - before;
        return (client + server, output.Result);
    }

    private static ChurnFigures Told(string kind, string json, CpuTime cpu)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        double ok = root.GetProperty("messages").GetProperty("answered").GetDouble();
        double seconds = root.GetProperty("churn").GetProperty("counted_ns").GetDouble() / 1e9;
        return new ChurnFigures(kind, ok / seconds, ok, cpu);
    }

    private static void Tell(Report report, string close, List<ChurnFigures> all)
    {
        double floor = Report.Median(all.Where(one => one.Kind.StartsWith('C')).Select(one => one.PerSecond));
        report.Line($"## Closed with {close.ToUpperInvariant()}");
        report.Line();
        report.Head("ends", "connections/s", "of the floor", "CPU µs/connection", "user share");
        foreach (IGrouping<string, ChurnFigures> kind in all.GroupBy(one => one.Kind))
        {
            double median = Report.Median(kind.Select(one => one.PerSecond));
            report.Row(
                kind.Key,
                Report.Spread([.. kind.Select(one => one.PerSecond)], "N0"),
                (median / floor).ToString("0.00", CultureInfo.InvariantCulture),
                Report.Spread([.. kind.Select(one => one.CpuUs)], "0.0"),
                Report.Median(kind.Select(one => one.UserShare)).ToString("P0", CultureInfo.InvariantCulture));
        }

        report.Line();
    }

    private static int NextPort() => _port += Ports;

    private sealed record ChurnFigures(string Kind, double PerSecond, double Connections, CpuTime Cpu)
    {
        public double CpuUs => (Cpu.UserNs + Cpu.SystemNs) / 1e3 / Math.Max(1, Connections);

        public double UserShare => Cpu.UserNs / (double)Math.Max(1, Cpu.UserNs + Cpu.SystemNs);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Kind} {PerSecond:N0}/s {CpuUs:0.0} us {UserShare:P0} user");
    }
}
