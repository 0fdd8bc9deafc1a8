using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Two workloads on one worker, told apart by the role in each record. With a server as the second both ends of a
/// connection live on one core, which makes 1.5 times the connections per second of any other arrangement; the first
/// decides when the run is over, and the server serves until its peers have gone. Probes as the second follow the same
/// schedule as the first, and the run is over when both are.
/// </summary>
/// <param name="roleOfSecond">Server or Probe; every other connection is the first one's.</param>
public struct Both<TFirst, TSecond>(TFirst first, TSecond second, Role roleOfSecond = Role.Server) : IWorkload
    where TFirst : struct, IWorkload
    where TSecond : struct, IWorkload
{
    private TFirst _first = first;
    private TSecond _second = second;
    private Slab? _connections;

    public readonly long NextArrivalNs => Math.Min(_first.NextArrivalNs, _second.NextArrivalNs);

    public readonly bool IsFinished => _first.IsFinished && (roleOfSecond == Role.Server || _second.IsFinished);

    public void OnStart(ref Act act)
    {
        _connections = act.Connections;
        _second.OnStart(ref act);
        _first.OnStart(ref act);
    }

    public void OnArrival(ref Act act)
    {
        if (_first.NextArrivalNs <= _second.NextArrivalNs)
        {
            _first.OnArrival(ref act);
        }
        else
        {
            _second.OnArrival(ref act);
        }
    }

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnOpened(ref act, connection, ref state);
        }
        else
        {
            _second.OnOpened(ref act, connection, ref state);
        }
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnReceived(ref act, connection, ref state, bytes, ref lease);
        }
        else
        {
            _second.OnReceived(ref act, connection, ref state, bytes, ref lease);
        }
    }

    public void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnSent(ref act, connection, ref state, bytes, sentNs);
        }
        else
        {
            _second.OnSent(ref act, connection, ref state, bytes, sentNs);
        }
    }

    public void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnPeerFinished(ref act, connection, ref state);
        }
        else
        {
            _second.OnPeerFinished(ref act, connection, ref state);
        }
    }

    public void OnDatagram(ref Act act, in DatagramRoute route, scoped ReadOnlySpan<byte> bytes) =>
        _second.OnDatagram(ref act, route, bytes);

    public void OnRefused(ref Act act, Handle connection, ref ConnectionState state, int errno)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnRefused(ref act, connection, ref state, errno);
        }
        else
        {
            _second.OnRefused(ref act, connection, ref state, errno);
        }
    }

    public void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnTimer(ref act, connection, ref state, timer);
        }
        else
        {
            _second.OnTimer(ref act, connection, ref state, timer);
        }
    }

    public void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnFacts(ref act, connection, ref state, result, facts);
        }
        else
        {
            _second.OnFacts(ref act, connection, ref state, result, facts);
        }
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        if (IsFirst(ref act, connection))
        {
            _first.OnClosed(ref act, connection, ref state, reason, phase, errno);
        }
        else
        {
            _second.OnClosed(ref act, connection, ref state, reason, phase, errno);
        }
    }

    public LastState LastStateOf(ref Act act, Handle connection, ref ConnectionState state, CloseReason reason) =>
        IsFirst(ref act, connection)
            ? _first.LastStateOf(ref act, connection, ref state, reason)
            : _second.LastStateOf(ref act, connection, ref state, reason);

    /// <summary>
    /// Questions and changes are for the first. Probes begin with it, and nobody waits for those under way at the end;
    /// a server learns of an abort only.
    /// </summary>
    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        _first.OnMessage(ref act, command);
        bool isProbes = roleOfSecond == Role.Probe;
        if (command.Kind == WorkerMessageKind.Abort || (isProbes && command.Kind == WorkerMessageKind.Begin))
        {
            _second.OnMessage(ref act, command);
        }
        else if (isProbes && command.Kind == WorkerMessageKind.Drain)
        {
            _second.OnMessage(ref act, command with { Kind = WorkerMessageKind.Abort });
        }
    }

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        if (_connections![connection].Role != roleOfSecond)
        {
            _first.Produce(connection, streamOffset, destination);
        }
        else
        {
            _second.Produce(connection, streamOffset, destination);
        }
    }

    private readonly bool IsFirst(ref Act act, Handle connection) => act.RoleOf(connection) != roleOfSecond;
}
