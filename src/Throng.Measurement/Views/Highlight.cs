namespace Throng.Measurement;

/// <summary>A figure that a run is known by.</summary>
/// <param name="Definition">What it is, in a sentence.</param>
public sealed record Highlight(string Label, string Value, string Definition)
{
    /// <summary>Figures for which a document of this command is opened; those it does not have are left out.</summary>
    public static IReadOnlyList<Highlight> AllOf(RunDocument run) =>
        run.Result?.Highlights
            ?? [.. CommandView.For(run).Highlights.Select(name => OfMetric(run, name)).OfType<Highlight>()];

    private static Highlight? OfMetric(RunDocument run, string name)
    {
        if (!Metrics.TryFind(name, out MetricReading reading, out _) || reading.Read(run) is not { } value)
        {
            return null;
        }

        string label = name.Replace('.', ' ').Replace('_', ' ');
        string share = ShareOf(run, reading.Metric, value) is { Length: > 0 } of ? $" {of}." : "";
        return new Highlight(label, reading.Text(value), reading.Metric.Definition + share);
    }

    /// <summary>How much of what it is a part of; empty where it is a part of nothing.</summary>
    public static string ShareOf(RunDocument run, Metric metric, double value) =>
        metric.Whole is { } name && Metrics.TryFind(name, out MetricReading whole, out _)
        && whole.Read(run) is { } all && all > 0
            ? $"{Units.Percent(value / all)} of {whole.Text(all)}"
            : "";
}
