using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng monitor`.</summary>
public sealed class MonitorCommand() : RunCommand<MonitorSpec>(MonitorOptions.Syntax)
{
    protected override IEnumerable<string> Contradictions(Values values) => MonitorArguments.Contradictions(values);

    protected override MonitorSpec ToSpec(Values values, Shell shell, List<string> errors) =>
        MonitorArguments.ToSpec(values, errors);

    protected override ILiveRun Start(MonitorSpec spec, RunSpec run) => MonitorRun.Start(spec, run);

    protected override Examination Examine(MonitorSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);
}
