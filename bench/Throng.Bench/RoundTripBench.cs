using System.Globalization;

namespace Throng.Bench;

/// <summary>
/// Echoes a second of every kind of server, with the client in C, round by round in turn so that what disturbs the
/// machine disturbs all of them. Client on CPU 0, server on CPU 1, one thread each.
/// </summary>
internal static class RoundTripBench
{
    private const int ClientCpu = 0;
    private const int ServerCpu = 1;
    private const int FirstPort = 17100;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    public static int Run(Settings settings)
    {
        int rounds = settings.Number("rounds", 3);
        string[] kinds = settings.List("kinds", "throng-uring,throng-epoll,c-epoll");
        Report report = new("Round trips: 64 bytes, one under way on each connection", settings);
        Explain(report);
        int port = FirstPort;
        foreach (string connections in settings.List("connections", "100,1000"))
        {
            List<Figures> all = [];
            for (int round = 0; round < rounds; round++)
            {
                foreach (string server in kinds)
                {
                    Figures figures = Measure(settings, server, connections, port++);
                    Console.Error.WriteLine($"{connections} {figures}");
                    all.Add(figures);
                    Thread.Sleep(Rest);
                }
            }

            Tell(report, connections, all);
        }

        report.Write(settings.Text("result", "bench/results/servers.md"));
        return 0;
    }

    private static void Explain(Report report)
    {
        report.Line("Both ends have one thread, pinned: the client to CPU 0, the server to CPU 1. Median");
        report.Line("(lowest–highest) of the rounds, which take all kinds in turn. CPU is the worker threads'");
        report.Line("over the plateau, from /proc/PID/task; user share over all rounds together, because /proc");
        report.Line("counts in steps of 10 ms. CPU per echo is the figure to trust on a machine that does other");
        report.Line("things too. Ratios are of medians.");
        report.Line();
    }

    private static Figures Measure(Settings settings, string server, string connections, int port)
    {
        using Child serving = Child.Start(ServerCpu, settings, ServerCommand(server, port));
        Child.AwaitPort(port);
        using Child asking = Child.Start(ClientCpu, settings, ClientCommand(settings, connections, port));
        asking.AwaitLine(static line => line == "plateau");
        CpuTime serverBefore = ProcessFigures.OfWorkers(serving.Id);
        CpuTime clientBefore = ProcessFigures.OfWorkers(asking.Id);
        asking.AwaitLine(static line => line == "end");
        CpuTime serverCpu = ProcessFigures.OfWorkers(serving.Id) - serverBefore;
        CpuTime clientCpu = ProcessFigures.OfWorkers(asking.Id) - clientBefore;
        string line = asking.AwaitLine(static line => line.StartsWith("echoes_per_s", StringComparison.Ordinal));
        Dictionary<string, double> told = line.Split(' ').Select(static pair => pair.Split('=')).ToDictionary(
            static pair => pair[0], static pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        if (told["invalid"] > 0)
        {
            throw new InvalidOperationException($"{server} sent back other bytes than it was sent");
        }

        double echoes = told["echoes_per_s"] * settings.Seconds("plateau", 4).TotalSeconds;
        return new Figures(
            server, told["echoes_per_s"], told["p50_us"], told["p99_us"], echoes, serverCpu, clientCpu);
    }

    private static (string Program, string Arguments) ServerCommand(string kind, int port) => kind switch
    {
        "c-epoll" => ("floor/echo_epoll", $"{port}"),
        _ => ("throng", $"serve --listen 127.0.0.1:{port} --threads 1 --engine {kind["throng-".Length..]} -q"),
    };

    private static (string Program, string Arguments) ClientCommand(
        Settings settings, string connections, int port)
    {
        string warmUp = settings.Text("warm-up", "2");
        string plateau = settings.Text("plateau", "4");
        string bytes = settings.Text("bytes", "64");
        return ("floor/roundtrip_epoll", $"{port} {connections} {bytes} {warmUp} {plateau}");
    }

    private static void Tell(Report report, string connections, List<Figures> all)
    {
        report.Line($"## {connections} connections");
        report.Line();
        report.Head(
            "server", "echoes/s", "p50 µs", "p99 µs", "server CPU µs/echo", "client CPU µs/echo",
            "user share server", "user share client");
        foreach (IGrouping<string, Figures> pair in all.GroupBy(static one => one.Server))
        {
            report.Row(
                pair.Key,
                Report.Spread([.. pair.Select(static one => one.EchoesPerSecond)], "N0"),
                Report.Spread([.. pair.Select(static one => one.P50Us)], "0"),
                Report.Spread([.. pair.Select(static one => one.P99Us)], "0"),
                Report.Spread([.. pair.Select(static one => one.ServerUs)], "0.00"),
                Report.Spread([.. pair.Select(static one => one.ClientUs)], "0.00"),
                Share(pair.Select(static one => one.ServerCpu)),
                Share(pair.Select(static one => one.ClientCpu)));
        }

        report.Line();
        report.Head("ratio of servers", "echoes/s", "CPU per echo, both ends");
        Compare(report, all, "throng-uring", "throng-epoll");
        Compare(report, all, "throng-epoll", "c-epoll");
        Compare(report, all, "throng-uring", "c-epoll");
        report.Line();
    }

    private static void Compare(Report report, List<Figures> all, string a, string b)
    {
        Figures[] of = [.. all.Where(one => one.Server == a)];
        Figures[] to = [.. all.Where(one => one.Server == b)];
        if (of.Length == 0 || to.Length == 0)
        {
            return;
        }

        double rate = Report.Median(of.Select(static one => one.EchoesPerSecond))
            / Report.Median(to.Select(static one => one.EchoesPerSecond));
        double cpu = Report.Median(to.Select(static one => one.ServerUs + one.ClientUs))
            / Report.Median(of.Select(static one => one.ServerUs + one.ClientUs));
        report.Row(
            $"{a} / {b}", rate.ToString("0.00", CultureInfo.InvariantCulture),
            cpu.ToString("0.00", CultureInfo.InvariantCulture) + " times cheaper");
    }

    private static string Share(IEnumerable<CpuTime> times)
    {
        CpuTime all = times.Aggregate(static (a, b) => a + b);
        double share = all.TotalNs > 0 ? (double)all.UserNs / all.TotalNs : 0;
        return share.ToString("0.0 %", CultureInfo.InvariantCulture);
    }

    private sealed record Figures(
        string Server,
        double EchoesPerSecond,
        double P50Us,
        double P99Us,
        double Echoes,
        CpuTime ServerCpu,
        CpuTime ClientCpu)
    {
        public double ServerUs => ServerCpu.TotalNs / 1e3 / Echoes;

        public double ClientUs => ClientCpu.TotalNs / 1e3 / Echoes;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Server}: {EchoesPerSecond:N0}/s, {ServerUs:0.00} + {ClientUs:0.00} µs, p50 {P50Us:0} µs");
    }
}
