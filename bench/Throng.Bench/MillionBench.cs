using System.Globalization;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Bench;

/// <summary>
/// A million connections, both ends here: until the last is held, beside a plain C program that makes the same sockets
/// with the fewest calls io_uring has for it, and beside other builds. All take turns in every round.
/// </summary>
internal static class MillionBench
{
    private const int FirstPort = 7000;

    /// <summary>
    /// Target ports: a default range has 28,232 source ports towards each. The more of a range is in use, the longer
    /// the kernel looks for one; the C program leaves that to it.
    /// </summary>
    private const int Ports = 100;

    private const string Floor = "C, io_uring";
    private static readonly TimeSpan Ending = TimeSpan.FromMinutes(2);

    public static int Run(Settings settings)
    {
        string count = settings.Text("count", "1m");
        Report report = new($"{count} connections: until the last is held", settings);
        report.Line("Both ends on this host, in a network namespace for each trial, two threads at each end,");
        report.Line("100 target ports. The C program makes a socket and a connect for each connection, linked,");
        report.Line("and has one accept that repeats for each listener; it reads, watches and times nothing.");
        report.Line("Median (lowest–highest) of the rounds, which take all programs in turn.");
        report.Line();
        foreach (string layout in settings.List("layouts", "one,two"))
        {
            List<Figures> all = [];
            for (int round = 0; round < settings.Number("rounds", 3); round++)
            {
                foreach (string program in settings.List("programs", "now=out/throng").Prepend(Floor))
                {
                    AwaitQuiet();
                    using Network network = new();
                    all.Add(program == Floor
                        ? OfFloor(settings, network, layout == "two", count)
                        : OfThrong(settings, network, layout == "two", count, program.Split('=')));
                    Console.Error.WriteLine($"{layout}: {all[^1]}");
                }
            }

            Table(report, layout == "two" ? "Two processes" : "One process", all);
        }

        report.Write(settings.Text("result", "bench/results/million.md"));
        return 0;
    }

    private static void Table(Report report, string title, List<Figures> all)
    {
        double floor = Report.Median(all.Where(one => one.Program == Floor).Select(one => one.HeldS));
        report.Line($"## {title}");
        report.Line();
        report.Head("program", "held after, s", "of the C program");
        foreach (IGrouping<string, Figures> program in all.GroupBy(one => one.Program))
        {
            double[] held = [.. program.Select(one => one.HeldS)];
            report.Row(
                program.Key,
                Report.Spread(held, "0.0"),
                (Report.Median(held) / floor).ToString("0.00", CultureInfo.InvariantCulture));
        }

        report.Line();
    }

    private static Figures OfFloor(Settings settings, Network network, bool isApart, string count)
    {
        string words = Units.TryParseCount(count, out long number, out string error)
            ? $"{FirstPort} {Ports} 2 {number}"
            : throw new ArgumentException(error, nameof(count));
        using Child? serving = isApart ? StartFloor("serve") : null;
        if (isApart)
        {
            Thread.Sleep(1000); // it listens; a probe would be one connection too many
        }

        using Child connecting = StartFloor(isApart ? "connect" : "both");
        string line = connecting.AwaitLine(static line => line.StartsWith("connect held_s=", StringComparison.Ordinal));
        _ = serving?.AwaitLine(static line => line.StartsWith("serve held_s=", StringComparison.Ordinal));
        connecting.Terminate();
        serving?.Terminate();
        _ = connecting.Join(Ending) && serving?.Join(Ending) != false;
        return new Figures(Floor, double.Parse(line.Split('=')[1], CultureInfo.InvariantCulture));

        Child StartFloor(string role) => Child.Start(network.Before, settings, ("floor/hold_uring", $"{role} {words}"));
    }

    private static Figures OfThrong(
        Settings settings, Network network, bool isApart, string count, string[] program)
    {
        string path = Path.GetFullPath(program[1]);
        string targets = $"127.0.0.1:{FirstPort}-{FirstPort + Ports - 1}";
        string control = Control.NewPath();
        string serve = $"serve --listen {targets} -q --control {control} --threads 2";
        using Child? serving = isApart ? Child.Start(network.Before, settings, (path, serve)) : null;
        using Control? server = serving is null ? null : Control.To(control, serving);
        using Child holding = Child.Start(network.Before, settings, (path,
            $"hold {count} {(isApart ? $"--target {targets}" : "")} --until-held -q --json --threads 2"));
        string held = holding.Output.ReadToEnd();
        serving?.Terminate();
        _ = serving?.Join(Ending);
        if (held.Length == 0)
        {
            throw new InvalidOperationException(holding.LastError);
        }

        using JsonDocument document = JsonDocument.Parse(held);
        long heldNs = document.RootElement.GetProperty("hold").GetProperty("ramp_up_ns").GetInt64();
        return new Figures(program[0], heldNs / 1e9);
    }

    /// <summary>
    /// Waits, a minute at most, until the kernel has taken down what the trial before left: it works on that long after
    /// the processes and their namespace are gone.
    /// </summary>
    private static void AwaitQuiet()
    {
        for (int second = 0; second < 60; second++)
        {
            long before = IdleTicks();
            Thread.Sleep(1000);
            if (IdleTicks() - before > 95 * Environment.ProcessorCount)
            {
                return;
            }
        }
    }

    /// <summary>Ticks of 10 ms in which a CPU had nothing to do, of all CPUs.</summary>
    private static long IdleTicks() => long.Parse(
        File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[4],
        CultureInfo.InvariantCulture);

    private sealed record Figures(string Program, double HeldS)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Program}: held after {HeldS:0.0} s");
    }
}
