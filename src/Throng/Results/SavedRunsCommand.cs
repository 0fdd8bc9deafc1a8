using Throng.Measurement;

namespace Throng;

/// <summary>A command that makes one thing of several saved runs, on standard output and in the files of options.
/// </summary>
public abstract class SavedRunsCommand(
    CommandSyntax syntax, IReadOnlyList<Option<string>> files, Func<Values, IEnumerable<string>> errorsOf)
    : Command(syntax)
{
    public sealed override int Run(Invocation call)
    {
        Values values = call.Values;
        List<string> errors = [.. call.Arguments.Errors, .. errorsOf(values)];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        (Option<string> Option, OutFile File)[] places =
        [
            .. files.Where(file => values.Get(file).Length > 0)
                .Select(file => (file, new OutFile(values.Get(file), file.Spelling))),
        ];
        foreach ((Option<string> _, OutFile place) in places)
        {
            place.Check();
        }

        RunFiles saved = new(call.Shell);
        IReadOnlyList<NamedRun> runs = saved.Read(values.Words);
        if (saved.Unread.Count > 0)
        {
            return call.Failure.Say(saved.Unread, "", ExitCode.Setup);
        }

        int exitCode = Run(call, runs, out Func<Option<string>, byte[]>? contentOf);
        foreach ((Option<string> option, OutFile place) in contentOf is null ? [] : places)
        {
            if (!place.TryWrite(contentOf!(option), out string unwritten))
            {
                call.Shell.Say($"throng {Name}: {unwritten}");
                exitCode = ExitCode.NotDone;
            }
        }

        return exitCode;
    }

    /// <summary>Prints the result.</summary>
    /// <param name="contentOf">Makes what the file of an option gets; null when there is no result.</param>
    /// <returns>The exit code, once the files are written.</returns>
    protected abstract int Run(
        Invocation call, IReadOnlyList<NamedRun> runs, out Func<Option<string>, byte[]>? contentOf);
}
