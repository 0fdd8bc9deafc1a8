using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `saturate`.</summary>
public static class SaturateRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(SaturateSpec saturate, RunSpec run)
    {
        Setup.RefuseTooFast(saturate.Plan.StartPerSecond);
        ChurnSpec churn = saturate.Churn with { Profile = RateProfile.Constant(0) };
        return ChurnRun.Start(churn, run, (active, own) =>
        {
            SaturationGuide guide = new(saturate, active, churn.IsLoopback);
            return own with
            {
                Guide = guide,
                KeepsNumber = "saturate chooses what it opens",
                Section = (_, _, layout) => Section(saturate, guide.Result, layout),
            };
        });
    }

    private static Section Section(SaturateSpec saturate, SaturationResult result, LoadLayout layout)
    {
        SaturationCause cause = result.Cause;
        return new Section
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["rule"] = saturate switch
            {
                { OnlyMedian: true } => "once: the median against the step before",
                { Once: true } => "once: each step against the one before",
                _ => "confirmed",
            },
            ["ending"] = SearchEndings.Name(result.Ending),
            ["last_good_per_s"] = result.LastGoodPerSecond ?? Node.Null,
            ["first_bad_per_s"] = result.FirstBadPerSecond ?? Node.Null,
            ["spread_low_per_s"] = result.Spread?.LowPerSecond ?? Node.Null,
            ["spread_high_per_s"] = result.Spread?.HighPerSecond ?? Node.Null,
            ["cause"] = cause.Name,
            ["evidence"] = cause.Evidence,
            ["steps"] = Node.ListOf([.. result.Steps.Select((step, at) => (Node)Step(step, at + 1))]),
        };
    }

    private static Section Step(SearchStep step, int number)
    {
        StepFigures figures = step.Figures;
        return new Section
        {
            ["step"] = number,
            ["phase"] = step.Phase.ToString().ToLowerInvariant(),
            ["rate_per_s"] = figures.RatePerSecond,
            ["due"] = figures.Due,
            ["not_sent"] = figures.NotSent,
            ["ok"] = figures.Ok,
            ["refused"] = figures.Refused,
            ["reset"] = figures.Reset,
            ["timed_out"] = figures.TimedOut,
            ["empty"] = figures.Empty,
            ["no_port"] = figures.NoPort,
            ["no_descriptor"] = figures.NoDescriptor,
            ["other"] = figures.Other,
            ["life_p50_ns"] = figures.LifeP50Ns > 0 ? figures.LifeP50Ns : Node.Null,
            ["life_p99_ns"] = figures.LifeP99Ns > 0 ? figures.LifeP99Ns : Node.Null,
            ["lag_p99_ns"] = figures.LagP99Ns,
            ["syn_retransmits"] = figures.SynRetransmits,
            ["listen_overflows"] = figures.ListenOverflows,
            ["busy_max"] = Math.Round(figures.BusyMax, 3),
            ["waited_max"] = Math.Round(figures.WaitedMax, 3),
            ["throttled_ns"] = figures.ThrottledNs,
            ["verdict"] = step.Text,
        };
    }
}
