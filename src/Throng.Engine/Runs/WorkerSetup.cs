using System.Net;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Where a worker sits before its loop exists: its number, its backend and slab. A run's loops are made here, on the
/// worker's own thread, because listening sockets and rings belong to it.
/// </summary>
public sealed class WorkerSetup(
    int worker, int workers, IBackend backend, Slab slab, RunSpec run, SocketOptions options)
{
    /// <summary>Keeps the choices of a plan apart from those of the workload, whose seeds count from 0.</summary>
    private const int PlanSeedOffset = 1000;
    private const int ListenSeedOffset = 2 * PlanSeedOffset;

    private readonly Slab _slab = slab;
    private readonly RunSpec _run = run;
    private readonly SocketOptions _options = options;
    private readonly List<SockAddr> _bound = [];

    public int Worker { get; } = worker;

    public int Workers { get; } = workers;

    public IBackend Backend { get; } = backend;

    /// <summary>Addresses listened on so far, in the order of their numbers.</summary>
    public SockAddr[] Bound => [.. _bound];

    /// <summary>Listens; the address tells the port when the kernel chose it.</summary>
    /// <exception cref="SetupException">The kernel refuses.</exception>
    public SockAddr Listen(in ListenSpec spec)
    {
        int result = Backend.Listen(spec, _bound.Count, out SockAddr bound);
        if (result < 0)
        {
            throw ListenRefusal.Explain(spec, -result);
        }

        _bound.Add(bound);
        return bound;
    }

    /// <summary>Listens on one of these ports that is free; on one the kernel chooses where none is.</summary>
    /// <exception cref="SetupException">The kernel refuses.</exception>
    public SockAddr Listen(in ListenSpec spec, PortSpan ports)
    {
        PortSpan own = ports.Slice(Worker, Workers);
        ulong choice = Measurement.SplitMix64.At(_run.Seed, (ulong)(Worker + ListenSeedOffset));
        for (int tried = 0; tried < own.Count; tried++)
        {
            ushort port = own[(int)((choice + (ulong)(_bound.Count + tried)) % (ulong)own.Count)];
            ListenSpec one = spec with { Address = spec.Address.WithPort(port) };
            int result = Backend.Listen(one, _bound.Count, out SockAddr bound);
            if (result >= 0)
            {
                _bound.Add(bound);
                return bound;
            }

            if (result != -Errno.EADDRINUSE)
            {
                throw ListenRefusal.Explain(one, -result); // the next port would be refused too
            }
        }

        return Listen(spec);
    }

    /// <summary>Which source addresses and ports this worker reaches the targets from.</summary>
    /// <exception cref="SetupException">No source fits a target's family.</exception>
    public AddressPlan Plan(
        SockAddr[] targets, IReadOnlyList<IPAddress> sources, PortSpan ports, SourceBinding binding, PortOrder order)
    {
        ulong seed = Measurement.SplitMix64.At(_run.Seed, (ulong)(Worker + PlanSeedOffset));
        return new AddressPlan(
            targets, Setup.Sources(targets, sources), ports, seed, binding, _run.Share.Index * _run.Share.Ratio,
            order);
    }

    /// <summary>This worker's shard; after all its listeners.</summary>
    public Shard Sit(AddressPlan plan)
    {
        ulong seed = Measurement.SplitMix64.At(_run.Seed, (ulong)_run.Share.PartOf(Worker, Workers));
        return new Shard(Backend, _slab, plan, new ShardSpec(
            Worker, Workers, seed, _options, _bound.Count, _run.ArrivalGapNs, _run.Share,
            KeepsFailures: true));
    }
}
