using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `hold`.</summary>
public static class HoldRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(HoldSpec hold, RunSpec run)
    {
        hold = Setup.Resolved(hold, run);
        return LoadRun.Start(
            hold, run, new LoadRunSpec(Section) { PingIsOn = hold.Ping },
            (targets, ownsTargets) => new Hold(hold, targets, ownsTargets, run.AwaitsStart));
    }

    private static Section Section(WorkerGroup group, Sample held, LoadLayout layout)
    {
        long firstNs = long.MaxValue;
        long reachedNs = 0;
        long opened = 0;
        foreach (Worker worker in group.Workers)
        {
            Counters counters = worker.Shard.Counters[(int)Role.Client];
            firstNs = counters.FirstAttemptNs == 0 ? firstNs : Math.Min(firstNs, counters.FirstAttemptNs);
            reachedNs = Math.Max(reachedNs, counters.RampUpEndNs);
            opened += counters.RampUpOpened;
        }

        long rampUpNs = Math.Max(0, reachedNs - firstNs);
        return new Section
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["ramp_up_ns"] = opened > 0 ? rampUpNs : Node.Null,
            ["ramp_up_per_s"] = opened > 0 && rampUpNs > 0 ? opened * 1e9 / rampUpNs : Node.Null,
            ["port_collisions"] = held.PortCollisions,
        };
    }
}
