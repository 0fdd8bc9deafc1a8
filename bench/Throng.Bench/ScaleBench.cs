using System.Globalization;
using Throng.Measurement;

namespace Throng.Bench;

/// <summary>
/// The cost of a connection when there are many: `throng serve` and `throng hold` in two processes, and `throng hold`
/// with a server of its own, at sizes a decade apart. A cost per connection that grows with their number is a mistake.
/// </summary>
internal static class ScaleBench
{
    /// <summary>From this size on a trial takes minutes, and one has to do.</summary>
    private const int Large = 500_000;

    public static int Run(Settings settings)
    {
        string[] engines = settings.List("engines", "uring,epoll");
        int[] sizes = [.. settings.List("sizes", "10k,100k,1m").Select(Count)];
        string[] layouts = settings.List("layouts", "two,one");
        Report report = new("Scale: what holding a connection costs, by the number of connections", settings);
        List<ScaleFigures> all = [];
        List<string> failures = [];
        foreach (string engine in engines)
        {
            foreach (string layout in layouts)
            {
                foreach (int size in sizes)
                {
                    RunRounds(settings, engine, layout == "one", size, all, failures);
                }
            }
        }

        new ScaleReport(report, all, failures, settings.Seconds("idle", 10)).Tell();
        report.Write(settings.Text("result", "bench/results/scale.md"));
        return failures.Count == 0 ? 0 : 1;
    }

    private static void RunRounds(
        Settings settings, string engine, bool isEmbedded, int size, List<ScaleFigures> all, List<string> failures)
    {
        int rounds = settings.Number("rounds", size < Large ? 3 : 1);
        for (int round = 0; round < rounds; round++)
        {
            try
            {
                ScaleFigures figures = new ScaleTrial(settings, engine, isEmbedded, size).Run();
                Console.Error.WriteLine(figures.ToString());
                all.Add(figures);
            }
            catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or IOException)
            {
                string where = isEmbedded ? "one process" : "two processes";
                string what = failure.Message.ReplaceLineEndings("; ");
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{engine}, {where}, {size:N0}: {what}"));
                Console.Error.WriteLine(failures[^1]);
                return; // the next round would take its time too
            }
        }
    }

    private static int Count(string text) => Units.TryParseCount(text, out long count, out string error)
        ? (int)count
        : throw new ArgumentException(error);
}
