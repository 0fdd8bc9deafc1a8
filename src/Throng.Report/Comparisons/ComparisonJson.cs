using Throng.Measurement;

namespace Throng.Report;

/// <summary>The same as JSON: the schema <c>throng.comparison/1</c>. Lists of values have one for each run.</summary>
public static class ComparisonJson
{
    public const string SchemaName = "throng.comparison/1";

    /// <summary>One valid document and a newline.</summary>
    public static byte[] Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes) =>
        JsonReport.Render(new Section
        {
            ["schema"] = SchemaName,
            ["runs"] = Node.ListOf(comparison.Runs, RunOf),
            ["options"] = Node.ListOf(comparison.Options, OptionOf),
            ["metrics"] = Node.ListOf(comparison.Metrics, metric => MetricOf(metric, comparison)),
            ["thresholds"] = Node.ListOf(outcomes, OutcomeOf),
        });

    private static Node RunOf(NamedRun one) => new Section
    {
        ["name"] = one.Name,
        ["command"] = one.Run.Command,
        ["meanings"] = Meanings.Of(one.Run),
        ["ok"] = one.Run.Verdict.IsOk,
        ["verdict"] = one.Run.Verdict.Text,
        ["own_limits"] = Node.ListOf(OwnLimits.Of(one.Run), finding => finding.Text),
    };

    private static Node OptionOf(OptionDifference option) => new Section
    {
        ["name"] = option.Name, ["values"] = Node.ListOf(option.Values, value => value ?? Node.Null),
    };

    private static Node MetricOf(ComparedMetric metric, RunComparison comparison)
    {
        Difference?[] differences = [.. comparison.Runs.Select((_, at) => metric.To(at))];
        return new Section
        {
            ["metric"] = metric.Metric.Name,
            ["key"] = metric.Metric.Key,
            ["better"] = WordConverter<Better>.WordOf(metric.Metric.Better),
            ["values"] = Node.ListOf(metric.Values, NumberOf),
            ["differences"] = Node.ListOf(differences, one => NumberOf(one?.Absolute)),
            ["ratios"] = Node.ListOf(differences, one => NumberOf(one?.Ratio)),
            ["directions"] = Node.ListOf(
                differences, one => one is { } known ? WordConverter<Direction>.WordOf(known.Direction) : null),
            ["spread"] = NumberOf(comparison.AreRepeats ? metric.Spread : null),
        };
    }

    private static Node OutcomeOf(DifferenceOutcome outcome) => new Section
    {
        ["text"] = outcome.Threshold.Text,
        ["run"] = outcome.Run,
        ["ok"] = outcome.IsOk,
        ["from"] = NumberOf(outcome.From),
        ["to"] = NumberOf(outcome.To),
    };

    private static Node NumberOf(double? value) => value ?? double.NaN;
}
