using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// Connections between two processes, `throng serve` and `throng hold`: how fast they come, and what holding them
/// costs each side. Memory is compared with the same commands holding one connection, so that the runtime's own part
/// is not counted.
/// </summary>
internal static class HoldBench
{
    private const int FirstPort = 18100;

    /// <summary>From the start of hold to the moment everything has come and settled.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    public static int Run(Settings settings)
    {
        int connections = settings.Number("connections", 15000);
        int rounds = settings.Number("rounds", 3);
        TimeSpan idle = settings.Seconds("idle", 10);
        Report report = new($"Holding {connections:N0} connections between two processes", settings);
        List<Figures> all = [];
        int port = FirstPort;
        for (int round = 0; round < rounds; round++)
        {
            foreach (string engine in settings.List("engines", "uring,epoll"))
            {
                foreach (int count in (int[])[connections, 1])
                {
                    Figures figures = Measure(settings, engine, count, port++, idle);
                    Console.Error.WriteLine(figures.ToString());
                    all.Add(figures);
                    Thread.Sleep(Rest);
                }
            }
        }

        Tell(report, all, connections, idle);
        report.Write(settings.Text("result", "bench/results/hold.md"));
        return 0;
    }

    private static Figures Measure(Settings settings, string engine, int connections, int port, TimeSpan idle)
    {
        double wholeSeconds = (Settling + idle).TotalSeconds + 1;
        string threads = settings.Text("threads", "2");
        using Child serving = Child.Start(
            -1, settings, ("throng", $"serve --listen 127.0.0.1:{port} --threads {threads} --engine {engine} -q"));
        Child.AwaitPort(port);
        using Child holding = Child.Start(-1, settings, ("throng", string.Create(
            CultureInfo.InvariantCulture,
            $"hold {connections} --target 127.0.0.1:{port} --threads {threads} --engine {engine} -q"
                + $" --for {wholeSeconds:0}s --json")));
        Thread.Sleep(Settling);
        Side server = Side.Of(serving.Id);
        Side client = Side.Of(holding.Id);
        Thread.Sleep(idle);
        server = server.Until(Side.Of(serving.Id));
        client = client.Until(Side.Of(holding.Id));
        using JsonDocument result = JsonDocument.Parse(holding.Output.ReadToEnd());
        JsonElement root = result.RootElement;
        long held = root.GetProperty("connections").GetProperty("held").GetInt64();
        if (held != connections)
        {
            throw new InvalidOperationException($"{engine}: {held} of {connections} were held");
        }

        JsonElement rate = root.GetProperty("hold").GetProperty("ramp_up_per_s");
        double perSecond = rate.ValueKind == JsonValueKind.Number ? rate.GetDouble() : double.NaN;
        return new Figures(engine, connections, perSecond, server, client, idle);
    }

    private static void Tell(Report report, List<Figures> all, int connections, TimeSpan idle)
    {
        report.Line("`throng serve` and `throng hold` in two processes, the published build. Connects are counted");
        report.Line($"from the first to the last; idle CPU is the whole process over {idle.TotalSeconds:0} s. Memory");
        report.Line("per connection is VmRSS (RssAnon) with all of them less that of the same commands holding one,");
        report.Line("medians of both. Median (lowest–highest) of the rounds.");
        report.Line();
        report.Head(
            "engine", "connects/s", "idle CPU server", "idle CPU hold", "B/connection server", "B/connection hold",
            "VmRSS server with one", "VmRSS hold with one");
        foreach (IGrouping<string, Figures> engine in all.GroupBy(static one => one.Engine))
        {
            Figures[] many = [.. engine.Where(one => one.Connections == connections)];
            Figures[] one = [.. engine.Where(one => one.Connections == 1)];
            report.Row(
                engine.Key,
                Report.Spread([.. many.Select(static run => run.PerSecond)], "N0"),
                Report.Spread([.. many.Select(static run => run.Share(run.Server))], "0.00 %"),
                Report.Spread([.. many.Select(static run => run.Share(run.Client))], "0.00 %"),
                PerConnection(many, one, connections, static run => run.Server),
                PerConnection(many, one, connections, static run => run.Client),
                Mebibytes(one.Select(static run => run.Server)),
                Mebibytes(one.Select(static run => run.Client)));
        }
    }

    private static string PerConnection(Figures[] many, Figures[] one, int connections, Func<Figures, Side> side)
    {
        double resident = Report.Median(many.Select(run => (double)side(run).ResidentBytes))
            - Report.Median(one.Select(run => (double)side(run).ResidentBytes));
        double anonymous = Report.Median(many.Select(run => (double)side(run).AnonymousBytes))
            - Report.Median(one.Select(run => (double)side(run).AnonymousBytes));
        return string.Create(CultureInfo.InvariantCulture, $"{resident / connections:0} ({anonymous / connections:0})");
    }

    private static string Mebibytes(IEnumerable<Side> sides) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Report.Median(sides.Select(static one => one.ResidentBytes / 1048576.0)):0.0} MiB");

    /// <summary>One process: memory at a moment, CPU time until then, or between two moments.</summary>
    private readonly record struct Side(CpuTime Cpu, long ResidentBytes, long AnonymousBytes)
    {
        public static Side Of(int processId) => new(
            ProcessFigures.OfAll(processId),
            ProcessFigures.Bytes(processId, "VmRSS"),
            ProcessFigures.Bytes(processId, "RssAnon"));

        public Side Until(Side later) => later with { Cpu = later.Cpu - Cpu };
    }

    private sealed record Figures(
        string Engine, int Connections, double PerSecond, Side Server, Side Client, TimeSpan Idle)
    {
        public double Share(Side side) => side.Cpu.TotalNs / Idle.TotalNanoseconds;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Engine} {Connections}: {PerSecond:N0}/s, idle {Share(Server):0.00 %} + {Share(Client):0.00 %}, "
                + $"RSS {Server.ResidentBytes >> 10:N0} + {Client.ResidentBytes >> 10:N0} KiB, "
                + $"anonymous {Server.AnonymousBytes >> 10:N0} + {Client.AnonymousBytes >> 10:N0} KiB");
    }
}
