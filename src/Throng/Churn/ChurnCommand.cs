using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng churn`.</summary>
public sealed class ChurnCommand() : RunCommand<ChurnSpec>(ChurnOptions.Syntax)
{
    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfLives(view);

    protected override IEnumerable<string> Contradictions(Values values) => ChurnArguments.Contradictions(values);

    protected override ChurnSpec ToSpec(Values values, Shell shell, List<string> errors) =>
        ChurnArguments.ToSpec(values, errors);

    protected override RunSpec Complete(RunSpec run, Values values, ChurnSpec spec) =>
        run with { DurationNs = 0, DrainNs = spec.TimeoutNs };

    protected override ILiveRun Start(ChurnSpec spec, RunSpec run) => ChurnRun.Start(spec, run);

    protected override IReadOnlyList<ArithmeticLine> Offered(ChurnSpec spec) =>
        [Offered(spec.Profile, spec.Arrivals == Arrivals.Poisson ? ", Poisson arrivals" : ", evenly")];

    protected override Examination Examine(ChurnSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);
}
