using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// Connections over one address and one target port that this side closes first: with FIN from ports that are bound
/// here, with FIN from ports that the kernel looks up, and with a reset, which leaves no port in TIME_WAIT.
/// </summary>
internal static class TimeWaitBench
{
    private const int Port = 7000;
    private const string TimeWaitReuse = "net.ipv4.tcp_tw_reuse";
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(20);

    /// <summary>Kinds of a run: its close, and tcp_tw_reuse, which decides whether ports are bound.</summary>
    private static readonly Kind[] Kinds =
    [
        new("FIN, ports bound", "fin", Reuse: 0),
        new("FIN, ports looked up", "fin", Reuse: 1),
        new("RST, ports looked up", "rst", Reuse: 0),
    ];

    public static int Run(Settings settings)
    {
        string rate = settings.Text("rate", "5k");
        Report report = new($"TIME_WAIT: {rate} closes a second over one address pair", settings);
        report.Line("One source address, one target port, the usual ephemeral ports, one request on each connection;");
        report.Line("both ends on this host, in a network namespace. With `tcp_tw_reuse=0` a port that the");
        report.Line("kernel looks up would rest for 60 s, so the program binds its ports; with 1 they rest for");
        report.Line("1 s, which at this rate is short enough, and they are looked up. Median (lowest–highest) of the");
        report.Line("rounds, which take all kinds in turn. CPU is that of whole processes, for each connection.");
        report.Line();
        List<Figures> all = [];
        for (int round = 0; round < settings.Number("rounds", 3); round++)
        {
            foreach (Kind kind in Kinds)
            {
                all.Add(Trial(settings, kind, rate));
                Console.Error.WriteLine(all[^1]);
            }
        }

        report.Head(
            "", "answered", "of", "collisions", "CPU µs, client", "CPU µs, server", "lag p50, µs", "lag p99, µs");
        foreach (IGrouping<Kind, Figures> kind in all.GroupBy(one => one.Kind))
        {
            Figures[] each = [.. kind];
            report.Row(
                kind.Key.Name,
                each.Sum(one => one.Answered).ToString("N0", CultureInfo.InvariantCulture),
                each.Sum(one => one.Offered).ToString("N0", CultureInfo.InvariantCulture),
                each.Sum(one => one.Collisions).ToString("N0", CultureInfo.InvariantCulture),
                Report.Spread([.. each.Select(one => one.ClientUs)], "0.0"),
                Report.Spread([.. each.Select(one => one.ServerUs)], "0.0"),
                Report.Spread([.. each.Select(one => one.LagP50Us)], "0"),
                Report.Spread([.. each.Select(one => one.LagP99Us)], "0"));
        }

        report.Write(settings.Text("result", "bench/results/timewait.md"));
        return all.TrueForAll(one => one.Answered == one.Offered) ? 0 : 1;
    }

    private static Figures Trial(Settings settings, Kind kind, string rate)
    {
        using Network network = new();
        if (!network.TrySet(TimeWaitReuse, kind.Reuse))
        {
            throw new InvalidOperationException("a network namespace of its own is needed: run as root");
        }

        string path = Control.NewPath();
        using Child serving = Child.Start(
            network.Before, settings, ("throng", $"serve --listen 127.0.0.1:{Port} -q --json --control {path}"));
        Task<string> served = serving.Output.ReadToEndAsync();
        using Control server = Control.To(path, serving);
        using Child opening = Child.Start(network.Before, settings, ("throng",
            $"churn --target 127.0.0.1:{Port} --life requests --requests 1 --close {kind.Close} --rate {rate}"
                + $" --for {settings.Text("for", "60")}s --engine {settings.Text("engine", "auto")} -q --json"));
        string opened = opening.Output.ReadToEnd();
        serving.Terminate();
        _ = serving.Join(Ending);
        if (opened.Length == 0)
        {
            throw new InvalidOperationException(opening.LastError);
        }

        using JsonDocument client = JsonDocument.Parse(opened);
        using JsonDocument other = JsonDocument.Parse(served.Result);
        JsonElement root = client.RootElement;
        JsonElement messages = root.GetProperty("messages");
        JsonElement lag = root.GetProperty("churn").GetProperty("steps")[0].GetProperty("lag_ns");
        double answered = messages.GetProperty("answered").GetDouble();
        return new Figures(
            kind, answered, messages.GetProperty("offered").GetDouble(),
            root.GetProperty("churn").GetProperty("port_collisions").GetDouble(),
            CpuUs(root) / answered, CpuUs(other.RootElement) / answered,
            lag.GetProperty("p50").GetDouble() / 1e3, lag.GetProperty("p99").GetDouble() / 1e3);
    }

    private static double CpuUs(JsonElement root)
    {
        JsonElement cpu = root.GetProperty("cpu");
        return (cpu.GetProperty("user_ns").GetDouble() + cpu.GetProperty("system_ns").GetDouble()) / 1e3;
    }

    private sealed record Kind(string Name, string Close, int Reuse);

    private sealed record Figures(
        Kind Kind, double Answered, double Offered, double Collisions, double ClientUs, double ServerUs,
        double LagP50Us, double LagP99Us)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind.Name}: {Answered:N0} of {Offered:N0}, client {ClientUs:0.0} us, server {ServerUs:0.0} us");
    }
}
