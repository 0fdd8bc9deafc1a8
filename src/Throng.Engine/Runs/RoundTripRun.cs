using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up a closed loop against targets that echo.</summary>
public static class RoundTripRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(RoundTripSpec spec, RunSpec run) => LoadRun.Start(
        spec, run,
        new LoadRunSpec((_, _, _) => new Section
        {
            ["message_bytes"] = spec.MessageBytes,
            ["warm_up_ns"] = spec.WarmUpNs,
        })
        {
            KeepsNumber = "a closed loop keeps its number",
        },
        (targets, ownsTargets) => new RoundTrip(spec, targets, ownsTargets));
}
