using Throng.Linux;
using Throng.Measurement;
using Sockets = Throng.Linux.Sockets;

namespace Throng.Engine;

/// <summary>
/// Sets up `serve`: every worker listens on every address, and the kernel spreads connections over them.
/// </summary>
public static class ServeRun
{
    /// <exception cref="SetupException">An address cannot be listened on, or the kernel refuses something.</exception>
    public static ILiveRun Start(ServeSpec serve, RunSpec run) => run.Engine switch
    {
        EngineChoice.Kernel => KernelServeRun.Start(serve, run),
        EngineChoice.Xdp => XdpServeRun.Start(serve, run),
        _ => StartWorkers(serve, run),
    };

    private static LiveRun StartWorkers(ServeSpec serve, RunSpec run)
    {
        run = Setup.Seeded(run) with { HasDatagrams = serve.HasDatagrams };
        HostFacts host = Setup.Host(run);
        LoadPlan plan = ServeLayout.Plan(serve, run, host);
        IReadOnlyList<Finding> findings = Preflight.Pass(AllLimits.Examine(host, plan), run.Force);
        foreach (ListenAddress listen in serve.Listen)
        {
            foreach (Transport transport in serve.Transports)
            {
                RefuseTaken(listen, transport);
            }
        }

        int backlog = Setup.Backlog(host, serve.Backlog);
        LiveRunSpec own = new(Role.Server, null, [], false, plan.Capacity.Sockets, _ => "",
            (of, held) => TlsSection.AddTo(Section(of, held, serve, run), of))
        {
            Arithmetic = plan.Capacity.Arithmetic,
            Backlog = Math.Min(backlog, Setup.Backlog(host, 0)), // the kernel cuts it
            Preflight = findings,
            Transport = serve.HasStreams ? Transport.Stream : Transport.Datagram,
            HasDatagrams = serve.HasDatagrams,
            Mode = serve.Mode,
        };
        TlsSetup? tls = serve.Tls is null ? null : TlsSetup.Create(client: null, serve.Tls);
        WorkerGroup group = WorkerGroup.Start(plan.Engine, plan.Capacity, run, default,
            setup => Sit(setup, serve, backlog), tls);
        return new LiveRun(group, plan.Engine, run, own);
    }

    private static (Shard, ILoop) Sit(WorkerSetup setup, ServeSpec serve, int backlog)
    {
        foreach (ListenAddress listen in serve.Listen)
        {
            foreach (Transport transport in serve.Transports)
            {
                _ = setup.Listen(new ListenSpec(
                    listen.Address, backlog, SharesPort: setup.Workers > 1, listen.DualStack, transport,
                    IsPaced: serve.Mode == ServeMode.Exchange && serve.Exchange.IsPaced));
            }
        }

        Shard shard = setup.Sit(new AddressPlan([], [], PortSpan.From(1, 0), 0));
        return serve.Mode == ServeMode.Exchange
            ? (shard, new EventLoop<Exchange>(shard, new Exchange(serve.Exchange, setup.Bound)))
            : (shard, new EventLoop<Echo>(shard, new Echo(
                serve.Mode, setup.Bound, serve.Name, serve.HasDatagrams, serve.ReplyBytes)));
    }

    /// <summary>
    /// Workers share a port with SO_REUSEPORT, which another server of the same user could join unnoticed: a bind
    /// without it finds out. It does not listen: who connected to it would be reset when it is closed again.
    /// </summary>
    private static void RefuseTaken(ListenAddress listen, Transport transport)
    {
        ListenSpec alone = new(listen.Address, 1, SharesPort: false, listen.DualStack, transport);
        int fd = PatientBind.Open(() => SocketSetup.OpenBound(alone));
        if (fd < 0)
        {
            throw ListenRefusal.Explain(alone, -fd);
        }

        _ = Sockets.Close(fd);
    }

    private static Section Section(WorkerGroup group, Sample held, ServeSpec serve, RunSpec run)
    {
        Section section = Head(serve, group.Workers.Sum(worker => worker.Shard.Loop.AcceptFailures));
        Counters[] counters = [.. group.Workers.Select(worker => worker.Shard.Counters[(int)Role.Server])];
        if (serve.Mode == ServeMode.Stamp)
        {
            section["name"] = serve.Name;
        }

        if (serve.HasDatagrams)
        {
            section["datagrams_received"] = counters.Sum(one => one[Counter.DatagramsReceived]);
            section["datagrams_sent"] = counters.Sum(one => one[Counter.DatagramsSent]);
            section["datagrams_dropped"] = counters.Sum(one => one[Counter.DatagramsDropped]);
            AddBytes(section, counters);
        }

        if (serve.Mode == ServeMode.Exchange)
        {
            AddExchanges(section, counters, serve.Exchange);
            AddBytes(section, counters);
        }

        if (run.RetireNs > 0)
        {
            AddDrain(
                section, held, run.RetireNs, counters.Sum(one => one[Counter.Opened]),
                counters.Sum(one => one.ClosedTotal), counters.Sum(one => one.Closed(CloseReason.Drained)));
        }

        return section;
    }

    /// <summary>The beginning of every server's section.</summary>
    internal static Section Head(ServeSpec serve, long acceptFailures) => new()
    {
        ["mode"] = ServeModes.Name(serve.Mode),
        ["transport"] = ServeModes.Name(serve.Transports),
        ["listeners"] = Node.ListOf(serve.Listen.Select(listen => listen.Address.ToString())),
        ["accept_failures"] = acceptFailures,
    };

    /// <summary>Each accepted connection that has ended is one of the five below `accepted`.</summary>
    private static void AddExchanges(Section section, Counters[] counters, ExchangeSpec exchange)
    {
        section["content_bytes"] = exchange.Content.Length;
        section["delay_ns"] = exchange.DelayNs;
        section["accept_rate_per_s"] = exchange.AcceptRatePerSecond;
        section["idle_timeout_ns"] = exchange.IdleTimeoutNs;
        section["accepted"] = counters.Sum(one => one[Counter.Opened]);
        section["answered"] = counters.Sum(one => one[Counter.ExchangesAnswered]);
        section["aborted"] = counters.Sum(one => one[Counter.ExchangesAborted]);
        section["cut"] = counters.Sum(one => one[Counter.ExchangesCut]);
        section["idle_closed"] = counters.Sum(one => one.Closed(CloseReason.IdleClosed));
        section["drained"] = counters.Sum(one => one.Closed(CloseReason.Drained));
    }

    /// <summary>
    /// Adds the figures of the drain: connections open when it began or accepted after that ended by themselves or were
    /// closed.
    /// </summary>
    internal static void AddDrain(Section section, Sample held, long drainNs, long opened, long closed, long drained)
    {
        section["drain_ns"] = drainNs;
        section["drain_open"] = held.Open + opened - held[Counter.Opened];
        section["drain_ended"] = closed - held.ClosedTotal - drained;
        section["drained"] = drained;
    }

    private static void AddBytes(Section section, Counters[] counters)
    {
        section["bytes_received"] = counters.Sum(one => one[Counter.BytesReceived]);
        section["bytes_sent"] = counters.Sum(one => one[Counter.BytesSent]);
    }
}
