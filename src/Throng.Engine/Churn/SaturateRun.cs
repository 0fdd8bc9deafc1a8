using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `saturate`.</summary>
public static class SaturateRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(SaturateSpec saturate, RunSpec run)
    {
        Setup.RefuseTooFast(saturate.Plan.StartPerSecond);
        // So that the kernel's counters are not added up where several parts are in one network namespace. Read before
        // there are workers: it opens a socket.
        string network = saturate.IsLed
            ? $"{Sysctl.TryRead("kernel.random.boot_id")} {NetworkNamespace.Current.Inode}"
            : "";
        ChurnSpec churn = saturate.Churn with { Profile = RateProfile.Constant(0) };
        return ChurnRun.Start(churn, run, (active, own) =>
        {
            SaturationGuide guide = new(saturate, active, churn.IsLoopback);
            return own with
            {
                Guide = guide,
                KeepsNumber = "saturate chooses what it opens",
                Section = (_, _, layout) => Section(saturate, guide.Result, active, network, layout),
            };
        });
    }

    private static Section Section(
        SaturateSpec saturate, SaturationResult result, ActiveSchedule active, string network, LoadLayout layout)
    {
        Section section = new()
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["held"] = ChurnRun.HeldOf(active),
            ["rule"] = saturate switch
            {
                { OnlyMedian: true } => "once: the median against the step before",
                { Once: true } => "once: each step against the one before",
                _ => "confirmed",
            },
        };
        SaturationSection.Write(section, result);
        if (saturate.IsLed)
        {
            section[SaturationSection.Network] = network;
        }

        return section;
    }
}
