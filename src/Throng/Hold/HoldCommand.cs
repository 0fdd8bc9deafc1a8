using Throng.Engine;

namespace Throng;

/// <summary>`throng hold`: from arguments to a run.</summary>
public static class HoldCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            HoldArguments.Contradictions, HoldArguments.ToSpec, out HoldSpec? hold, out List<string> errors))
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
