namespace Throng.Measurement;

/// <summary>Result of a bench: a step for each server and number of connections.</summary>
/// <param name="Steps">In the order they were run; those of one number of connections together.</param>
/// <param name="Missing">Servers that could not be started, and why.</param>
public sealed record BenchResult(
    IReadOnlyList<BenchStep> Steps, IReadOnlyList<KeyValuePair<string, string>> Missing)
    : IOwnResult
{
    /// <summary>Servers and numbers of connections that a person looks at first.</summary>
    private const int HighlightsMax = 6;

    /// <summary>Rounds that count, in the order they were run; of a part of a plan only.</summary>
    public IReadOnlyList<RoundFigures> Rounds { get; init; } = [];

    /// <summary>
    /// Rounds that count and were left out, because not every part could begin them at their moment; null where a round
    /// begins when the one before is over.
    /// </summary>
    public long? RoundsMissed { get; init; }

    /// <summary>Rates of the servers at the largest number of connections, the fastest first.</summary>
    public string VerdictText
    {
        get
        {
            if (Steps.Count == 0)
            {
                return "no round came to its end" + Left;
            }

            long most = Steps.Max(static step => step.Concurrency);
            BenchStep[] steps = [.. Steps.Where(step => step.Concurrency == most && step.Rounds > 0)];
            IEnumerable<string> rates = steps.OrderByDescending(static step => step.EchoesPerSecond.Median)
                .Select(step => (steps.Length > 1 ? step.Server + " " : "") + Units.Rate(step.EchoesPerSecond.Median));
            string what = steps.Length switch
            {
                0 => "no round came to its end",
                1 => rates.Single() + (steps[0].Latency.P99Ns is { } p99Ns ? $", p99 {Units.Latency(p99Ns)}" : ""),
                _ => string.Join(", ", rates),
            };
            long errors = Steps.Sum(static step => step.Errors.Total);
            string without = errors > 0
                ? $"; {Units.Several(errors, "exchanges")} without an answer"
                : ", all answered";
            string missing = Missing.Count > 0
                ? $"; not started: {string.Join(", ", Missing.Select(static one => one.Key))}"
                : "";
            return $"{what} with {Units.Count(most)} at once{without}{missing}{Left}";
        }
    }

    /// <summary>The step of the first server with its most connections at once; null before there is one.</summary>
    public BenchStep? First =>
        Steps.Where(step => step.Server == Steps[0].Server).MaxBy(static step => step.Concurrency);

    /// <summary>The exchanges a second of each server with its most connections at once.</summary>
    public IReadOnlyList<Highlight> Highlights =>
    [
        .. Steps.GroupBy(static step => step.Server)
            .Select(static server => server.MaxBy(static step => step.Concurrency)!)
            .Take(HighlightsMax)
            .Select(static step => new Highlight(
                $"{step.Server}, {Units.Count(step.Concurrency)} at once",
                Units.Rate(step.EchoesPerSecond.Median),
                $"Exchanges a second, the median of {Units.Count(step.Rounds)} rounds; half of them within "
                    + $"{(step.Latency.P50Ns is { } p50Ns ? Units.Latency(p50Ns) : "no time that was measured")}.")),
    ];

    StepTable IOwnResult.Steps => new(
        ["server", "connections", "rounds", "echoes", "p50", "p99"], [.. Steps.Select(RowOf)]);

    /// <summary>How much a step answers of what the first server does with as many connections; null: not known.
    /// </summary>
    public double? RatioOf(BenchStep step)
    {
        BenchStep first = Steps.First(one => one.Concurrency == step.Concurrency);
        double ofFirst = first.EchoesPerSecond.Median;
        bool isAlone = Steps.All(one => one.Server == step.Server);
        return ofFirst > 0 && step.Rounds > 0 && !isAlone ? step.EchoesPerSecond.Median / ofFirst : null;
    }

    private string Left => RoundsMissed is > 0 and var rounds
        ? $"; {Units.Several(rounds, "rounds")} left out: not begun in time, or not by every part"
        : "";

    private static string[] RowOf(BenchStep step) =>
    [
        step.Server, Units.Count(step.Concurrency), Units.Count(step.Rounds),
        Units.Rate(Math.Round(step.EchoesPerSecond.Median)), Latency(step.Latency.P50Ns), Latency(step.Latency.P99Ns),
    ];

    private static string Latency(long? ns) => ns is { } known ? Units.Latency(known) : "-";
}
