using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>The first line of a result, and what stands behind it.</summary>
/// <param name="IsOk">
/// Whether the run did what it was asked to: false when a finding is an error. Poor figures alone do not make it false.
/// A run that nobody ended by a signal ends with exit code 1 then.
/// </param>
public sealed record Verdict([property: JsonPropertyName("ok")] bool IsOk, string Text, IReadOnlyList<Finding> Findings)
{
    /// <summary>Verdict of a document that has not been judged yet.</summary>
    public static Verdict None { get; } = new(false, "not judged", []);

    /// <summary>The same, and its line names the thresholds that failed.</summary>
    public Verdict With(IEnumerable<ThresholdOutcome> outcomes)
    {
        IEnumerable<string> failed = outcomes.Where(outcome => !outcome.IsOk)
            .Select(outcome => $"; {outcome.Option} {Threshold.Describe(outcome)}");
        return this with { Text = Text + string.Concat(failed) };
    }

    /// <summary>Judges a run by every rule, what preflight found included; the worst findings first.</summary>
    public static Verdict Judge(RunDocument run)
    {
        List<Finding> findings = [];
        RunDocument judged = IsRampingUp(run) ? run with { Connections = run.Connections with { Target = null } } : run;
        bool isNothing = NothingConnected.IsSo(judged);
        foreach (IRule rule in CommandView.For(run).Rules)
        {
            if ((!isNothing || AllRules.OfNothing.Contains(rule.GetType())) && rule.Judge(judged) is { } finding)
            {
                findings.Add(finding);
            }
        }

        findings.AddRange(run.Preflight);
        Finding[] worstFirst = [.. findings.OrderByDescending(finding => finding.Severity)];
        bool isOk = worstFirst.All(finding => finding.Severity != Severity.Error);
        return new Verdict(isOk, VerdictLine.Write(run), worstFirst);
    }

    /// <summary>Whether connections that are missing may be about to come: nothing is said of that before the end.
    /// </summary>
    private static bool IsRampingUp(RunDocument run) =>
        RunStates.IsRunning(run) && run.Connections is { Target: not null, PlateauNs: null };
}
