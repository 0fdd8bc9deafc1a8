using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>
/// Stands between loop and workload and checks what a workload is promised: opened once and before anything else,
/// nothing after the one OnClosed, no bytes after the peer has finished, time that never goes back.
/// </summary>
internal struct Observed<TWorkload>(TWorkload workload) : IWorkload
    where TWorkload : struct, IWorkload
{
    private readonly HashSet<Handle> _open = [];
    private readonly HashSet<Handle> _finished = [];
    private TWorkload _workload = workload;
    private long _nowNs;

    public readonly TWorkload Inner => _workload;

    public readonly long NextArrivalNs => _workload.NextArrivalNs;

    public readonly bool IsFinished => _workload.IsFinished;

    public void OnStart(ref Act act) => _workload.OnStart(ref act);

    public void OnArrival(ref Act act)
    {
        Watch(ref act);
        _workload.OnArrival(ref act);
    }

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        Watch(ref act);
        Check.That(_open.Add(connection), "a connection is opened once");
        _workload.OnOpened(ref act, connection, ref state);
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        WatchOpen(ref act, connection);
        Check.That(!_finished.Contains(connection), "no bytes come after a peer's last");
        Check.That(bytes.Length > 0 && bytes.Length == lease.Length, "received bytes are the lease's");
        _workload.OnReceived(ref act, connection, ref state, bytes, ref lease);
    }

    public void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        WatchOpen(ref act, connection);
        Check.That(bytes > 0 && sentNs <= act.NowNs, "bytes are told once they are sent");
        _workload.OnSent(ref act, connection, ref state, bytes, sentNs);
    }

    public void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        WatchOpen(ref act, connection);
        Check.That(_finished.Add(connection), "a peer finishes once");
        _workload.OnPeerFinished(ref act, connection, ref state);
    }

    public void OnDatagram(ref Act act, in DatagramRoute route, scoped ReadOnlySpan<byte> bytes)
    {
        Watch(ref act);
        _workload.OnDatagram(ref act, route, bytes);
    }

    public void OnRefused(ref Act act, Handle connection, ref ConnectionState state, int errno)
    {
        WatchOpen(ref act, connection);
        Check.That(errno > 0, "a refusal has a cause");
        _workload.OnRefused(ref act, connection, ref state, errno);
    }

    public LastState LastStateOf(ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        Check.That(_open.Contains(connection), "what was open has a last state");
        return _workload.LastStateOf(ref act, connection, ref state, reason);
    }

    public void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        Watch(ref act);
        Check.That(act.Connections.IsLive(connection), "a timer ends with its connection");
        Check.That(act.Connections[connection].Reason == CloseReason.None, "a timer ends with the close");
        _workload.OnTimer(ref act, connection, ref state, timer);
    }

    public void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        Watch(ref act);
        _workload.OnFacts(ref act, connection, ref state, result, facts);
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        Watch(ref act);
        Check.That(_open.Remove(connection) == (phase == Phase.Open), "an end is told with the phase it came in");
        Check.That(reason != CloseReason.None, "an end has a reason");
        _finished.Remove(connection);
        _workload.OnClosed(ref act, connection, ref state, reason, phase, errno);
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        Watch(ref act);
        _workload.OnMessage(ref act, command);
    }

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        Check.That(_open.Contains(connection), "bytes are asked for while a connection is open");
        _workload.Produce(connection, streamOffset, destination);
    }

    private void Watch(ref Act act)
    {
        Check.That(act.NowNs >= _nowNs, "time never goes back");
        _nowNs = act.NowNs;
    }

    private void WatchOpen(ref Act act, Handle connection)
    {
        Watch(ref act);
        Check.That(_open.Contains(connection), "nothing is told of a connection that is not open");
        Check.That(act.Connections[connection].Reason == CloseReason.None, "after a close only its end is told");
    }
}
