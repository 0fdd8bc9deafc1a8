using Throng.Engine;

namespace Throng;

/// <summary>`throng saturate`: from arguments to a run.</summary>
public static class SaturateCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            SaturateArguments.Contradictions,
            SaturateArguments.ToSpec,
            out SaturateSpec? saturate,
            out List<string> errors))
        {
            return failure.Usage(errors);
        }

        // The search ends the run.
        RunSpec run = SharedOptions.ToRunSpec(values, SaturateOptions.Syntax) with
        {
            DurationNs = 0,
            DrainNs = saturate.Churn.TimeoutNs,
        };
        return LoadCommand.Run(
            values, shell, wiring, failure, saturate.Churn, run, () => wiring.Saturate(saturate, run));
    }
}
