using System.Globalization;

namespace Throng.Bench;

/// <summary>
/// The present program beside the last one that was compiled while it ran: size, start, memory, and the CPU of a
/// query. All programs in turn in each pair, every second time in the other order, so that what disturbs the machine
/// disturbs all of them. The echo server is the present program in every column: only the client differs.
/// </summary>
internal static class NativeBench
{
    private const int FirstPort = 18600;
    private const string Hold = "hold 10k --for 5s -q";
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;
    private static int _port = FirstPort;

    public static int Run(Settings settings)
    {
        NativeProgram[] programs = NativeProgram.All(settings);
        Report report = new("Native code beside code compiled while it runs", settings);
        Introduce(report, settings);
        List<NativeRow> rows = Rows(settings);
        for (int pair = 0; pair < settings.Number("pairs", 5); pair++)
        {
            foreach (NativeRow row in rows.Where(static row => row.Measure is not null))
            {
                foreach (NativeProgram program in pair % 2 == 0 ? programs : programs.Reverse())
                {
                    row.Take(program);
                }
            }
        }

        report.Head(
            ["", .. programs.Select(static program => program.Title), "of base, nice -20", "of base", "wanted"]);
        foreach (NativeRow row in rows)
        {
            row.Tell(report, programs);
        }

        report.Write(settings.Text("result", "bench/results/native.md"));
        return 0;
    }

    private static void Introduce(Report report, Settings settings)
    {
        report.Line("Base: commit 5265c98, one trimmed ReadyToRun file that compiles hot code again while it runs.");
        report.Line($"Native: commit {Commit()}. The workers of the base take nice -20 and a slice of 0.1 ms where");
        report.Line("they may, which is the first column; in the second they may not (no CAP_SYS_NICE) and have");
        report.Line("neither. The native program asks for the slice alone. \"Of base\" is native over that column,");
        report.Line("medians of both; in brackets the lowest and highest of single pairs.");
        report.Line();
        report.Line($"Pairs: {settings.Number("pairs", 5)}, all programs in turn, then in the other order. Cells:");
        report.Line("median (lowest–highest). Start is `--version`, the median of some starts each time. Hold is");
        report.Line($"`throng {Hold}` with its own server: user CPU of the whole process, peak of its memory.");
        report.Line("A query is 31 bytes; its server is the native program, in another process, in every column.");
        report.Line("CPU is that of the client's process over the whole run, start and warm-up included.");
        report.Line();
    }

    private static string Commit()
    {
        using System.Diagnostics.Process git = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("git", "describe --always --dirty")
            {
                RedirectStandardOutput = true,
            })!;
        return git.StandardOutput.ReadToEnd().Trim();
    }

    private static List<NativeRow> Rows(Settings settings)
    {
        NativeRow size = new("file, MB", "0.0", "≤ 9.5 MB", null);
        foreach (NativeProgram program in NativeProgram.All(settings))
        {
            size.Add(program.Title, program.FileBytes / 1e6);
        }

        List<NativeRow> rows = [size];
        rows.AddRange(NativeRow.Together(
            program => Starts(settings, program),
            ("start, ms", "0.0", "≤ 8 ms"), ("start, CPU ms", "0.0", ""), ("start, peak MiB", "0.0", "")));
        rows.AddRange(NativeRow.Together(
            static program => Held(program),
            ("hold 10k, user CPU ms", "0", ""), ("hold 10k, peak MiB", "0.0", "≤ 0.6")));
        rows.AddRange(Queries(settings, "60k", 2000, "≤ 0.65"));
        rows.AddRange(Queries(settings, "1m", 5, "≤ 0.9"));
        return rows;
    }

    private static NativeRow[] Queries(Settings settings, string rate, int connections, string wanted)
    {
        string title = $"{rate}/s, {connections:N0} connections: ";
        return NativeRow.Together(
            program => Asked(settings, rate, connections, program),
            (title + "user ns/query", "0", wanted), (title + "user ns/query of the workers", "0", ""),
            (title + "system ns/query of the workers", "0", ""), (title + "sent/s", "N0", ""),
            (title + "lag p99 µs", "N0", ""), (title + "response p99 µs", "N0", ""));
    }

    private static double[] Starts(Settings settings, NativeProgram program)
    {
        Start[] starts = program.Run(settings.Number("starts", 11), "--version");
        return
        [
            Report.Median(starts.Select(static one => one.WallMs)),
            Report.Median(starts.Select(static one => one.UserMs + one.SystemMs)),
            Report.Median(starts.Select(static one => one.PeakMebibytes)),
        ];
    }

    private static double[] Held(NativeProgram program)
    {
        Start held = program.Run(1, Hold)[0];
        Console.Error.WriteLine(string.Create(Plain, $"{program.Title}: {held}"));
        return [held.UserMs, held.PeakMebibytes];
    }

    private static double[] Asked(Settings settings, string rate, int connections, NativeProgram program)
    {
        Console.Error.Write($"{program.Title}: ");
        QueryFigures figures = QueryFigures.Of(settings, rate, connections, _port += 2, program);
        return
        [
            figures.UserNsOfAll, figures.UserNs, figures.SystemNs, figures.AchievedPerSecond, figures.LagP99Us,
            figures.ResponseP99Us,
        ];
    }
}
