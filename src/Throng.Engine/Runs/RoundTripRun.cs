using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up a closed loop against targets that echo; refuses what cannot fit with the sum.</summary>
public static class RoundTripRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(RoundTripSpec spec, RunSpec run)
    {
        run = Setup.Seeded(run);
        HostFacts host = Setup.Host(run);
        EngineSelection engine = EngineSelection.Of(run.Engine, host);
        Capacity capacity = Capacity.Of(
            engine, Setup.Threads(run, host), host.Nofile(run.KeepLimits), spec.Connections);
        if (spec.Connections > capacity.Sockets)
        {
            throw new SetupException(
                $"{Units.Count(spec.Connections)} connections need as many sockets,"
                    + $" but {Units.Count(capacity.Sockets)} are possible: {capacity.Arithmetic}",
                "ask for fewer, or raise the descriptor limit: ulimit -n");
        }

        Setup.RefuseForeign(spec.Sources);
        PortSpan ports = Setup.SourcePorts(host, null);
        SourceBinding binding = Setup.Binding(host, spec.Sources, null);
        LiveRunSpec own = new(
            Role.Client, spec.Connections, spec.Targets, PingIsOn: false, capacity.Sockets,
            _ => "a closed loop keeps its number",
            (_, _) => new Section { ["message_bytes"] = spec.MessageBytes, ["warm_up_ns"] = spec.WarmUpNs })
        {
            Arithmetic = capacity.Arithmetic,
        };
        Crew crew = Crew.Start(engine, capacity, run, spec.Socket, seat => Sit(seat, spec, ports, binding));
        return new LiveRun(crew, engine, run, own);
    }

    private static (Shard, ILoop) Sit(Seat seat, RoundTripSpec spec, PortSpan ports, SourceBinding binding)
    {
        PortSpan own = ports.Slice(seat.Worker, seat.Workers);
        AddressPlan plan = seat.Plan([.. spec.Targets], spec.Sources, own, binding);
        Shard shard = seat.Sit(plan);
        return (shard, new EventLoop<RoundTrip>(shard, new RoundTrip(spec)));
    }
}
