using Throng.Engine;

namespace Throng;

/// <summary>`throng hold`: from arguments to a run.</summary>
public static class HoldCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        List<string> errors = [.. arguments.Errors, .. HoldArguments.Contradictions(values)];
        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        HoldSpec hold = HoldArguments.ToSpec(values, errors);
        if (errors.Count > 0)
        {
            return failure.Usage(errors);
        }

        RunSpec run = SharedOptions.ToRunSpec(values, HoldOptions.Syntax) with
        {
            UntilHeld = values.Of(HoldOptions.UntilHeld),
        };
        return LoadCommand.Run(values, shell, wiring, failure, hold, run, () => wiring.Hold(hold, run));
    }
}
