using Throng.Measurement;

namespace Throng;

/// <summary>The conditions of --fail-on and --require on a result, of a run or of one that was saved.</summary>
public static class RunThresholds
{
    /// <summary>
    /// A document with the outcomes of these options behind those it has, its verdict with the names of those that
    /// failed.
    /// </summary>
    public static RunDocument Judge(RunDocument run, Values values)
    {
        ThresholdOutcome[] outcomes = [.. Outcomes(run, values)];
        return outcomes.Length == 0 ? run
            : run with { Thresholds = [.. run.Thresholds, .. outcomes], Verdict = run.Verdict.With(outcomes) };
    }

    /// <summary>The outcomes of these options alone, in the order of the help.</summary>
    public static IEnumerable<ThresholdOutcome> Outcomes(RunDocument run, Values values) =>
    [
        .. values.Get(SharedOptions.FailOn).Select(threshold => threshold.Judge(run)),
        .. values.Get(SharedOptions.Require).Select(threshold => threshold.Judge(run, isRequired: true)),
    ];

    /// <summary>Says those of a saved run that failed, and whether there is one.</summary>
    /// <param name="command">The command that judges.</param>
    /// <param name="file">The run's name; empty where there is one run only.</param>
    public static bool SayFailed(RunDocument run, Values values, Shell shell, string command, string file = "")
    {
        ThresholdOutcome[] failed = [.. Outcomes(run, values).Where(outcome => !outcome.IsOk)];
        foreach (ThresholdOutcome outcome in failed)
        {
            string where = file.Length > 0 ? $" in {file}" : "";
            shell.Say($"throng {command}: {outcome.Option} {Threshold.Describe(outcome)}{where}");
        }

        return failed.Length > 0;
    }
}
