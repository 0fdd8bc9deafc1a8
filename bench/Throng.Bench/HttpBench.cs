using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// Cost of being watched: `throng query` with one page and many readers of its stream, against a run that answers no
/// HTTP while the same readers read from a stub, so that both share the CPUs with as much of others.
/// </summary>
internal static class HttpBench
{
    private const int Port = 18300;
    private const int WarmUpSeconds = 2;

    public static int Run(Settings settings)
    {
        string rate = settings.Text("rate", "50k");
        int readers = settings.Number("readers", 200);
        Report report = new($"HTTP: {rate} queries/s, watched by a page and {readers} readers of the stream", settings);
        List<Figures> watched = [];
        List<Figures> alone = [];
        for (int pair = 0; pair < settings.Number("pairs", 5); pair++)
        {
            // In turns, so that neither is always the one after the other.
            foreach (bool isWatched in pair % 2 == 0 ? (bool[])[true, false] : [false, true])
            {
                (isWatched ? watched : alone).Add(Measure(settings, rate, readers, isWatched));
            }
        }

        report.Line("Readers and the page are one process, the stub another; client, server and they share all CPUs.");
        report.Line("The page asks for its parts as a browser does. Median (lowest–highest) of the pairs.");
        report.Line();
        report.Head("", "achieved/s", "lag p99 µs", "response p99 µs", "CPUs of the client");
        Row(report, "watched", watched);
        Row(report, "readers at a stub", alone);
        report.Line();
        Figures[] quiet = [OnePage(settings, isOpen: false), OnePage(settings, isOpen: true)];
        report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"`hold 1000` with one page open used {quiet[1].Cpus:P1} of a CPU, and {quiet[0].Cpus:P1} without one."));
        report.Write(settings.Text("result", "bench/results/http.md"));
        return 0;
    }

    private static Figures Measure(Settings settings, string rate, int readers, bool isWatched)
    {
        using Child serving = Child.Start(-1, settings, ("throng", $"serve --listen 127.0.0.1:{Port}-{Port + 1} -q"));
        Child.AwaitPort(Port);
        using Child? stub = isWatched ? null : Child.Start(-1, settings, ("", $"events --port {Port + 2}"));
        string http = isWatched ? $" --http=127.0.0.1:{Port + 2}" : "";
        double plateau = settings.Seconds("plateau", 8).TotalSeconds;
        using Child asking = Child.Start(-1, settings, (
            "throng", $"query --rate {rate} -c 100 --target 127.0.0.1:{Port}-{Port + 1} --arrivals constant"
                + $" --warmup {WarmUpSeconds}s --for {plateau}s{http} --json -q"));
        Child.AwaitPort(Port + 2);
        using Child reading = Child.Start(-1, settings, (
            "", $"readers --port {Port + 2} --readers {readers} --page {(isWatched ? "yes" : "no")}"));
        return Of(asking, $"{rate}/s, {(isWatched ? "watched" : "alone")}");
    }

    private static Figures OnePage(Settings settings, bool isOpen)
    {
        using Child holding = Child.Start(-1, settings, (
            "throng", $"hold 1000 --for 15s --http=127.0.0.1:{Port + 2} --json -q"));
        Child.AwaitPort(Port + 2);
        using Child? page = isOpen
            ? Child.Start(-1, settings, ("", $"readers --port {Port + 2} --readers 0 --page yes"))
            : null;
        return Of(holding, $"hold, {(isOpen ? "a page" : "no page")}");
    }

    private static Figures Of(Child run, string name)
    {
        using JsonDocument document = JsonDocument.Parse(run.Output.ReadToEnd());
        JsonElement root = document.RootElement;
        double Number(string path) => path.Split('.').Aggregate(
            (JsonElement?)root, (at, key) =>
                at is { ValueKind: JsonValueKind.Object } one && one.TryGetProperty(key, out JsonElement found)
                    ? found : null) is { ValueKind: JsonValueKind.Number } number
            ? number.GetDouble()
            : double.NaN;
        Figures figures = new(
            Number("rate.achieved_per_s"), Number("lag_ns.p99") / 1e3, Number("response_ns.p99") / 1e3,
            (Number("cpu.user_ns") + Number("cpu.system_ns")) / Number("duration_ns"));
        Console.Error.WriteLine($"{name}: {figures}");
        return figures;
    }

    private static void Row(Report report, string title, List<Figures> pairs) => report.Row(
        title,
        Report.Spread([.. pairs.Select(one => one.AchievedPerSecond)], "N0"),
        Report.Spread([.. pairs.Select(one => one.LagP99Us)], "N0"),
        Report.Spread([.. pairs.Select(one => one.ResponseP99Us)], "N0"),
        Report.Spread([.. pairs.Select(one => one.Cpus)], "0.00"));

    /// <param name="Cpus">CPUs that the process used, on average.</param>
    private sealed record Figures(double AchievedPerSecond, double LagP99Us, double ResponseP99Us, double Cpus);
}
