namespace Throng.Measurement;

/// <summary>
/// Warning when a worker was busy for more than 95 % of the time in more than 5 % of the intervals; without a sampled
/// series, when one was over the whole run. Its figures then show the generator, not the target.
/// </summary>
public sealed class GeneratorBusy : IRule
{
    private const double BusyRatio = 0.95;
    private const double IntervalsRatio = 0.05;

    public RuleNote Note { get; } = new("generator-busy", "warning",
        "A worker was busy for more than 95 % of the time in more than 5 % of the intervals.",
        "more --threads or CPUs, or a lower rate, and leave the server its own CPUs");

    public Finding? Judge(RunDocument run) => EvidenceOf(run) is not { } evidence ? null : Note.Found(
        Severity.Warning,
        "generator-limited: a worker had no CPU time left",
        evidence,
        "use more --threads or CPUs, or a lower rate, and leave the server its own CPUs");

    /// <summary>The figures that say so; null when it was not.</summary>
    internal static string? EvidenceOf(RunDocument run)
    {
        int sampled = run.Series.Count(point => point.BusyMax is not null);
        int busy = run.Series.Count(point => point.BusyMax > BusyRatio);
        if (sampled > 0)
        {
            return busy > sampled * IntervalsRatio
                ? $"a worker was busy over {Units.Percent(BusyRatio)} in {busy} of {sampled} intervals"
                : null;
        }

        return run.Cpu?.BusyMax is { } most && most > BusyRatio
            ? $"the busiest worker was busy {Units.Percent(most)} of the run"
            : null;
    }
}
