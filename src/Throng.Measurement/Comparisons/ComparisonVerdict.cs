namespace Throng.Measurement;

/// <summary>
/// Verdict on one run against the base: which of the figures that matter went which way, the most telling first. A
/// figure counts when it went by 5 % or more; between repeats of one load by more than they spread. What is a part of
/// something counts by its share of that: a longer run, or a larger one, is no better for it. A percentile counts where
/// both have enough samples of it, and no time does that is the generator's own in one of them. Counts decide;
/// latencies do where no count went either way. Runs of different commands have none.
/// </summary>
/// <param name="Better">What is better in the run.</param>
/// <param name="Worse">What is worse in it.</param>
public sealed record ComparisonVerdict(IReadOnlyList<ComparedMetric> Better, IReadOnlyList<ComparedMetric> Worse)
{
    /// <summary>
    /// Which way the run went as a whole: by what it came to and what failed, and by its latencies only where those are
    /// alike. <see cref="Direction.Other"/>: better in some things and worse in others.
    /// </summary>
    public Direction Direction
    {
        get
        {
            bool hasCounts = Better.Concat(Worse).Any(metric => !metric.Metric.Metric.IsLatency);
            bool isBetter = Better.Any(Decides);
            bool isWorse = Worse.Any(Decides);
            return (isBetter, isWorse) switch
            {
                (false, false) => Direction.Same,
                (true, false) => Direction.Better,
                (false, true) => Direction.Worse,
                _ => Direction.Other,
            };

            bool Decides(ComparedMetric metric) => !hasCounts || !metric.Metric.Metric.IsLatency;
        }
    }

    /// <summary>Smaller differences are nothing that a second run would show again.</summary>
    private const double RatioMin = 0.05;

    /// <summary>Figures in which runs are better or worse, the most telling first.</summary>
    private static readonly string[] Deciding =
    [
        "messages.timed_out", "messages.lost", "messages.not_sent", "messages.invalid", "connections.lost",
        "connections.connect_failed", "connections.held", "monitor.lost", "monitor.disturbed", "monitor.silent",
        "monitor.new.success", "saturate.last_good", "bench.echoes", "bench.errors", "churn.ok", "rate.achieved",
        "response.p99", "response.p50", "connect.latency.p99", "connections.unserved",
    ];

    /// <summary>The figures that matter in a comparison, in the order in which they decide.</summary>
    public static IReadOnlyList<ComparedMetric> Mattering(RunComparison comparison)
    {
        IEnumerable<string> names = Deciding
            .Concat(comparison.Runs.SelectMany(one => CommandView.For(one.Run).Highlights)).Distinct();
        return
        [
            .. names.Select(name => comparison.Metrics.FirstOrDefault(metric => metric.Metric.Name == name))
                .OfType<ComparedMetric>().Where(metric => !metric.IsNothing),
        ];
    }

    /// <param name="run">Its number, from 1 on: the base is 0.</param>
    public static ComparisonVerdict Judge(RunComparison comparison, int run)
    {
        if (!comparison.IsOneCommand)
        {
            return new ComparisonVerdict([], []);
        }

        RunDocument[] runs = [.. comparison.Runs.Select(one => one.Run)];
        ComparedMetric[] deciding = [.. Mattering(comparison).Where(one => Deciding.Contains(one.Metric.Name))];
        return new ComparisonVerdict(
            [.. deciding.Where(metric => Went(metric, Direction.Better))],
            [.. deciding.Where(metric => Went(metric, Direction.Worse))]);

        bool Went(ComparedMetric metric, Direction direction) =>
            Counts(metric.OfWhole(runs) ?? metric, run, direction, comparison.AreRepeats);
    }

    private static bool Counts(ComparedMetric metric, int run, Direction direction, bool areRepeats) =>
        metric.To(run) is { } known && known.Direction == direction
        && (known.Ratio is not { } ratio
            || Math.Abs(ratio) >= Math.Max(RatioMin, areRepeats ? metric.Spread ?? 0 : 0));
}
