using System.Net;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Sets up `hold`: how many workers, on which ports, against whom; refuses what cannot fit with the sum.
/// </summary>
public static class HoldRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(HoldSpec hold, RunSpec run)
    {
        run = Setup.Seeded(run);
        HostFacts host = Setup.Host(run);
        HoldLayout layout = HoldLayout.Of(hold, run, host);
        IReadOnlyList<Finding> findings = Preflight.Pass(AllLimits.Examine(host, layout.Plan), run.Force);
        Setup.RefuseForeign(hold.Sources);
        int backlog = Setup.Backlog(host, 0);
        LiveRunSpec own = new(
            Role.Client, layout.Connections, hold.Targets, hold.Ping, layout.Capacity.Sockets, layout.RefusalOfSet,
            (of, held) => Section(of, held, layout))
        {
            Preflight = findings,
            Arithmetic = layout.Capacity.Arithmetic,
            Backlog = layout.IsEmbedded ? backlog : null,
        };
        Crew crew = Crew.Start(
            layout.Engine, layout.Capacity, run, hold.Socket, seat => Sit(seat, hold, layout, backlog));
        return new LiveRun(crew, layout.Engine, run, own);
    }

    private static (Shard, ILoop) Sit(Seat seat, HoldSpec hold, HoldLayout layout, int backlog)
    {
        if (!layout.IsEmbedded)
        {
            PortSpan ports = layout.Ports.Slice(seat.Worker, seat.Workers);
            AddressPlan plan = seat.Plan([.. hold.Targets], hold.Sources, ports, layout.Binding);
            Shard shard = seat.Sit(plan);
            return (shard, new EventLoop<Hold>(shard, new Hold(hold, hold.Targets.Count, ownsTargets: false)));
        }

        SockAddr loopback = SockAddr.From(IPAddress.Loopback, 0);
        ListenSpec listen = new(loopback, backlog, SharesPort: false, DualStack: false);
        for (int i = 0; i < layout.ListenersPerWorker; i++)
        {
            _ = seat.Listen(listen, layout.ListenPorts);
        }

        SockAddr[] own = seat.Bound;
        Shard both = seat.Sit(seat.Plan(own, hold.Sources, layout.Ports, layout.Binding));
        Both<Hold, Echo> workload = new(new Hold(hold, own.Length, ownsTargets: true), new Echo(ServeMode.Echo, own));
        return (both, new EventLoop<Both<Hold, Echo>>(both, workload));
    }

    private static Section Section(Crew crew, Sample held, HoldLayout layout)
    {
        long firstNs = long.MaxValue;
        long reachedNs = 0;
        long opened = 0;
        foreach (Worker worker in crew.Workers)
        {
            Counters counters = worker.Shard.Counters[(int)Role.Client];
            firstNs = counters.FirstAttemptNs == 0 ? firstNs : Math.Min(firstNs, counters.FirstAttemptNs);
            reachedNs = Math.Max(reachedNs, counters.RampUpEndNs);
            opened += counters.RampUpOpened;
        }

        long rampUpNs = Math.Max(0, reachedNs - firstNs);
        return new Section
        {
            ["targets"] = layout.IsEmbedded ? layout.ListenersPerWorker * crew.Count : layout.TargetCount,
            ["server"] = layout.IsEmbedded ? "embedded" : "remote",
            ["ramp_up_ns"] = opened > 0 ? rampUpNs : Node.Null,
            ["ramp_up_per_s"] = opened > 0 && rampUpNs > 0 ? opened * 1e9 / rampUpNs : Node.Null,
            ["port_collisions"] = held.PortCollisions,
        };
    }
}
