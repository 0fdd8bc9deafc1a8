using System.Globalization;

namespace Throng.Bench;

/// <summary>
/// The port cliff: what a connect costs while nearly all source ports towards one target are in use, against few. One
/// source address, one target port, and RST instead of FIN, so that no port waits in TIME_WAIT.
/// </summary>
internal static class PortsBench
{
    private const double CpuRatioMax = 1.5;
    private const double LatencyRatioMax = 3;

    public static int Run(Settings settings)
    {
        Report report = new("Ports: a connect with 5 % and with 95 % of them in use", settings);
        Explain(report, settings);
        bool isFlat = true;
        foreach (string engine in settings.List("engines", "uring,epoll"))
        {
            List<PortsFigures> all = [];
            for (int round = 0; round < settings.Number("rounds", 5); round++)
            {
                PortsTrial trial = new(settings, engine);
                all.Add(trial.Run());
                Console.Error.WriteLine($"{engine}: {all[^1]}");
            }

            isFlat &= Tell(report, engine, all);
        }

        report.Write(settings.Text("result", "bench/results/ports.md"));
        return isFlat ? 0 : 1;
    }

    private static void Explain(Report report, Settings settings)
    {
        report.Line("One source address, one target port, `--close rst`; both ends on this host, in a network");
        report.Line("namespace of their own with the usual 28,232 ephemeral ports. Median (lowest–highest) of the");
        report.Line("rounds, each of which takes 5 % and 95 % in turn.");
        report.Line();
        report.Line($"- *CPU*: of both processes, while `set` adds 1,000 connections to one `hold` whose ports are");
        report.Line("  used to that share; the scheduler's count, no start-up in it.");
        report.Line("- *Latency*: of connects at 5,000/s by a second `hold` that has the last 5 % of the ports, while");
        report.Line("  the first one holds 5 % or all of the other 95 %; all of its latencies are from that state.");
        int plain = settings.Number("plain", 1_200);
        report.Line($"- *Kernel's choice*: the CPU of a plain program that makes {plain:N0} connections in the same");
        report.Line("  state without choosing their ports. That is what the address plan is there for.");
        report.Line();
    }

    private static bool Tell(Report report, string engine, List<PortsFigures> all)
    {
        report.Line($"## {engine}");
        report.Line();
        report.Head("", "5 %", "95 %", "ratio of medians", "wanted");
        double cpu = Row(report, all, "CPU µs/connect, both ends", static one => one.Microseconds, "0.0", CpuRatioMax);
        Row(report, all, "… hold", static one => one.HoldMicroseconds, "0.0", null);
        Row(report, all, "latency p50 at 5,000/s, µs", static one => one.P50Us, "0", null);
        double p99 = Row(
            report, all, "latency p99 at 5,000/s, µs", static one => one.P99Us, "0", LatencyRatioMax);
        Row(report, all, "latency max, µs", static one => one.MaxUs, "0", null);
        Row(report, all, "achieved, connects/s", static one => one.PerSecond, "N0", null);
        Row(report, all, "port collisions", static one => one.Collisions, "0", null);
        Row(report, all, "kernel's choice, CPU µs/connect", static one => one.KernelMicroseconds, "N0", null);
        report.Line();
        return cpu <= CpuRatioMax && p99 <= LatencyRatioMax;
    }

    private static double Row(
        Report report,
        List<PortsFigures> all,
        string label,
        Func<PortsState, double> of,
        string format,
        double? wanted)
    {
        double[] few = [.. all.Select(one => of(one.Few))];
        double[] many = [.. all.Select(one => of(one.Many))];
        double ratio = Report.Median(many) / Report.Median(few);
        report.Row(
            label,
            Report.Spread(few, format),
            Report.Spread(many, format),
            double.IsFinite(ratio) ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
            wanted is { } most ? string.Create(CultureInfo.InvariantCulture, $"at most {most}") : "");
        return ratio;
    }
}
