using Throng.Measurement;

namespace Throng;

/// <summary>A command that makes one thing of several saved runs, on standard output and in files.</summary>
/// <param name="views">Options that name a file for a view of it.</param>
public abstract class SavedRunsCommand(
    CommandSyntax syntax, IReadOnlyList<Option<string>> views, Func<Values, IEnumerable<string>> errorsOf)
    : Command(syntax)
{
    public sealed override int Run(Invocation call)
    {
        Values values = call.Values;
        List<string> errors = [.. call.Arguments.Errors, .. errorsOf(values), .. Collisions(values)];
        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        List<(OutFile File, Option<string> View)> places =
            OutFile.Of(values, views.Where(view => values.Get(view) != RunFiles.Dash));
        RunFiles files = new(call.Shell);
        IReadOnlyList<NamedRun> runs = files.Read(values.Words);
        if (files.Unread.Count > 0)
        {
            return call.Failure.Say(files.Unread, "", ExitCode.Setup);
        }

        int exitCode = Run(call, runs, out Func<Option<string>, byte[]>? content);
        foreach ((OutFile place, Option<string> view) in places)
        {
            if (content is not null && !place.TryWrite(content(view), out string unwritten))
            {
                call.Shell.Say($"throng {Name}: {unwritten}");
                exitCode = ExitCode.NotDone;
            }
        }

        return exitCode;
    }

    /// <summary>The view that is printed in the place of the table; null for none.</summary>
    protected Option<string>? Printed(Values values) => views.FirstOrDefault(view => values.Get(view) == RunFiles.Dash);

    /// <summary>Only one thing can be printed.</summary>
    private IEnumerable<string> Collisions(Values values)
    {
        string[] printed =
        [
            .. values.Get(SharedOptions.Json) ? (string[])[values.Origin(SharedOptions.Json)] : [],
            .. views.Where(view => values.Get(view) == RunFiles.Dash).Select(view => values.Origin(view)),
        ];
        return printed.Skip(1).Select(other => $"{other} contradicts {printed[0]}: both would print there");
    }

    /// <summary>Prints the result.</summary>
    /// <param name="content">Makes what the file of an option gets; null when there is no result.</param>
    /// <returns>The exit code, once the files are written.</returns>
    protected abstract int Run(
        Invocation call, IReadOnlyList<NamedRun> runs, out Func<Option<string>, byte[]>? content);
}
