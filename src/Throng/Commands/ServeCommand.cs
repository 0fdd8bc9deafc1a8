using Throng.Engine;

namespace Throng;

/// <summary>`throng serve`: from arguments to a run.</summary>
public static class ServeCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        List<string> errors = [.. arguments.Errors, .. ServeArguments.Contradictions(values)];
        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        ServeSpec serve = ServeArguments.ToSpec(values, errors);
        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        RunSpec run = SharedOptions.ToRunSpec(values, ServeOptions.Syntax);
        return new LiveCommand(values, shell, failure).Run(run, () => wiring.Serve(serve, run));
    }
}
