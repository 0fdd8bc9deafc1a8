using Throng.Measurement;

namespace Throng.Report;

/// <summary>One drawing of a saved run, by the name it is asked for.</summary>
/// <param name="Heading">What stands above it on a page.</param>
/// <param name="Definition">What it shows, in a sentence or two.</param>
/// <param name="Of">The drawing; null for a run that has nothing for it.</param>
public sealed record RunChart(string Name, string Heading, string Definition, Func<RunDocument, Chart?> Of)
{
    /// <summary>All there are, in the order of the help.</summary>
    public static IReadOnlyList<RunChart> All { get; } =
    [
        new("connections", "Connections and throughput",
            "Connections open at the end of each interval, and how many were new or failed a second in it. Below: "
                + "payload a second, where there was any.",
            run => run.Series.Count == 0 ? null : TimelineChart.Draw(run)),
        new("rate", "Offered and achieved",
            "What fell due a second, what of it was sent, and what was answered in time. The generator keeps its "
                + "schedule whatever the other end does, so a gap between the lines is somebody's limit.",
            RateChart.Draw),
        new("response", "Response time",
            "From when a message was due to its answer: the median, 99th percentile and maximum of each interval. "
                + "Lag is the part of it that the generator was late with itself.",
            ResponseChart.Draw),
        new("spectrum", "Percentiles",
            "How long the slowest 10 %, 1 %, 0.1 % took, every nine with equal room, over the whole run. A line ends "
                + "at the one slowest sample.",
            SpectrumChart.Draw),
        new("disturbances", "Disturbances",
            "From when the first late or lost message of a connection was due to its next good answer, by cause.",
            DisturbancesChart.Draw),
        new("saturation", "Saturation",
            "How long a connection lived and how many went well, against the rate at which they were begun. Rings are "
                + "repeated trials.",
            run => run.Result is SaturationResult { Steps.Count: > 0 } search
                ? SaturationChart.Draw(search, null, run.Verdict.Text)
                : null),
        new("bench", "Servers compared",
            "Time of an exchange and exchanges a second against the number of connections that send at once.",
            run => run.Result is BenchResult { Steps.Count: > 0 } bench ? BenchChart.Draw(bench) : null),
        new("idle", "Silence remembered",
            "A ring for each lane at the silence after which it was asked, or ended, in the height of its round.",
            run => run.Result is IdleResult idle ? IdleChart.Draw(idle) : null),
    ];

    /// <summary>The drawing that tells most about a run of this command.</summary>
    public static RunChart Telling(RunDocument run) => All.First(chart => chart.Name == CommandView.For(run).Chart);

    /// <summary>All that a run has something for, the most telling first.</summary>
    public static IEnumerable<(RunChart What, Chart Chart)> AllOf(RunDocument run)
    {
        RunChart first = Telling(run);
        foreach (RunChart one in All.Where(chart => chart != first).Prepend(first))
        {
            if (one.Of(run) is { } chart)
            {
                yield return (one, chart);
            }
        }
    }
}
