using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>One round of <see cref="PortsBench"/>, in a network namespace of its own.</summary>
internal sealed class PortsTrial(Settings settings, string engine)
{
    private const int Port = 7000;
    private const int FirstPort = 32_768;
    private const int LastPort = 60_999;
    private const int Ports = LastPort - FirstPort + 1;

    /// <summary>
    /// 5 % of the ports: the first of them, or the last. Even, so that two workers share them evenly.
    /// </summary>
    private const int Slice = Ports / 20 / 2 * 2;

    /// <summary>Connects measured at a time, and how often.</summary>
    private const int Burst = 1_000;
    private const int Bursts = 3;
    private const int LatencyBurst = 1_400;
    private const int LatencyBursts = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    public PortsFigures Run()
    {
        using Network network = new();
        if (!network.TrySetPorts(FirstPort, LastPort))
        {
            throw new InvalidOperationException("a network namespace of its own is needed: run as root");
        }

        string path = Control.NewPath();
        using Child serving = Start(
            network, $"serve --listen 127.0.0.1:{Port} --threads 3 --engine {engine} -q --control {path}");
        using Control server = Control.To(path, serving);
        (double Both, double Hold)[] cpu = Cpu(network, serving, server);
        Latency few = Latencies(network, server, Slice);
        Latency many = Latencies(network, server, Ports - Slice);
        return new PortsFigures(few.With(cpu[0]), many.With(cpu[1]));
    }

    /// <summary>µs per connect with 5 % and with 95 % in use by one process.</summary>
    private (double Both, double Hold)[] Cpu(Network network, Child serving, Control server)
    {
        string path = Control.NewPath();

        // Started with the most, so that there is room for it.
        using Child holding = Start(network, HoldLine(Ports - Burst, path, ""));
        using Control hold = Control.To(path, holding);
        (double, double)[] all = [Bursted(Slice), Bursted(Ports - Slice)];
        Set(hold, server, 0); // by RST; killed, it would leave its ports in TIME_WAIT
        return all;

        (double, double) Bursted(int filled)
        {
            long holdNs = 0;
            long bothNs = 0;
            for (int burst = 0; burst < Bursts; burst++)
            {
                Set(hold, server, filled);
                Thread.Sleep(Settling);
                long holdBeforeNs = ProcessFigures.ExactNs(holding.Id);
                long serverBeforeNs = ProcessFigures.ExactNs(serving.Id);
                Set(hold, server, filled + Burst);
                long usedNs = ProcessFigures.ExactNs(holding.Id) - holdBeforeNs;
                holdNs += usedNs;
                bothNs += usedNs + ProcessFigures.ExactNs(serving.Id) - serverBeforeNs;
            }

            return (bothNs / 1e3 / (Bursts * Burst), holdNs / 1e3 / (Bursts * Burst));
        }
    }

    /// <summary>Latencies on the last 5 % of the ports while so many of the others are in use.</summary>
    private Latency Latencies(Network network, Control server, int filled)
    {
        _ = network.TrySetPorts(FirstPort, FirstPort + filled - 1);
        string fillPath = Control.NewPath();
        using Child filling = Start(network, HoldLine(filled, fillPath, ""));
        using Control fill = Control.To(fillPath, filling);
        fill.Await("held", filled, Longest);

        _ = network.TrySetPorts(LastPort - Slice + 1, LastPort);
        string path = Control.NewPath();
        using Child holding = Start(network, HoldLine(0, path, " --connect-rate 5k"));
        Task<string> document = holding.Output.ReadToEndAsync();
        using Control hold = Control.To(path, holding);
        List<double> perSecond = [];
        for (int burst = 0; burst < LatencyBursts; burst++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            hold.Ask($"set {LatencyBurst}");
            hold.Await("held", LatencyBurst, Longest);
            perSecond.Add(LatencyBurst / clock.Elapsed.TotalSeconds);
            hold.Ask("set 0");
            hold.Await("held", 0, Longest);
            server.Await("open", filled, Longest);
        }

        hold.Ask("quit");
        _ = holding.Join(Longest);
        _ = network.TrySetPorts(FirstPort, LastPort);
        double kernelMicroseconds = KernelsChoice(network);
        fill.Ask("quit");
        _ = filling.Join(Longest);
        server.Await("open", 0, Longest);
        return Latency.Of(document.Result, Report.Median(perSecond), kernelMicroseconds);
    }

    private double KernelsChoice(Network network)
    {
        using Child connecting = Child.Start(
            network.Before, settings, ("", $"connect --port {Port} --connections {settings.Number("plain", 1_200)}"));
        string line = connecting.AwaitLine(static _ => true);
        _ = connecting.Join(Longest);
        return double.Parse(line, CultureInfo.InvariantCulture);
    }

    private Child Start(Network network, string line) => Child.Start(network.Before, settings, ("throng", line));

    private string HoldLine(int count, string path, string more) =>
        $"hold {count} --source 127.0.0.1 --target 127.0.0.1:{Port} --close rst --engine {engine} -q --json"
            + $" --control {path}{more}";

    private static void Set(Control hold, Control server, int connections)
    {
        hold.Ask($"set {connections}");
        hold.Await("held", connections, Longest);
        server.Await("open", connections, Longest);
    }

    private sealed record Latency(
        double P50Us, double P99Us, double MaxUs, double PerSecond, double Collisions, double KernelMicroseconds)
    {
        public static Latency Of(string document, double perSecond, double kernelMicroseconds)
        {
            using JsonDocument parsed = JsonDocument.Parse(document);
            JsonElement root = parsed.RootElement;
            JsonElement connect = root.GetProperty("connect").GetProperty("latency_ns");
            long count = connect.GetProperty("count").GetInt64();
            if (count != LatencyBurst * LatencyBursts)
            {
                throw new InvalidOperationException(
                    $"{count:N0} connects instead of {LatencyBurst * LatencyBursts:N0}");
            }

            return new Latency(
                connect.GetProperty("p50").GetInt64() / 1e3,
                connect.GetProperty("p99").GetInt64() / 1e3,
                connect.GetProperty("max").GetInt64() / 1e3,
                perSecond,
                root.GetProperty("hold").GetProperty("port_collisions").GetInt64(),
                kernelMicroseconds);
        }

        public PortsState With((double Both, double Hold) cpu) => new()
        {
            Microseconds = cpu.Both,
            HoldMicroseconds = cpu.Hold,
            P50Us = P50Us,
            P99Us = P99Us,
            MaxUs = MaxUs,
            PerSecond = PerSecond,
            Collisions = Collisions,
            KernelMicroseconds = KernelMicroseconds,
        };
    }
}
