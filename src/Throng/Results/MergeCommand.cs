using System.Text;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng merge`: several saved runs become one document.</summary>
public sealed class MergeCommand() : SavedRunsCommand(
    MergeOptions.Syntax, [SharedOptions.Out, SharedOptions.JUnit], MergeOptions.Errors)
{
    protected override int Run(
        Invocation call, IReadOnlyList<NamedRun> runs, out Func<Option<string>, byte[]>? content)
    {
        content = null;
        if (!RunMerge.TryMerge(runs, out RunDocument? merged, out IReadOnlyList<string> refusals))
        {
            return call.Failure.Say(refusals, "", ExitCode.Setup);
        }

        IReadOnlyList<OptionDifference> differences = RunMerge.Differences(runs);
        if (differences.Count > 0)
        {
            string line = OptionLine.Render(differences, [.. runs.Select(one => one.Name)]);
            call.Shell.Say($"throng merge: options that differ: {line}");
        }

        bool hasFailed = RunThresholds.SayFailed(merged, call.Values, call.Shell, Name);
        merged = RunThresholds.Judge(merged, call.Values);
        byte[] json = JsonReport.Render(merged);
        content = view => view == SharedOptions.JUnit ? Encoding.UTF8.GetBytes(JUnitReport.Render(merged)) : json;
        call.Shell.Print(Printed(call.Values) is { } printed ? content(printed)
            : call.Values.Get(SharedOptions.Json) ? json
            : Encoding.UTF8.GetBytes(TextReport.Render(merged, call.Shell.Columns)));
        return hasFailed ? ExitCode.ThresholdFailed : ExitCode.Done;
    }
}
