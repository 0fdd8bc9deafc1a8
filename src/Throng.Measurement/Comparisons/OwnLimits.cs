namespace Throng.Measurement;

/// <summary>
/// Findings of a run about the generator or its host: its times are then not those of the other end, and a comparison
/// says so.
/// </summary>
public static class OwnLimits
{
    private const string Generator = "generator-limited";

    // With these no time is the other end's; the others leave service times as they are.
    private static readonly string[] OfAllTimes = ["generator-busy", "host-overloaded"];
    private static readonly string[] Rules = [.. OfAllTimes, "generator-late"];

    /// <summary>The findings that say so; empty where none does.</summary>
    public static IReadOnlyList<Finding> Of(RunDocument run) => [.. run.Verdict.Findings.Where(IsOne)];

    /// <summary>Whether a figure of a run is the generator's or its host's, and not the other end's.</summary>
    public static bool Has(RunDocument run, Metric metric) => metric.IsLatency && Of(run) is { Count: > 0 } own
        && (metric.Name == "response" || own.Any(finding => OfAllTimes.Contains(finding.Rule)));

    private static bool IsOne(Finding finding) => finding.Severity != Severity.Info
        && (Rules.Contains(finding.Rule) || finding.Text.StartsWith(Generator, StringComparison.Ordinal));
}
