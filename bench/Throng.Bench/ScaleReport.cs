using System.Globalization;

namespace Throng.Bench;

/// <summary>The tables of <see cref="ScaleBench"/>: medians over the rounds of each engine, layout and size.</summary>
internal sealed class ScaleReport(Report report, List<ScaleFigures> all, List<string> failures, TimeSpan idle)
{
    /// <summary>With fewer connections other programs' memory, and ticks of 10 ms, drown these figures.</summary>
    private const int TellsKernelMemory = 500_000;
    private const int TellsUserShare = 50_000;

    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public void Tell()
    {
        Explain();
        foreach (IGrouping<string, ScaleFigures> engine in all.GroupBy(static one => one.Engine))
        {
            report.Line($"## {engine.Key}");
            report.Line();
            Tables([.. engine.Where(static one => !one.IsEmbedded)], "Two processes, `serve` and `hold`");
            Tables([.. engine.Where(static one => one.IsEmbedded)], "One process, `hold` with its own server");
        }

        if (failures.Count > 0)
        {
            report.Line("## What did not work");
            report.Line();
            failures.ForEach(failure => report.Line($"- {failure}"));
            report.Line();
        }
    }

    private void Explain()
    {
        report.Line("Repeat it with the line above, on a machine with about 9 KB of memory free per connection. The");
        report.Line("published build, both ends on this host, each trial in a network namespace of its own; medians");
        report.Line("where there are several rounds. CPU, and memory per connection, are above those of the same");
        report.Line("commands holding nothing. *Held after* is from the start of the process until every connection");
        report.Line("is held on both ends; CPU is counted until then, in steps of 10 ms. Slab is the kernel's");
        report.Line("objects, of the whole machine: let nothing else run. *Kernel* is all memory no longer");
        report.Line("available, less the processes' own. Idle is the share of one");
        report.Line($"CPU over {idle.TotalSeconds:0} s with all held. Last column: the largest against the smallest.");
        report.Line();
    }

    private void Tables(ScaleFigures[] of, string title)
    {
        if (of.Length == 0)
        {
            return;
        }

        IGrouping<int, ScaleFigures>[] sizes = [.. of.GroupBy(static one => one.Connections)];
        bool hasServer = !of[0].IsEmbedded;
        report.Line($"### {title}");
        report.Line();
        report.Head(["", .. sizes.Select(static size => size.Key.ToString("N0", Plain)), Times(sizes)]);
        Row(sizes, "rounds", static size => size.Count, "0", isCost: false);
        Row(sizes, "held after, s", static size => Median(size, one => one.UntilHeldSeconds), "0.00", isCost: false);
        Row(sizes, "ms per connection until held", static size => Median(size, one => one.MillisecondsEach), "0.000");
        Row(sizes, "connects/s", static size => Median(size, one => one.PerSecond), "N0", isCost: false);
        CpuRows(sizes, hasServer ? "hold" : "process", static one => one.Hold);
        if (hasServer)
        {
            CpuRows(sizes, "serve", static one => one.Server);
            Row(sizes, "CPU µs/connection, both", static size => Median(size, one => one.MicrosecondsEach), "0.0");
        }

        MemoryRows(sizes, hasServer);
        string whose = hasServer ? " hold" : "";
        Row(sizes, $"idle CPU{whose}, %", static size => 100 * Median(size, one => one.HoldIdle), "0.00",
            isCost: false);
        if (hasServer)
        {
            Row(sizes, "idle CPU serve, %", static size => 100 * Median(size, one => one.ServerIdle), "0.00",
                isCost: false);
        }

        Row(sizes, "from SIGTERM to the end, s", static size => Median(size, one => one.DrainSeconds), "0.00",
            isCost: false);
        report.Row([
            "… with a report",
            .. sizes.Select(static size => size.All(static one => one.HasReport) ? "yes" : "**no, it gave up**"),
            "",
        ]);
        report.Row([
            "sockstat agrees",
            .. sizes.Select(static size => size.All(one => one.SocketsAgree)
                ? "yes"
                : $"no: {string.Join(", ", size.Select(one => one.Sockets.TcpInUse.ToString("N0", Plain)))}"),
            "",
        ]);
        report.Line();
    }

    private void MemoryRows(IGrouping<int, ScaleFigures>[] sizes, bool hasServer)
    {
        Row(sizes, hasServer ? "RSS hold, MiB" : "RSS, MiB",
            static size => Median(size, one => one.HoldBytes / 1048576.0), "0.0", isCost: false);
        Row(sizes, hasServer ? "RSS B/connection, hold" : "RSS B/connection",
            static size => Median(size, one => (double)one.Hold.ResidentBytes / one.Connections), "0");
        FurtherRow(sizes, static one => one.HoldBytes);
        if (hasServer)
        {
            Row(sizes, "RSS serve, MiB",
                static size => Median(size, one => one.ServerBytes / 1048576.0), "0.0", isCost: false);
            Row(sizes, "RSS B/connection, serve",
                static size => Median(size, one => (double)one.Server.ResidentBytes / one.Connections), "0");
            FurtherRow(sizes, static one => one.ServerBytes);
        }

        Row(sizes, "slab B/connection, both ends", static size => Median(size, one => one.SlabEach), "N0");
        Row(sizes, "kernel B/connection, both ends", static size => Median(size, one => one.KernelEach), "N0",
            isCost: false, smallest: TellsKernelMemory);
    }

    private void CpuRows(IGrouping<int, ScaleFigures>[] sizes, string whose, Func<ScaleFigures, ProcessState> of)
    {
        Row(sizes, $"CPU µs/connection, {whose}",
            size => Median(size, one => of(one).CpuNs / 1e3 / one.Connections), "0.0");
        Row(sizes, "… of it in user space, %", size => 100 * Median(size, one => of(one).UserShare), "0", isCost: false,
            smallest: TellsUserShare);
    }

    /// <summary>The cost of each further connection, from one size to the next.</summary>
    private void FurtherRow(IGrouping<int, ScaleFigures>[] sizes, Func<ScaleFigures, double> bytes)
    {
        List<string> cells = ["… each beyond the size before"];
        for (int i = 0; i < sizes.Length; i++)
        {
            double further = i == 0 ? 0
                : (Median(sizes[i], bytes) - Median(sizes[i - 1], bytes)) / (sizes[i].Key - sizes[i - 1].Key);
            cells.Add(i == 0 ? "" : further.ToString("0", Plain));
        }

        report.Row([.. cells, ""]);
    }

    /// <summary>One figure at each size; of a cost also the last against the first.</summary>
    private void Row(
        IGrouping<int, ScaleFigures>[] sizes,
        string label,
        Func<IReadOnlyCollection<ScaleFigures>, double> of,
        string format,
        bool isCost = true,
        int smallest = 0)
    {
        double[] values = [.. sizes.Select(size => of([.. size]))];
        string ratio = isCost && values.Length > 1 ? (values[^1] / values[0]).ToString("0.00", Plain) : "";
        IEnumerable<string> cells = sizes.Select(
            (size, i) => size.Key < smallest ? "–" : values[i].ToString(format, Plain));
        report.Row([label, .. cells, ratio]);
    }

    private static string Times(IGrouping<int, ScaleFigures>[] sizes) =>
        sizes.Length < 2 ? "" : string.Create(Plain, $"{sizes[^1].Key:N0} : {sizes[0].Key:N0}");

    private static double Median(IEnumerable<ScaleFigures> size, Func<ScaleFigures, double> of) =>
        Report.Median(size.Select(of));
}
