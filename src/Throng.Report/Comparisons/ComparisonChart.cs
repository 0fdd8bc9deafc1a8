using Throng.Measurement;

namespace Throng.Report;

/// <summary>One drawing of several runs, on one pair of axes; a line for each run.</summary>
/// <param name="Heading">What stands above it on a page.</param>
/// <param name="Definition">What it shows, in a sentence or two.</param>
internal sealed record ComparisonChart(string Name, string Heading, string Definition, Chart Chart)
{
    private const int LettersMax = 40;

    /// <summary>All that the runs have something for.</summary>
    public static IReadOnlyList<ComparisonChart> AllOf(RunComparison comparison)
    {
        List<ComparisonChart> all = [];
        if (Percentiles(comparison) is { } percentiles)
        {
            all.Add(new ComparisonChart(
                "percentiles", "Percentiles",
                "How long the slowest 10 %, 1 %, 0.1 % took in each run, every nine with equal room. A line ends at "
                    + "the one slowest sample.",
                percentiles));
        }

        if (OverTime(comparison) is { } overTime)
        {
            all.Add(new ComparisonChart(
                "p99", "Response p99 over time",
                "The 99th percentile of the response time in each interval, since the start of each run.", overTime));
        }

        return all;
    }

    /// <summary>The first latency that two of the runs have.</summary>
    private static Chart? Percentiles(RunComparison comparison)
    {
        (string Label, Func<RunDocument, LatencySummary?> Of)[] latencies =
        [
            ("response time", run => run.Response), ("time to connect", run => run.Connect?.Latency),
            ("time of an exchange", run => (run.Result as BenchResult)?.First?.Latency),
        ];
        foreach ((string label, Func<RunDocument, LatencySummary?> of) in latencies)
        {
            Series[] series =
            [
                .. comparison.Runs.Select((one, at) => SpectrumChart.LineOf(NameOf(one, at), of(one.Run)))
                    .OfType<Series>(),
            ];
            if (series.Length > 1)
            {
                return SpectrumChart.ChartOf("Percentiles", "", label, series);
            }
        }

        return null;
    }

    private static Chart? OverTime(RunComparison comparison)
    {
        RunDocument[] runs = [.. comparison.Runs.Select(one => one.Run)];
        if (runs.Count(run => run.Series.Any(point => point.Response is not null)) < 2)
        {
            return null;
        }

        return new Chart
        {
            Title = "Response p99 over time",
            XAxis = new Timeline(runs[0], runs).XAxis,
            Panels =
            [
                new Panel
                {
                    YAxis = new Axis("response p99", AxisUnit.Nanoseconds, AxisScale.Log),
                    Series =
                    [
                        .. comparison.Runs.Select((one, at) => new Timeline(one.Run, runs)
                            .Steps(NameOf(one, at), point => point.Response?.P99Ns ?? double.NaN)),
                    ],
                },
            ],
        };
    }

    private static string NameOf(NamedRun one, int at)
    {
        string name = Path.GetFileNameWithoutExtension(one.Name);
        return $"{DifferenceText.Letter(at)} {(name.Length <= LettersMax ? name : name[..LettersMax])}";
    }
}
