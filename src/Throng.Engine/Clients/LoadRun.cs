using System.Net;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Settings that tell one load from another when it is set up.</summary>
/// <param name="Section">The command's own section of the document.</param>
internal sealed record LoadRunSpec(Func<WorkerGroup, Sample, LoadLayout, Section> Section)
{
    public bool PingIsOn { get; init; }

    /// <summary>The schedule; null for a load that has none.</summary>
    public ActiveSchedule? Schedule { get; init; }

    /// <summary>It keeps a number of connections open; else they come and go by its schedule.</summary>
    public bool KeepsConnections { get; init; } = true;

    /// <summary>Guide that decides what is offered next; null: the schedule alone.</summary>
    public IGuide? Guide { get; init; }

    /// <summary>As <see cref="LiveRunSpec.Figures"/> has them.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, string>>>? Figures { get; init; }

    /// <summary>Called with the number of workers before they are started.</summary>
    public Action<int>? BeforeStart { get; init; }

    /// <summary>Why the number of connections may not change; null when it may.</summary>
    public string? KeepsNumber { get; init; }
}

/// <summary>
/// Sets up a load, whatever it does with its connections: how many workers, on which ports, against whom; refuses
/// what cannot fit with the sum. Without a target each worker serves its own clients.
/// </summary>
internal static class LoadRun
{
    /// <summary>Without a target, against an echo server.</summary>
    public static ILiveRun Start<TClient>(LoadSpec load, RunSpec run, LoadRunSpec own, Func<int, bool, TClient> client)
        where TClient : struct, IWorkload =>
        Start(load, run, own, client, listeners => new Echo(ServeMode.Echo, listeners));

    /// <param name="client">Makes a worker's client: how many targets its plan has; whether they are its own.</param>
    /// <param name="server">Makes its server where there is no target, from its listeners.</param>
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start<TClient, TServer>(
        LoadSpec load, RunSpec run, LoadRunSpec own, Func<int, bool, TClient> client, Func<SockAddr[], TServer> server)
        where TClient : struct, IWorkload
        where TServer : struct, IWorkload
    {
        run = Setup.Seeded(run) with
        {
            HasDatagrams = load.Socket.Transport == Transport.Datagram,
            ArrivalGapNs = run is { KeepsSchedule: true, LagTargetNs: > 0 }
                ? Coalescing.Gap(run.LagTargetNs, WakeUpCost.MeasureNs())
                : 0,
        };
        HostFacts host = Setup.Host(run);
        LoadLayout layout = LoadLayout.Create(load, run, host);
        IReadOnlyList<Finding> findings = Preflight.Pass(AllLimits.Examine(host, layout.Plan), run.Force);
        findings = [.. findings, .. Setup.Greed(load, run)];
        PacketInterface? packets = null;
        if (run.Packets is { } spec)
        {
            KernelPrivileges.Require(layout.Engine.Name, calculates: true, takesPackets: true);
            packets = new PacketInterface(spec, load.Sources, layout.Ports);
        }
        else
        {
            Setup.RefuseForeign(load.Sources);
        }

        int backlog = Setup.Backlog(host, 0);
        LiveRunSpec live = new(
            Role.Client, own.KeepsConnections ? layout.Connections : null, load.Targets, own.PingIsOn,
            layout.Capacity.Sockets,
            connections => own.KeepsNumber ?? layout.RefusalOfSet(run.Share.Of(connections)),
            (group, held) => TlsSection.AddTo(own.Section(group, held, layout), group))
        {
            Preflight = findings,
            Arithmetic = layout.Capacity.Arithmetic,
            Backlog = layout.IsEmbedded ? backlog : null,
            Transport = load.Socket.Transport,
            Schedule = own.Schedule,
            Guide = own.Guide,
            Figures = own.Figures,
            Packets = packets,
        };
        TlsSetup? tls = load.Tls is null ? null
            : TlsSetup.Create(load.Tls, layout.IsEmbedded ? TlsServerSpec.SelfSigned() : null);
        EngineSelection engine =
            packets is null ? layout.Engine : layout.Engine with { Reason = packets.Described };
        own.BeforeStart?.Invoke(layout.Capacity.Workers);
        WorkerGroup group = WorkerGroup.Start(
            engine, layout.Capacity, run, load.Socket,
            setup => Sit(setup, load, layout, backlog, client, server), tls, packets,
            ready => run.Capture?.Begin(
                layout.IsEmbedded ? [.. ready.Workers.SelectMany(static worker => worker.Bound)] : load.Targets,
                load.Socket.Transport));
        return new LiveRun(group, engine, run, live);
    }

    private static (Shard, ILoop) Sit<TClient, TServer>(
        WorkerSetup setup, LoadSpec load, LoadLayout layout, int backlog, Func<int, bool, TClient> client,
        Func<SockAddr[], TServer> server)
        where TClient : struct, IWorkload
        where TServer : struct, IWorkload
    {
        if (!layout.IsEmbedded)
        {
            PortSpan ports = layout.Ports.Slice(setup.Worker, setup.Workers);
            AddressPlan plan = setup.Plan([.. load.Targets], load.Sources, ports, layout.Binding, load.PortOrder);
            Shard shard = setup.Sit(plan);
            return (shard, new EventLoop<TClient>(shard, client(load.Targets.Count, false)));
        }

        SockAddr loopback = SockAddr.From(IPAddress.Loopback, 0);
        ListenSpec listen = new(loopback, backlog, SharesPort: false, DualStack: false, load.Socket.Transport);
        for (int i = 0; i < layout.ListenersPerWorker; i++)
        {
            _ = setup.Listen(listen, layout.ListenPorts);
        }

        SockAddr[] own = setup.Bound;
        Shard both = setup.Sit(setup.Plan(own, load.Sources, layout.Ports, layout.Binding, load.PortOrder));
        Both<TClient, TServer> workload = new(client(own.Length, true), server(own));
        return (both, new EventLoop<Both<TClient, TServer>>(both, workload));
    }
}
