using System.Globalization;
using System.Text.Json.Nodes;
using Throng.Linux;
using Throng.Report;

namespace Throng.Bench;

/// <summary>The result of a soak: a table, and a drawing beside it.</summary>
internal sealed class SoakReport
{
    /// <summary>A change that an hour may bring, as a share of the value: less cannot be told from none.</summary>
    private const double FlatPerHour = 0.01;

    /// <summary>The beginning of a soak: buffers and tables grow to what is needed.</summary>
    private const double WarmUp = 1.0 / 6;

    /// <summary>In a longer one the series, too, which has a point for each second of an hour.</summary>
    private const double WarmUpMinutesOfHours = 65;

    private static readonly string[] Outcomes = ["answered", "timed_out", "lost", "not_sent"];
    private static readonly string[] Quantiles = ["p50", "p99"];

    private readonly Settings _settings;
    private readonly Report _report;
    private readonly TimeSpan _lasts;
    private readonly double _warmUpMinutes;
    private readonly List<(double Minute, long Slab, long Sockets, long Waiting)> _host = [];

    public SoakReport(Settings settings, TimeSpan lasts)
    {
        _settings = settings;
        _lasts = lasts;
        _warmUpMinutes = Math.Max(
            lasts.TotalMinutes * WarmUp, lasts.TotalMinutes > 2 * WarmUpMinutesOfHours ? WarmUpMinutesOfHours : 0);
        _report = new Report("A soak: all loads side by side, servers in trouble", settings);
    }

    /// <summary>Whether everything stayed, and every process ended as it should.</summary>
    public bool IsGood { get; private set; } = true;

    /// <summary>Takes the figures of the machine and of the namespace that a process is in.</summary>
    public void Read(double minute, int processId)
    {
        SocketCounts sockets = Network.SocketsOf(processId);
        _host.Add((minute, KernelMemory.Read().SlabBytes, sockets.TcpInUse, sockets.TcpTimeWait));
    }

    public void Write(IReadOnlyList<Watched> watched, IReadOnlyList<Troubled> troubled, Again again)
    {
        _report.Line($"{_lasts.TotalMinutes:0} minutes. Resident memory, descriptors and threads are read "
            + $"{_host.Count} times; the first {_warmUpMinutes:0} minutes are left out. The change is Sen's slope");
        _report.Line("with its bounds at 95 %. It is flat when these have 0 between them or it is below 1 % an hour.");
        _report.Line("In trouble all the time: "
            + string.Join(", ", SoakPlan.Troubles.Zip(troubled).Select(static pair =>
                $"one server {Word(pair.First.Trouble)} ({pair.Second.Times} times)")) + ".");
        _report.Line();
        _report.Head("process", "MiB first", "MiB last", "KiB an hour", "", "descriptors", "threads", "exit code");
        foreach (Watched one in watched)
        {
            Row(one);
        }

        _report.Line();
        Slab();
        Sums(watched);
        Latencies(watched);
        string[] badEnds = [.. troubled.SelectMany(static one => one.BadEnds)];
        _report.Line($"Loads that end by themselves: {again.Runs} runs of {SoakPlan.Again.Length} kinds one after "
            + $"another, {again.Bad.Count} of them not as they should. Servers that were told to end: "
            + $"{badEnds.Length} did not with 0.");
        again.Bad.ForEach(bad => _report.Line($"- {bad}"));
        Array.ForEach(badEnds, bad => _report.Line($"- a server: {bad}"));
        IsGood &= again.Bad.Count == 0 && badEnds.Length == 0;
        string path = _settings.Text("result", "bench/results/soak.md");
        string drawing = Path.ChangeExtension(path, ".svg");
        File.WriteAllText(drawing, SvgChart.Render(Drawn(watched)));
        _report.Line();
        _report.Line($"![Resident memory, descriptors and sockets over time]({Path.GetFileName(drawing)})");
        _report.Write(path);
    }

    private static string Word(Trouble trouble) => trouble switch
    {
        Trouble.Restarts => "is started again",
        Trouble.Leaves => "leaves for 7 s",
        _ => "stands still for 4 s",
    };

    private void Row(Watched one)
    {
        Reading[] readings = [.. one.Readings.Where(IsWarm)];
        bool lasted = readings.Length > 0 && readings[^1].Minute > _lasts.TotalMinutes * 0.95;
        SenSlope memory = Slope(readings, static reading => reading.ResidentBytes / 1024.0);
        SenSlope descriptors = Slope(readings, static reading => reading.Descriptors);
        SenSlope threads = Slope(readings, static reading => reading.Threads);
        bool isFlat = IsFlat(memory, readings.Select(static reading => reading.ResidentBytes / 1024.0))
            && IsFlat(descriptors, readings.Select(static reading => (double)reading.Descriptors))
            && IsFlat(threads, readings.Select(static reading => (double)reading.Threads));
        bool isGood = lasted && isFlat && one.ExitCode is 0 && one.Complaint.Length == 0;
        IsGood &= isGood;
        _report.Row(
            one.Name,
            Mebibytes(readings.First().ResidentBytes),
            Mebibytes(readings.Last().ResidentBytes),
            string.Create(CultureInfo.InvariantCulture, $"{memory.Median:0} ({memory.Low:0}–{memory.High:0})"),
            isFlat ? "flat" : "NOT flat",
            Range(readings.Select(static reading => reading.Descriptors)),
            Range(readings.Select(static reading => reading.Threads)),
            $"{one.ExitCode}{(lasted ? "" : $", ended early: {one.LastError}")}{one.Complaint}");
    }

