using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng saturate`. The search ends the run.</summary>
public sealed class SaturateCommand() : RunCommand<SaturateSpec>(SaturateOptions.Syntax)
{
    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfLives(view);

    protected override IEnumerable<string> Contradictions(Values values)
    {
        foreach (string error in ChurnArguments.Contradictions(values))
        {
            yield return error;
        }

        if (Plan(values).Error is { } wrong)
        {
            yield return wrong;
        }

        if (values.Get(SaturateOptions.Led) && ClusterOptions.IsAsked(values))
        {
            yield return $"{values.Origin(SaturateOptions.Led)} contradicts {values.Origin(BusOptions.On)}, with which "
                + "this process leads the search";
        }
        else if (!values.Get(SharedOptions.Share).IsWhole && !values.Get(SaturateOptions.Led))
        {
            yield return $"{values.Origin(SharedOptions.Share)} needs --led: what comes next in a search depends on "
                + "what all parts saw, so one process has to tell them; throng saturate --on does it";
        }

        if (values.Get(SaturateOptions.Once))
        {
            Contradiction found = new(values);
            found.NoEffect([SaturateOptions.Precision, SaturateOptions.Trials], "has no effect with --once");
            foreach (string error in found.Errors)
            {
                yield return error;
            }
        }
    }

    protected override SaturateSpec ToSpec(Values values, Shell shell, List<string> errors) => new()
    {
        Churn = ChurnArguments.ToSpec(values, errors) with
        {
            Search = Turnover(values),
            Connections = values.Get(ChurnOptions.Held) + (values.Has(ChurnOptions.InFlightMax)
                ? values.Get(ChurnOptions.InFlightMax)
                : ChurnSpec.InFlightMaxDefault),
        },
        Rule = new SaturationRule
        {
            SuccessMin = values.Get(SaturateOptions.SuccessMin),
            AchievedMin = values.Get(SaturateOptions.AchievedMin),
            SynRetransmitMax = values.Get(SaturateOptions.RetransmitMax),
            Slowdown = values.Get(SaturateOptions.Slowdown),
            LatencyMaxNs = values.Get(SaturateOptions.LatencyMax),
            LatencyFloorNs = values.Get(SaturateOptions.LatencyFloor),
        },
        Plan = Plan(values),
        Once = values.Get(SaturateOptions.Once),
        IsLed = values.Get(SaturateOptions.Led),
        StepNs = values.Get(SaturateOptions.Step),
        CooldownNs = values.Get(SaturateOptions.Cooldown),
    };

    protected override RunSpec Complete(RunSpec run, Values values, SaturateSpec spec) =>
        run with { DurationNs = 0, DrainNs = spec.Churn.TimeoutNs };

    protected override ILiveRun Start(SaturateSpec spec, RunSpec run) => SaturateRun.Start(spec, run);

    protected override Examination Examine(SaturateSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec.Churn, run, host);

    /// <summary>The first step has to be possible; what the others come to is for the search to find.</summary>
    private static Turnover Turnover(Values values)
    {
        double startPerSecond = values.Get(SaturateOptions.Start);
        return new Turnover(startPerSecond, startPerSecond * values.Get(SaturateOptions.Step) / 1e9)
        {
            SearchMaxPerSecond = values.Get(SaturateOptions.RateMax),
        };
    }

    private static SearchPlan Plan(Values values) => new()
    {
        StartPerSecond = values.Get(SaturateOptions.Start),
        Increment = values.Get(SaturateOptions.Increment),
        RateMaxPerSecond = values.Get(SaturateOptions.RateMax),
        Precision = values.Get(SaturateOptions.Precision),
        Trials = (int)values.Get(SaturateOptions.Trials),
    };
}
