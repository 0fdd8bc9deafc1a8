using Throng.Engine;

namespace Throng;

/// <summary>`throng query`: from arguments to a run.</summary>
public static class QueryCommand
{
    public static int Run(Arguments arguments, Shell shell, Wiring wiring, Failure failure)
    {
        Values values = arguments.Values;
        if (!arguments.TryRead(
            QueryArguments.Contradictions,
            (read, wrong) => QueryArguments.ToSpec(read, shell.Input, wrong),
            out QuerySpec? query,
            out List<string> errors))
        {
            return failure.Usage(errors);
        }

        // The schedule ends the run, not a clock that was started with it.
        RunSpec run = SharedOptions.ToRunSpec(values, QueryOptions.Syntax) with
        {
            DurationNs = 0,
            DrainNs = query.TimeoutNs,
        };
        return LoadCommand.Run(values, shell, wiring, failure, query, run, () => wiring.Query(query, run));
    }
}