    private void Slab()
    {
        (double, double)[] points = [.. _host.Where(one => one.Minute > _warmUpMinutes)
            .Select(static one => (one.Minute / 60, one.Slab / 1048576.0))];
        SenSlope slope = SenSlope.Of(points);
        _report.Line(string.Create(CultureInfo.InvariantCulture,
            $"Kernel slab of the whole machine: {points[0].Item2:0} MiB, at the end {points[^1].Item2:0} MiB, "
                + $"{slope.Median:0.0} ({slope.Low:0.0}–{slope.High:0.0}) MiB an hour. TCP sockets of the namespace: "
                + $"{_host[_host.FindIndex(one => one.Minute > _warmUpMinutes)].Sockets:N0}, at the end "
                + $"{_host[^1].Sockets:N0}."));
        _report.Line();
    }

    /// <summary>Sums of the documents, which have to come out whatever happened.</summary>
    private void Sums(IReadOnlyList<Watched> watched)
    {
        foreach (Watched one in watched.Where(static one => one.Document?["messages"] is not null))
        {
            JsonNode messages = one.Document!["messages"]!;
            long offered = Number(messages, "offered");
            long ended = Outcomes.Sum(name => Number(messages, name));
            _report.Line($"- {one.Name}: {offered:N0} due, {ended:N0} with an outcome"
                + (offered == ended ? "" : " **(not the same)**"));
            IsGood &= offered == ended;
        }

        _report.Line();
    }

    private void Latencies(IReadOnlyList<Watched> watched)
    {
        JsonArray? series = watched.First(static one => one.Name == SoakPlan.Compared).Document?["series"]?.AsArray();
        if (series is null)
        {
            IsGood = false;
            return;
        }

        int part = series.Count / 6;
        foreach (string quantile in Quantiles)
        {
            double[] all = [.. series.Select(point => (double?)point?["response_ns"]?[quantile]).OfType<double>()];
            _report.Line(string.Create(CultureInfo.InvariantCulture,
                $"Response time of \"{SoakPlan.Compared}\", median of its {quantile}: first sixth "
                    + $"{Report.Median(all.Take(part)) / 1e3:0} us, last sixth "
                    + $"{Report.Median(all.TakeLast(part)) / 1e3:0} us."));
        }

        _report.Line();
    }

    private Chart Drawn(IReadOnlyList<Watched> watched) => new()
    {
        Title = "A soak: what the processes use",
        Subtitle = $"{_lasts.TotalMinutes:0} minutes, all loads side by side, three servers in trouble all the time",
        XAxis = new Axis("minutes", AxisUnit.Count) { HasZero = true },
        Panels =
        [
            Drawn("resident memory, MiB", watched, static reading => reading.ResidentBytes / 1048576.0),
            Drawn("descriptors", watched, static reading => reading.Descriptors),
            new Panel
            {
                YAxis = new Axis("TCP sockets", AxisUnit.Count) { HasZero = true },
                Series =
                [
                    new Series("in use", [.. _host.Select(static one => new ChartPoint(one.Minute, one.Sockets))],
                        SeriesStyle.Line),
                    new Series("TIME_WAIT", [.. _host.Select(static one => new ChartPoint(one.Minute, one.Waiting))],
                        SeriesStyle.Line),
                ],
                HeightPixels = 160,
            },
        ],
    };

    private static Panel Drawn(string label, IReadOnlyList<Watched> watched, Func<Reading, double> value) => new()
    {
        YAxis = new Axis(label, AxisUnit.Count) { HasZero = true },
        Series = [.. watched.Select(one => new Series(one.Name,
            [.. one.Readings.Select(reading => new ChartPoint(reading.Minute, value(reading)))], SeriesStyle.Line))],
    };

    private bool IsWarm(Reading reading) => reading.Minute > _warmUpMinutes;

    private static SenSlope Slope(Reading[] readings, Func<Reading, double> value) =>
        SenSlope.Of([.. readings.Select(reading => (reading.Minute / 60, value(reading)))]);

    private static bool IsFlat(SenSlope slope, IEnumerable<double> values) =>
        slope.Low <= 0 || slope.Median <= FlatPerHour * Report.Median(values);

    private static long Number(JsonNode node, string name) => (long?)node[name] ?? 0;

    private static string Mebibytes(long bytes) =>
        (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Range(IEnumerable<int> values) =>
        values.Min() == values.Max() ? $"{values.Min()}" : $"{values.Min()}–{values.Max()}";
}
