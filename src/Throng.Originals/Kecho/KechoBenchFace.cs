using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng.Originals;

/// <summary>Nothing on the screen; the ranks in a file, and drawn when asked for.</summary>
public sealed class KechoBenchFace(bool plots) : IOriginalOutput
{
    private const int ExitCode = 255;

    /// <summary>The drawing that `make plot` makes of the file.</summary>
    private const string Script = """
        reset
        set xlabel 'thread no.'
        set ylabel 'time (us)'
        set title 'kecho concurrent performance'
        set term png enhanced font 'Verdana,10'
        set output 'bench.png'
        set key left
        plot [0:][0:] 'bench.txt' using 1:2 with points title 'Avg. time elapsed'

        """;

    public Ending End(RunDocument document, int signal)
    {
        BenchStep? step = document.Result is BenchResult { Steps: [BenchStep first, ..] } ? first : null;
        if (signal != 0 || step is null || step.Errors.Any())
        {
            string[] errors = step is null ? [] : [.. step.Errors.Select(error => ErrorOf(error.Key, error.Value))];
            return new Ending { Errors = errors, ExitCode = signal == 0 ? ExitCode : 128 + signal };
        }

        List<(string, string)> files = [(KechoBench.ResultPath, RankReport.Render(document))];
        if (plots)
        {
            files.Add(("bench.svg", SvgChart.Render(ChartOf(step))));
        }

        return new Ending { Files = files, Gnuplot = plots ? Script : "" };
    }

    public Reading Fail(SetupException setup) => Reading.OfSetup(setup, ExitCode);

    private static string ErrorOf(string reason, long count)
    {
        string times = count == 1 ? "" : $" ({count} times)";
        return CloseReasons.Find(reason) switch
        {
            CloseReason.Refused => $"connect: Connection refused{times}",
            CloseReason.Unreachable => $"connect: No route to host{times}",
            CloseReason.ConnectTimeout => $"connect: Connection timed out{times}",
            CloseReason.NoPort => $"connect: Cannot assign requested address{times}",
            CloseReason.NoDescriptor => $"socket: Too many open files{times}",
            CloseReason.InvalidReply or CloseReason.PeerClosed => $"echo message validation failed{times}",
            CloseReason.Reset => $"recv: Connection reset by peer{times}",
            _ => $"recv: {reason}{times}",
        };
    }

    private static Chart ChartOf(BenchStep step) => new()
    {
        Title = "kecho concurrent performance",
        Subtitle = "Avg. time elapsed, by the order in which connections had their answer",
        XAxis = new Axis("thread no.", AxisUnit.Count) { HasZero = true },
        Panels =
        [
            new Panel
            {
                YAxis = new Axis("time", AxisUnit.Nanoseconds) { HasZero = true },
                Series = [new Series("Avg. time elapsed", Points(step), SeriesStyle.Points)],
            },
        ],
    };

    private static ChartPoint[] Points(BenchStep step) =>
        [.. step.MeanUsByRank.Select((us, rank) => new ChartPoint(rank, us * 1e3))];
}
