using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng capacity`. The search ends the run.</summary>
public sealed class CapacityCommand() : RunCommand<CapacitySpec>(CapacityOptions.Syntax)
{
    /// <summary>Connections that are looked for where nobody named a limit: no host holds more.</summary>
    private const long LimitMax = 1L << 27;

    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfCapacity(view);

    protected override bool BeginsWhenStarted => true;

    protected override IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        if (values.Get(CapacityOptions.NoCheck))
        {
            found.NoEffect(
                [CapacityOptions.CheckRate, CapacityOptions.CheckTimeout], "has no effect with --no-check");
        }

        if (!values.Get(CapacityOptions.Recover))
        {
            found.NoEffect([CapacityOptions.RecoverMax], "has no effect without --recover");
        }

        if (values.Get(CapacityOptions.ConnectRate) <= 0)
        {
            found.Add($"{values.Origin(CapacityOptions.ConnectRate)} 0 opens nothing: name a rate");
        }

        return found.Errors;
    }

    protected override CapacitySpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        long limit = values.Get(CapacityOptions.Limit);
        bool resets = values.Get(CapacityOptions.Close) == "rst";
        CapacitySpec plain = new()
        {
            Connections = limit,
            CheckTimeoutNs = values.Get(CapacityOptions.CheckTimeout),
            ChecksPerSecond = values.Get(CapacityOptions.CheckRate),
            Plan = new CapacityPlan
            {
                Limit = limit == LoadSpec.OnePerTarget ? LimitMax : limit,
                RatePerSecond = values.Get(CapacityOptions.ConnectRate),
                Trials = (int)values.Get(CapacityOptions.Trials),
                Checks = !values.Get(CapacityOptions.NoCheck),
                Resets = resets,
                Recovers = values.Get(CapacityOptions.Recover),
                RecoverMaxNs = values.Get(CapacityOptions.RecoverMax),
            },
        };
        return LoadArguments.Fill(plain, values, values.Get(LoadOptions.Target), errors) with
        {
            ConnectRatePerSecond = values.Get(CapacityOptions.ConnectRate),
            ConnectTimeoutNs = values.Get(CapacityOptions.ConnectTimeout),
            Close = resets ? CloseKind.Rst : CloseKind.Fin,
        };
    }

    protected override RunSpec Complete(RunSpec run, Values values, CapacitySpec spec) => run with { DurationNs = 0 };

    protected override ILiveRun Start(CapacitySpec spec, RunSpec run) => CapacityRun.Start(spec, run);

    protected override Examination Examine(CapacitySpec spec, RunSpec run, HostFacts host) =>
        CapacityRun.Examine(spec, run, host);
}
