using Throng.Engine;

namespace Throng;

/// <summary>`throng monitor`: from arguments to a run.</summary>
public static class MonitorCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            MonitorArguments.Contradictions, MonitorArguments.ToSpec, out MonitorSpec? monitor,
            out List<string> errors))
        {
            return failure.Usage(errors);
        }

        // The schedule ends the run, not a clock that was started with it.
        RunSpec run = SharedOptions.ToRunSpec(values, MonitorOptions.Syntax) with { DurationNs = 0 };
        return LoadCommand.Run(values, shell, wiring, failure, monitor, run, () => wiring.Monitor(monitor, run));
    }
}
