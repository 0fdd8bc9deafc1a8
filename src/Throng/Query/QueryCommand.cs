using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng query`.</summary>
public sealed class QueryCommand() : RunCommand<QuerySpec>(QueryOptions.Syntax)
{
    protected override IEnumerable<string> Contradictions(Values values) => QueryArguments.Contradictions(values);

    protected override QuerySpec ToSpec(Values values, Shell shell, List<string> errors) =>
        QueryArguments.ToSpec(values, shell.Input, errors);

    protected override RunSpec Complete(RunSpec run, Values values, QuerySpec spec) =>
        run with { DurationNs = 0, DrainNs = spec.TimeoutNs };

    protected override ILiveRun Start(QuerySpec spec, RunSpec run) => QueryRun.Start(spec, run);

    protected override Examination Examine(QuerySpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);
}
