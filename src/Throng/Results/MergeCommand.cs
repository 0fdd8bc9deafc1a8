using System.Text;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng merge`: several saved runs become one document.</summary>
public static class MergeCommand
{
    public static int Run(Arguments arguments, Shell shell, Failure failure)
    {
        Values values = arguments.Values;
        List<string> errors = [.. arguments.Errors, .. MergeOptions.Errors(values)];
        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        string path = values.Of(SharedOptions.Out);
        OutFile? file = path.Length > 0 ? new OutFile(path, SharedOptions.Out.Spelling) : null;
        file?.Check();
        RunFiles files = new(shell);
        IReadOnlyList<NamedRun> runs = files.Read(values.Words);
        if (files.Unread.Count > 0)
        {
            return failure.Say(files.Unread, "", ExitCode.Setup);
        }

        if (!RunMerge.TryMerge(runs, out RunDocument? merged, out IReadOnlyList<string> refusals))
        {
            return failure.Say(refusals, "", ExitCode.Setup);
        }

        IReadOnlyList<OptionDifference> differences = RunMerge.Differences(runs);
        if (differences.Count > 0)
        {
            string line = OptionLine.Of(differences, [.. runs.Select(one => one.Name)]);
            shell.Say($"throng merge: options that differ: {line}");
        }

        byte[] json = Outputs.Json(merged);
        shell.Output.Write(values.Of(SharedOptions.Json) ? json : Encoding.UTF8.GetBytes(TextReport.Of(merged)));
        shell.Output.Flush();
        if (file is not null && !file.TryWrite(json, out string unwritten))
        {
            shell.Say($"throng merge: {unwritten}");
            return ExitCode.NotDone;
        }

        return ExitCode.Done;
    }
}
