using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng hold`.</summary>
public sealed class HoldCommand() : RunCommand<HoldSpec>(HoldOptions.Syntax)
{
    protected override bool BeginsWhenStarted => true;

    protected override IEnumerable<string> Contradictions(Values values) =>
        LoadArguments.Contradictions(values, LoadOptions.Target).Errors;

    protected override HoldSpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        DurationRange interval = values.Get(HoldOptions.PingInterval);
        HoldSpec plain = new()
        {
            Connections = values.Get(LoadOptions.Connections),
            Ping = values.Get(HoldOptions.Ping),
            PingIntervalMinNs = interval.MinNs,
            PingIntervalMaxNs = interval.MaxNs,
            PingTimeoutNs = values.Get(HoldOptions.PingTimeout),
        };
        return LoadArguments.Fill(plain, values, values.Get(LoadOptions.Target), errors);
    }

    protected override RunSpec Complete(RunSpec run, Values values, HoldSpec spec) =>
        run with { UntilHeld = values.Get(HoldOptions.UntilHeld) };

    protected override ILiveRun Start(HoldSpec spec, RunSpec run) => HoldRun.Start(spec, run);

    protected override Examination Examine(HoldSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);
}
