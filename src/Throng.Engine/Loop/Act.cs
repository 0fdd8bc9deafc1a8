using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Whether a connection was begun.</summary>
public enum OpenResult : byte
{
    /// <summary>Begun: OnOpened or OnClosed follows.</summary>
    Started,

    /// <summary>Every source port towards that target is in use; nothing was begun.</summary>
    NoPort,

    /// <summary>The worker holds as many connections as it can; nothing was begun.</summary>
    NoRoom,
}

/// <summary>
/// Actions open to a handler, and the time at which it runs. Lives for one call. Nothing here calls back into the
/// workload: every outcome comes in a later dispatch.
/// </summary>
public ref struct Act
{
    private readonly Shard _shard;

    internal Act(Shard shard, long nowNs)
    {
        _shard = shard;
        NowNs = nowNs;
    }

    /// <summary>The turn's time: when the completion being handled was seen.</summary>
    public long NowNs { get; }

    /// <summary>Which worker this is, 0 to <see cref="Workers"/> - 1.</summary>
    public readonly int Worker => _shard.Worker;

    public readonly int Workers => _shard.Workers;

    /// <summary>
    /// Which part of the plan is this worker's, 0 to <see cref="Parts"/> - 1: its number, unless other processes have
    /// a share in the plan too.
    /// </summary>
    public readonly int Part => _shard.Part;

    public readonly int Parts => _shard.Parts;

    public readonly ref Prng Random => ref _shard.Random;

    /// <summary>How long an arrival waits for others at most, so that they leave in one turn; see
    /// <see cref="Coalescing"/>.</summary>
    internal readonly long ArrivalGapNs => _shard.ArrivalGapNs;

    public readonly Latencies Latencies => _shard.Latencies;

    internal readonly Latencies LatenciesOf(Role role) =>
        role == Role.Probe ? _shard.LatenciesOfProbes : _shard.Latencies;

    public readonly Slab Connections => _shard.Slab;

    public readonly Counters Counters(Role role) => _shard.Counters[(int)role];

    public readonly Role RoleOf(Handle connection) => _shard.Slab[connection].Role;

    /// <summary>The target's index of a client connection, the listener's number of a server's.</summary>
    public readonly int EndpointOf(Handle connection)
    {
        ref Connection record = ref _shard.Slab[connection];
        return record.IsOurs ? _shard.Plan.TargetOf(record.Path) : record.Path;
    }

    /// <summary>Addresses of the targets, by index.</summary>
    public readonly SockAddr Target(int target) => _shard.Plan.Target(target);

    /// <summary>The source address and port a client connection was given.</summary>
    public readonly SockAddr LocalOf(Handle connection)
    {
        ref Connection record = ref _shard.Slab[connection];
        return _shard.Plan.Local(record.Path, record.LocalPort);
    }

    /// <summary>
    /// Starts a connection to a target. One that is not open after <paramref name="timeoutNs"/> ends with
    /// <see cref="CloseReason.ConnectTimeout"/>; its timer is the workload's again once it is open.
    /// </summary>
    /// <param name="keepAliveSeconds">Keepalive of this connection alone; 0: as all of the run have it.</param>
    public readonly OpenResult Open(
        int target, long timeoutNs, out Handle connection, Role role = Role.Client, int keepAliveSeconds = 0) =>
        _shard.Open(target, role, NowNs, timeoutNs, out connection, keepAliveSeconds);

    /// <summary>
    /// Announces <paramref name="bytes"/> to send that begin at <paramref name="streamOffset"/>; Produce is asked for
    /// them. OnSent follows, for several calls perhaps once.
    /// </summary>
    public readonly void Send(Handle connection, int bytes, long streamOffset, SendMode mode = SendMode.Normal)
    {
        if (_shard.Slab[connection].Phase == Phase.Open)
        {
            _shard.Backend.Send(connection, bytes, streamOffset, mode);
        }
    }

    /// <summary>Sends what was received on, without a copy; the lease is none afterwards.</summary>
    public readonly void Forward(Handle connection, ref Lease lease)
    {
        if (_shard.Slab[connection].Phase == Phase.Open)
        {
            _shard.Backend.Forward(connection, lease);
            lease = default;
        }
    }

    /// <summary>Sends a copy of these bytes as if they had been received; false when no buffer is free.</summary>
    internal readonly bool TryForwardCopy(Handle connection, ReadOnlySpan<byte> bytes)
    {
        if (_shard.Slab[connection].Phase != Phase.Open)
        {
            return true; // its end is on the way, as with Forward
        }

        if (!_shard.Backend.TryCopy(bytes, out Lease copy))
        {
            return false;
        }

        _shard.Backend.Forward(connection, copy);
        return true;
    }

    /// <summary>Changes what was received, from its beginning, before it is sent on.</summary>
    internal readonly void Overwrite(in Lease lease, ReadOnlySpan<byte> bytes) =>
        bytes.CopyTo(_shard.Backend.BytesOf(lease));

    /// <summary>
    /// Answers a datagram of a listener. The bytes are taken at once; what cannot be sent now is dropped and counted.
    /// </summary>
    public readonly void SendTo(in DatagramRoute route, ReadOnlySpan<byte> bytes) =>
        _shard.Backend.SendTo(route, bytes);

    public readonly void Receive(Handle connection, ReceiveMode mode)
    {
        if (_shard.Slab[connection].Phase == Phase.Open)
        {
            _shard.Backend.Receive(connection, mode);
        }
    }

    /// <summary>Counts and notes a connect that found no room on this side; returns the reason.</summary>
    internal readonly CloseReason CountNotStarted(int target, Role role, OpenResult result) =>
        _shard.CountNotStarted(target, role, result, NowNs);

    /// <summary>Ends the connection for <paramref name="reason"/>; only the first reason counts.</summary>
    public readonly void Close(Handle connection, CloseReason reason, CloseKind kind = CloseKind.Fin) =>
        _shard.Close(connection, reason, kind);

    /// <summary>Arms the connection's one timer, or moves it. It ends with the connection.</summary>
    public readonly void SetTimer(Handle connection, long dueNs, byte timer) =>
        _shard.Timers.Arm(connection.Slot, dueNs, timer);

    public readonly void ClearTimer(Handle connection) => _shard.Timers.Cancel(connection.Slot);

    /// <summary>
    /// Accepts one more on a paced listener; what was asked for before and has not come adds up to
    /// <paramref name="mostAsked"/>.
    /// </summary>
    public readonly void AcceptOne(int listener, int mostAsked)
    {
        if (!_shard.HasStoppedAccepting)
        {
            _shard.Backend.AcceptOne(listener, mostAsked);
        }
    }

    /// <summary>Accepts no more, for good.</summary>
    public readonly void StopAccepting()
    {
        _shard.Accept(false);
        _shard.HasStoppedAccepting = true;
    }

    /// <summary>Lets no handshake begin any more; those under way come to their end and are accepted.</summary>
    internal readonly void Retire()
    {
        for (int listener = 0; listener < _shard.Listeners && !_shard.HasStoppedAccepting; listener++)
        {
            _shard.Backend.Retire(listener);
        }
    }

    /// <summary>
    /// Closes the listeners of connections, for good; false, and nothing is closed, while somebody waits there.
    /// </summary>
    internal readonly bool TryUnlisten()
    {
        for (int listener = 0; listener < _shard.Listeners; listener++)
        {
            if (_shard.Backend.Waiting(listener) > 0)
            {
                return false;
            }
        }

        for (int listener = 0; listener < _shard.Listeners; listener++)
        {
            _shard.Backend.Unlisten(listener);
        }

        _shard.HasStoppedAccepting = true;
        return true;
    }

    /// <summary>Asks the backend for addresses and TCP figures; OnFacts follows before OnClosed does.</summary>
    public readonly void AskFacts(Handle connection) => _shard.Backend.AskFacts(connection);
}
