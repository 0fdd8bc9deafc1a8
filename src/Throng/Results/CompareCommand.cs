using System.Text;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng compare`: saved runs side by side, and thresholds on what lies between them.</summary>
public sealed class CompareCommand() : SavedRunsCommand(
    CompareOptions.Syntax, [CompareOptions.Markdown, SharedOptions.JUnit, CompareOptions.Svg, CompareOptions.Html],
    CompareOptions.Errors)
{
    protected override int Run(
        Invocation call, IReadOnlyList<NamedRun> runs, out Func<Option<string>, byte[]>? content)
    {
        Values values = call.Values;
        RunComparison comparison = RunComparison.Compare(runs);
        DifferenceOutcome[] outcomes = [.. values.Get(CompareOptions.FailOn)
            .SelectMany(threshold => runs.Skip(1).Select(run => threshold.Judge(runs[0].Run, run)))];
        content = view => Encoding.UTF8.GetBytes(
            view == CompareOptions.Svg ? ComparisonSvg.Render(comparison)
            : view == CompareOptions.Html ? ComparisonPage.Render(comparison, outcomes)
            : view == CompareOptions.Markdown ? ComparisonMarkdown.Render(comparison, outcomes)
            : JUnitReport.Render(comparison, outcomes));
        call.Shell.Print(Printed(values) is { } printed ? content(printed) : Table(call, comparison, outcomes));
        foreach (DifferenceOutcome outcome in outcomes.Where(outcome => !outcome.IsOk))
        {
            call.Shell.Say($"throng compare: --fail-on {outcome.Describe()}");
        }

        return outcomes.All(outcome => outcome.IsOk) ? ExitCode.Done : ExitCode.ThresholdFailed;
    }

    private static byte[] Table(Invocation call, RunComparison comparison, DifferenceOutcome[] outcomes) =>
        call.Values.Get(SharedOptions.Json) ? ComparisonJson.Render(comparison, outcomes)
        : Encoding.UTF8.GetBytes(ComparisonText.Render(
            comparison, outcomes, call.Values.Get(CompareOptions.All), call.Shell.Columns));
}
