using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng saturate`. The search ends the run.</summary>
public sealed class SaturateCommand() : RunCommand<SaturateSpec>(SaturateOptions.Syntax)
{
    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfLives(view);

    protected override IEnumerable<string> Contradictions(Values values) => SaturateArguments.Contradictions(values);

    protected override SaturateSpec ToSpec(Values values, Shell shell, List<string> errors) =>
        SaturateArguments.ToSpec(values, errors);

    protected override RunSpec Complete(RunSpec run, Values values, SaturateSpec spec) =>
        run with { DurationNs = 0, DrainNs = spec.Churn.TimeoutNs };

    protected override ILiveRun Start(SaturateSpec spec, RunSpec run) => SaturateRun.Start(spec, run);

    protected override Examination Examine(SaturateSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec.Churn, run, host);
}
