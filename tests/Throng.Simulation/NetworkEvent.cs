using Throng.Engine;

namespace Throng.Simulation;

/// <summary>Kind of event that happens at the end of a stream named in the event.</summary>
internal enum NetworkEventKind : byte
{
    None = 0,

    /// <summary>The first packet of a connect reaches the target's host.</summary>
    Syn,

    /// <summary>The handshake is done for the side that connects.</summary>
    SynAck,

    /// <summary>The connect or connection fails; the value is the errno.</summary>
    Fail,

    /// <summary>A number of bytes becomes readable.</summary>
    Arrive,

    /// <summary>The peer's FIN becomes readable.</summary>
    Fin,

    /// <summary>The peer's reset comes.</summary>
    Reset,

    /// <summary>The peer has read: there is room to send again; or a wait for memory is over.</summary>
    Kick,

    /// <summary>A datagram of a client comes to where it was sent.</summary>
    Datagram,

    /// <summary>A listener's datagram comes to the client.</summary>
    Answer,

    /// <summary>An ICMP error comes to a client of datagrams; the value is the errno.</summary>
    Refusal,
}

/// <summary>
/// One entry of the queue, with the bytes of a datagram; stale when the stream's serial number has moved on.
/// </summary>
internal readonly record struct NetworkEvent(
    long AtNs, long Sequence, NetworkEventKind Kind, StreamEnd End, int Serial, int Value, byte[]? Bytes)
{
    /// <summary>Orders events by time, then by the order of asking: the same seed gives the same order.</summary>
    public bool IsBefore(in NetworkEvent other) =>
        AtNs != other.AtNs ? AtNs < other.AtNs : Sequence < other.Sequence;
}
