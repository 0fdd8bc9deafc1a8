using System.Globalization;

namespace Throng.Bench;

/// <summary>
/// The four echo servers: what an echo costs their process, what is left behind by a million short connections, and
/// what holding one takes of the kernel's memory. Engine after engine in each round, so that what disturbs the machine
/// disturbs all of them.
/// </summary>
internal static class EchoBench
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static int Run(Settings settings)
    {
        string[] engines = settings.List("engines", "epoll,uring,kernel,xdp");
        string[] parts = settings.List("parts", "load,churn,held");
        Report report = new("Echo servers: CPU of an echo, what stays behind, memory of a connection", settings);
        report.Line("Each server in a network namespace of its own, on 20 ports of 127.0.0.1, client and server on");
        report.Line("the same host; `xdp` is generic, on lo. CPU is that of the server's process, in steps of 10 ms.");
        report.Line();
        if (parts.Contains("load"))
        {
            Load(settings, engines, report);
        }

        if (parts.Contains("churn"))
        {
            Churn(settings, engines, report);
        }

        if (parts.Contains("held"))
        {
            Held(settings, engines, report);
        }

        report.Write(settings.Text("result", "bench/results/echo.md"));
        return 0;
    }

    private static void Load(Settings settings, string[] engines, Report report)
    {
        int connections = settings.Number("connections", 100);
        TimeSpan span = settings.Seconds("plateau", 5);
        List<EchoLoad> all = [];
        List<(string Engine, CpuTime Cpu)> idle = [];
        for (int round = 0; round < settings.Number("rounds", 3); round++)
        {
            foreach (string engine in engines)
            {
                using EchoTrial trial = new(settings, engine, connections);
                idle.Add((engine, trial.Idle(span)));
                all.Add(trial.Load(connections, span));
                Console.Error.WriteLine($"{engine} {all[^1].PerSecond:N0}/s {all[^1].Server}");
            }
        }

        string seconds = span.TotalSeconds.ToString("0", Plain);
        report.Line($"## {connections} connections, one message of 64 bytes under way on each, {seconds} s");
        report.Line();
        report.Head(
            "server", "echoes/s", "user CPU ns/echo", "system CPU ns/echo", "user ms idle", "user ms echoing");
        foreach (IGrouping<string, EchoLoad> engine in all.GroupBy(static one => one.Engine))
        {
            report.Row(
                engine.Key,
                Report.Spread([.. engine.Select(static one => one.PerSecond)], "N0"),
                Report.Spread([.. engine.Select(static one => one.UserUs * 1e3)], "N0"),
                Report.Spread([.. engine.Select(static one => one.SystemUs * 1e3)], "N0"),
                Report.Spread([.. idle.Where(one => one.Engine == engine.Key).Select(Milliseconds)], "N0"),
                Report.Spread([.. engine.Select(static one => one.Server.UserNs / 1e6)], "N0"));
        }

        report.Line();
        report.Line("Idle is as long as echoing. What remains there of `kernel` and `xdp` is their own looking at the");
        report.Line("counters four times a second; with `kernel` also accepting, once, and closing.");
        report.Line();
    }

    private static void Churn(Settings settings, string[] engines, Report report)
    {
        int connections = settings.Number("churned", 1_000_000);
        int perSecond = settings.Number("rate", 10_000);
        string how = "one echo each, ended by RST";
        report.Line($"## Before, in the middle of and after {connections.ToString("N0", Plain)} connections, {how}");
        report.Line();
        report.Head(
            "server", "ended well", "descriptors", "BPF maps, bytes", "RSS, KiB", "RSS, B/connection, 2nd half",
            "slab of the machine, KiB");
        foreach (string engine in engines)
        {
            using EchoTrial trial = new(settings, engine, 0);
            EchoChurn churn = trial.Churn(connections, perSecond);
            Console.Error.WriteLine($"{engine} {churn}");
            report.Row(
                engine,
                string.Create(Plain, $"{churn.Ended:N0} of {churn.Due:N0}"),
                churn.Three(static footprint => footprint.Descriptors),
                churn.Three(static footprint => footprint.MapBytes),
                churn.Three(static footprint => footprint.ResidentBytes >> 10),
                churn.FurtherBytesEach.ToString("0.00", Plain),
                churn.Three(static footprint => footprint.SlabBytes >> 10));
        }

        report.Line();
    }

    private static void Held(Settings settings, string[] engines, Report report)
    {
        int connections = settings.Number("held", 100_000);
        string[] able = [.. engines.Where(static one => one != "kernel")];
        List<EchoHeld> all = [];
        for (int round = 0; round < settings.Number("held-rounds", 3); round++)
        {
            foreach (string engine in able)
            {
                using EchoTrial trial = new(settings, engine, connections);
                all.Add(trial.Held(connections));
                Console.Error.WriteLine(all[^1].ToString());
            }
        }

        report.Line("## The kernel's memory of a connection that is held, both ends");
        report.Line();
        report.Head("server", "held", "slab of the machine, B/connection");
        foreach (IGrouping<string, EchoHeld> engine in all.GroupBy(static one => one.Engine))
        {
            report.Row(
                engine.Key,
                Report.Median(engine.Select(static one => (double)one.Held)).ToString("N0", Plain),
                Report.Spread([.. engine.Select(static one => one.SlabEach)], "N0"));
        }

        report.Line();
        report.Line("`kernel` is left out: it has one table of descriptors.");
    }

    private static double Milliseconds((string Engine, CpuTime Cpu) idle) => idle.Cpu.UserNs / 1e6;
}
