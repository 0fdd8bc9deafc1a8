using System.Text;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng merge`: several saved runs become one document.</summary>
public sealed class MergeCommand() : Command(MergeOptions.Syntax)
{
    public override int Run(Invocation call)
    {
        Values values = call.Values;
        List<string> errors = [.. call.Arguments.Errors, .. MergeOptions.Errors(values)];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        string path = values.Get(SharedOptions.Out);
        OutFile? file = path.Length > 0 ? new OutFile(path, SharedOptions.Out.Spelling) : null;
        file?.Check();
        RunFiles files = new(call.Shell);
        IReadOnlyList<NamedRun> runs = files.Read(values.Words);
        if (files.Unread.Count > 0)
        {
            return call.Failure.Say(files.Unread, "", ExitCode.Setup);
        }

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

        byte[] json = Outputs.Json(merged);
        call.Shell.Output.Write(
            values.Get(SharedOptions.Json) ? json : Encoding.UTF8.GetBytes(TextReport.Render(merged)));
        call.Shell.Output.Flush();
        if (file is not null && !file.TryWrite(json, out string unwritten))
        {
            call.Shell.Say($"throng merge: {unwritten}");
            return ExitCode.NotDone;
        }

        return ExitCode.Done;
    }
}
