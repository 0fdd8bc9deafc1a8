using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;

namespace Throng.Tests;

/// <summary>One worker of a simulation with everything it owns, whatever its workload.</summary>
internal abstract class SimulatedWorker : IDisposable
{
    protected SimulatedWorker(SimulatedNetwork network, WorkerPlan plan)
    {
        Slab = new Slab(plan.Connections);
        Pool = new BufferPool(plan.Buffers);
        Backend = new SimulatedBackend(network, Slab, Pool);
        Plan = new AddressPlan(plan.Targets, plan.Sources, plan.Ports, plan.Shard.Seed);
        for (int listener = 0; listener < plan.Listen.Length; listener++)
        {
            ListenSpec spec = new(
                plan.Listen[listener], Backlog: 128, SharesPort: true, DualStack: false, plan.Transport,
                plan.IsPaced);
            Check.That(Backend.Listen(spec, listener, out _) == 0, "a simulated port is free to listen on");
        }

        Shard = new Shard(Backend, Slab, Plan, plan.Shard with { Listeners = plan.Listen.Length });
    }

    public Slab Slab { get; }
    public BufferPool Pool { get; }
    public SimulatedBackend Backend { get; }
    public AddressPlan Plan { get; }
    public Shard Shard { get; }

    public abstract bool IsFinished { get; }

    public bool IsRunnable(long nowNs) => !IsFinished && Backend.WakesAtNs <= nowNs;

    public abstract void Turn();

    public abstract void Abandon();

    public Counters Client => Shard.Counters[(int)Role.Client];

    public Counters Server => Shard.Counters[(int)Role.Server];

    public Counters Probes => Shard.Counters[(int)Role.Probe];

    /// <summary>Attempts whose outcome is not known yet.</summary>
    public long Connecting => Client[Counter.Attempts] - Client[Counter.Opened] - Client.ConnectFailedTotal;

    /// <summary>Live connections by role, read from the slab and not from any counter.</summary>
    public int Count(Role role, Func<Connection, bool> which)
    {
        int count = 0;
        for (int slot = 0; slot < Slab.HighWater; slot++)
        {
            Connection record = Slab.AtSlot(slot);
            count += record.Phase != Phase.Free && record.Role == role && which(record) ? 1 : 0;
        }

        return count;
    }

    public void Dispose()
    {
        Backend.Dispose();
        Plan.Dispose();
        Pool.Dispose();
        Slab.Dispose();
    }
}

/// <summary>Parts from which a worker is made.</summary>
internal sealed record WorkerPlan
{
    public required int Connections { get; init; }
    public int Buffers { get; init; } = 4096;
    public SockAddr[] Targets { get; init; } = [];
    public SockAddr[] Sources { get; init; } = [];
    public PortSpan Ports { get; init; } = PortSpan.From(1, 0);
    public SockAddr[] Listen { get; init; } = [];

    /// <summary>Kind of what it listens for.</summary>
    public Transport Transport { get; init; }

    /// <summary>Its server decides when to accept.</summary>
    public bool IsPaced { get; init; }
    public required ShardSpec Shard { get; init; }
}

internal sealed class SimulatedWorker<TWorkload> : SimulatedWorker
    where TWorkload : struct, IWorkload
{
    private readonly EventLoop<Observed<TWorkload>> _loop;

    public SimulatedWorker(SimulatedNetwork network, WorkerPlan plan, TWorkload workload)
        : base(network, plan)
    {
        _loop = new EventLoop<Observed<TWorkload>>(Shard, new Observed<TWorkload>(workload));
        _loop.Start();
    }

    /// <summary>To look at between turns.</summary>
    public TWorkload Workload => _loop.Workload.Inner;

    public override bool IsFinished => _loop.IsFinished;

    public override void Turn() => _loop.Turn();

    public override void Abandon() => _loop.Abandon();
}
