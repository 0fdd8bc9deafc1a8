using Throng.Engine;

namespace Throng;

/// <summary>`throng churn`: from arguments to a run.</summary>
public static class ChurnCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            ChurnArguments.Contradictions, ChurnArguments.ToSpec, out ChurnSpec? churn, out List<string> errors))
        {
            return failure.Usage(errors);
        }

        // The schedule ends the run, not a clock that was started with it.
        RunSpec run = SharedOptions.ToRunSpec(values, ChurnOptions.Syntax) with
        {
            DurationNs = 0,
            DrainNs = churn.TimeoutNs,
        };
        return LoadCommand.Run(values, shell, wiring, failure, churn, run, () => wiring.Churn(churn, run));
    }
}
