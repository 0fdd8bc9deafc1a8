using Throng.Measurement;

namespace Throng;

/// <summary>A command that makes one thing of several saved runs, on standard output and in the file of an option.
/// </summary>
public abstract class SavedRunsCommand(
    CommandSyntax syntax, Option<string> file, Func<Values, IEnumerable<string>> errorsOf) : Command(syntax)
{
    public sealed override int Run(Invocation call)
    {
        Values values = call.Values;
        List<string> errors = [.. call.Arguments.Errors, .. errorsOf(values)];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        string path = values.Get(file);
        OutFile? place = path.Length > 0 ? new OutFile(path, file.Spelling) : null;
        place?.Check();
        RunFiles files = new(call.Shell);
        IReadOnlyList<NamedRun> runs = files.Read(values.Words);
        if (files.Unread.Count > 0)
        {
            return call.Failure.Say(files.Unread, "", ExitCode.Setup);
        }

        int exitCode = Run(call, runs, out Func<byte[]>? content);
        if (content is not null && place is not null && !place.TryWrite(content(), out string unwritten))
        {
            call.Shell.Say($"throng {Name}: {unwritten}");
            return ExitCode.NotDone;
        }

        return exitCode;
    }

    /// <summary>Prints the result.</summary>
    /// <param name="content">Makes what the file gets; null when there is no result.</param>
    /// <returns>The exit code, once the file is written.</returns>
    protected abstract int Run(Invocation call, IReadOnlyList<NamedRun> runs, out Func<byte[]>? content);
}
