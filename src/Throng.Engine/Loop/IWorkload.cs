using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Purpose of connections: a state machine per connection, told what happened and answering through <see cref="Act"/>.
/// One per worker, a struct, called on that worker's thread only; it shares nothing. A workload sees handles, never
/// descriptors. Every connection it opened or was given ends with one <see cref="OnClosed"/>, after which its handle is
/// never heard of again.
/// </summary>
public interface IWorkload : IProduce
{
    /// <summary>When the next arrival of the workload's schedule is due; long.MaxValue for none.</summary>
    long NextArrivalNs { get; }

    /// <summary>True when the workload wants nothing more: the worker ends once no connection is left.</summary>
    bool IsFinished { get; }

    /// <summary>Once, before the first turn.</summary>
    void OnStart(ref Act act);

    /// <summary>An arrival is due. Called until <see cref="NextArrivalNs"/> lies in the future.</summary>
    void OnArrival(ref Act act);

    /// <summary>Accepted or connected.</summary>
    void OnOpened(ref Act act, Handle connection, ref ConnectionState state);

    /// <summary>Bytes came. The lease ends with the call unless it is forwarded.</summary>
    void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease);

    /// <summary>Bytes of this connection were handed to the kernel at <paramref name="sentNs"/>.</summary>
    void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs);

    /// <summary>The peer will send nothing more; sending is still possible.</summary>
    void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state);

    /// <summary>
    /// A datagram came to a listener, from no connection. The bytes end with the call; <see cref="Act.SendTo"/>
    /// answers. A workload without such listeners leaves it out.
    /// </summary>
    void OnDatagram(ref Act act, in DatagramRoute route, scoped ReadOnlySpan<byte> bytes) =>
        Check.That(false, "who listens for datagrams handles them");

    /// <summary>
    /// An ICMP error came for a datagram connection, or this host refused to send on it: which datagram it was about
    /// is not known where several are under way. <paramref name="errno"/> is positive. The connection goes on. A
    /// workload without such connections leaves it out.
    /// </summary>
    void OnRefused(ref Act act, Handle connection, ref ConnectionState state, int errno) =>
        Check.That(false, "who sends datagrams handles their refusal");

    /// <summary>The connection's timer is due.</summary>
    void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer);

    /// <summary>The answer to <see cref="Act.AskFacts"/>; <paramref name="result"/> is 0 or -errno.</summary>
    void OnFacts(ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts);

    /// <summary>
    /// The connection ended, or the attempt failed (<paramref name="phase"/> Connecting);
    /// <paramref name="errno"/> is what the kernel gave as the cause, 0 when there is none.
    /// </summary>
    void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno);

    /// <summary>
    /// A connection of ours that was open has ended badly: where it was in its life, and with whom. Comes before its
    /// OnClosed. A workload that knows no more than that it was open leaves it out.
    /// </summary>
    LastState LastStateOf(ref Act act, Handle connection, ref ConnectionState state, CloseReason reason) => default;

    /// <summary>Something from outside: set, ping, drain, a question.</summary>
    void OnMessage(ref Act act, in WorkerMessage command);
}
