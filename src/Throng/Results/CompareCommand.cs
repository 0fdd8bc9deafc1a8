using System.Text;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng compare`: saved runs side by side, and thresholds on what lies between them.</summary>
public sealed class CompareCommand() : Command(CompareOptions.Syntax)
{
    public override int Run(Invocation call)
    {
        Values values = call.Values;
        List<string> errors = [.. call.Arguments.Errors, .. CompareOptions.Errors(values)];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        string path = values.Get(SharedOptions.JUnit);
        OutFile? junit = path.Length > 0 ? new OutFile(path, SharedOptions.JUnit.Spelling) : null;
        junit?.Check();
        RunFiles files = new(call.Shell);
        IReadOnlyList<NamedRun> runs = files.Read(values.Words);
        if (files.Unread.Count > 0)
        {
            return call.Failure.Say(files.Unread, "", ExitCode.Setup);
        }

        RunComparison comparison = RunComparison.Compare(runs);
        DifferenceOutcome[] outcomes = [.. values.Get(CompareOptions.FailOn)
            .SelectMany(threshold => runs.Skip(1).Select(run => threshold.Judge(runs[0].Run, run)))];
        call.Shell.Output.Write(Printed(values, comparison, outcomes));
        call.Shell.Output.Flush();
        foreach (DifferenceOutcome outcome in outcomes.Where(outcome => !outcome.IsOk))
        {
            call.Shell.Say($"throng compare: --fail-on {outcome.Describe()}");
        }

        if (junit is not null
            && !junit.TryWrite(Encoding.UTF8.GetBytes(JUnitReport.Render(comparison, outcomes)), out string unwritten))
        {
            call.Shell.Say($"throng compare: {unwritten}");
            return ExitCode.NotDone;
        }

        return outcomes.All(outcome => outcome.IsOk) ? ExitCode.Done : ExitCode.ThresholdFailed;
    }

    private static byte[] Printed(Values values, RunComparison comparison, DifferenceOutcome[] outcomes) =>
        values.Get(SharedOptions.Json) ? ComparisonJson.Render(comparison, outcomes)
        : Encoding.UTF8.GetBytes(values.Get(CompareOptions.Markdown)
            ? ComparisonMarkdown.Render(comparison, outcomes)
            : ComparisonText.Render(comparison, outcomes));
}
