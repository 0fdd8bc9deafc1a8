using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One worker's share of a run: its connections, timers, addresses, backend and counters. Handlers reach
/// it through <see cref="Act"/>. Owner: the worker's thread; the groups below say who else may look.
/// </summary>
public sealed class Shard(IBackend backend, Slab slab, AddressPlan plan, in ShardSpec spec)
{
    /// <summary>The tag of a connect's timer; a workload's own are lower.</summary>
    internal const byte ConnectTimer = byte.MaxValue;

    // Owned by this worker.
    internal readonly Slab Slab = slab;
    internal readonly TimerWheel<ConnectionTimers> Timers = new(new ConnectionTimers(slab), backend.NowNs());
    internal readonly AddressPlan Plan = plan;
    internal readonly IBackend Backend = backend;
    internal Prng Random = new(spec.Seed); // a mutable struct: use by reference
    internal readonly int Worker = spec.Worker;
    internal readonly int Workers = spec.Workers;

    /// <summary>The same among the workers of all processes that have a part of the plan.</summary>
    internal readonly int Part = spec.Share.PartOf(spec.Worker, spec.Workers);
    internal readonly int Parts = spec.Share.PartsOf(spec.Workers);

    /// <summary>Listeners this worker accepts on, numbered from 0.</summary>
    internal readonly int Listeners = spec.Listeners;
    internal readonly long ArrivalGapNs = spec.ArrivalGapNs;
    private readonly SocketOptions _options = spec.Options;

    /// <summary>Keepalive of connections that have one of their own, by slot, which the next one of the slot clears.
    /// </summary>
    private readonly Dictionary<int, int> _ownKeepAlive = [];

    /// <summary>It accepts no more, for good.</summary>
    internal bool HasStoppedAccepting;

    // Written by this worker, read by the sampler.
    public readonly Counters[] Counters = [new(), new(), new()]; // by role
    public readonly LoopCounters Loop = new();
    public readonly Latencies Latencies = new();
    private Latencies? _ofProbes;
    public readonly Trace Trace = new();

    /// <summary>Where connections that ended badly are noted; null: nobody takes them.</summary>
    internal readonly FailureRing? Failures = spec.KeepsFailures ? new() : null;

    // Written by others.
    public readonly Mailbox Mailbox = new();

    /// <summary>Sockets in use, of all roles: open, or being opened. Any thread.</summary>
    public long SocketsInUse =>
        BegunAndNotOver(Role.Client) + BegunAndNotOver(Role.Probe) + Counters[(int)Role.Server].Open;

    /// <summary>Apart from the others'; made when somebody first asks, worker or sampler, and one for both.</summary>
    public Latencies LatenciesOfProbes => LazyInitializer.EnsureInitialized(ref _ofProbes, () => new Latencies());

    /// <summary>Posts a command from any thread.</summary>
    public void Post(in WorkerMessage command)
    {
        Mailbox.Post(command);
        Backend.Wake();
    }

    /// <summary>Accepts on all listeners, or on none; a worker that stopped for good stays stopped.</summary>
    internal void Accept(bool on)
    {
        for (int listener = 0; listener < Listeners && !HasStoppedAccepting; listener++)
        {
            Backend.Accepting(listener, on);
        }
    }

    internal OpenResult Open(
        int target, Role role, long nowNs, long timeoutNs, out Handle connection, int keepAliveSeconds = 0)
    {
        if (Slab.IsFull)
        {
            connection = Handle.None;
            return OpenResult.NoRoom;
        }

        if (!Plan.TryTake(target, out ushort path, out ushort port))
        {
            connection = Handle.None;
            Loop.PortsSpent = new PortsSpent(target, null).Word;
            return OpenResult.NoPort;
        }

        bool allocated = Slab.TryAllocate(role, Phase.Connecting, out connection);
        Check.That(allocated, "a slab that is not full has a slot");
        ref Connection record = ref Slab[connection];
        record.Path = path;
        record.LocalPort = port;
        Slab.NoteBegun(connection, nowNs);
        Counters[(int)role][Counter.Attempts]++;
        Trace.Write(TraceKind.Connecting, connection, 0, nowNs);
        Timers.Arm(connection.Slot, nowNs + timeoutNs, ConnectTimer);
        if (keepAliveSeconds > 0)
        {
            _ownKeepAlive[connection.Slot] = keepAliveSeconds;
        }
        else if (_ownKeepAlive.Count > 0)
        {
            _ = _ownKeepAlive.Remove(connection.Slot);
        }

        Backend.Open(connection, Plan.Connection(path, port, OptionsOf(connection)));
        return OpenResult.Started;
    }

    /// <summary>
    /// Counts a connect that found no room on this side as an attempt that failed, and notes it; returns the reason.
    /// </summary>
    internal CloseReason CountNotStarted(int target, Role role, OpenResult result, long nowNs)
    {
        CloseReason reason = Counters[(int)role].CountNotStarted(result);
        Failures?.Add(new FailedConnection
        {
            Times = new ConnectionTimes { BegunNs = nowNs },
            EndedNs = nowNs,
            Remote = Plan.Target(target),
            Last = new LastState(LifePhase.Connect),
            Reason = reason,
            Role = role,
        });
        return reason;
    }

    /// <summary>
    /// The source port was taken after all (TIME_WAIT, or another process): the same connection tries another one.
    /// False when the plan has no other.
    /// </summary>
    internal bool TryOtherPort(Handle connection)
    {
        ref Connection record = ref Slab[connection];
        if (!Plan.TryReplace(record.Path, record.LocalPort, out ushort port))
        {
            Loop.PortsSpent = new PortsSpent(Plan.TargetOf(record.Path), record.Path).Word;
            return false;
        }

        Loop.PortCollisions++;
        record.Phase = Phase.Connecting; // the backend had ended it
        record.LocalPort = port;
        Backend.Open(connection, Plan.Connection(record.Path, port, OptionsOf(connection)));
        return true;
    }

    internal void Close(Handle connection, CloseReason reason, CloseKind kind)
    {
        Check.That(reason != CloseReason.None, "a close has a reason");
        ref Connection record = ref Slab[connection];
        if (record.Reason == CloseReason.None)
        {
            record.Reason = reason;
            Timers.Cancel(connection.Slot);
            Backend.Close(connection, kind);
        }
    }

    private SocketOptions OptionsOf(Handle connection) =>
        _ownKeepAlive.Count > 0 && _ownKeepAlive.TryGetValue(connection.Slot, out int seconds)
            ? _options with { KeepAliveSeconds = seconds }
            : _options;

    private long BegunAndNotOver(Role role)
    {
        Counters counters = Counters[(int)role];
        long begun = Volatile.Read(ref counters[Counter.Attempts]);
        long connecting = begun - Volatile.Read(ref counters[Counter.Opened]) - counters.ConnectFailedTotal;
        return Math.Max(0, connecting) + counters.Open;
    }
}

/// <summary>Settings that tell one worker from the others.</summary>
/// <param name="Listeners">Listeners its backend already has.</param>
/// <param name="ArrivalGapNs">How long arrivals wait for others; 0: not at all.</param>
/// <param name="Share">Part of the plan that all workers together have.</param>
/// <param name="KeepsFailures">Whether connections that end badly are noted, for somebody who takes them.</param>
public readonly record struct ShardSpec(
    int Worker, int Workers, ulong Seed, SocketOptions Options, int Listeners = 0, long ArrivalGapNs = 0,
    HostShare Share = default, bool KeepsFailures = false);
