namespace Throng.Engine;

/// <summary>Kind of event that a completion reports.</summary>
public enum Operation : byte
{
    None = 0,

    /// <summary>A listener has a new connection; <see cref="Completion.Result"/> is the listener's number.</summary>
    Accepted,

    /// <summary>The handshake of a connection we opened is done.</summary>
    Opened,

    /// <summary>
    /// Bytes came; <see cref="Completion.Bytes"/> is released after the handler unless it forwards them. None for an
    /// empty datagram.
    /// </summary>
    Received,

    /// <summary>The peer will send nothing more (its FIN was read).</summary>
    PeerFinished,

    /// <summary>
    /// <see cref="Completion.Result"/> bytes were handed to the kernel at <see cref="Completion.AtNs"/>.
    /// </summary>
    Sent,

    /// <summary>
    /// The end: nothing of this connection follows. <see cref="Completion.Result"/> is 0 when we asked for it, else
    /// the -errno that ended it.
    /// </summary>
    Closed,

    /// <summary>
    /// A datagram connection was told by an ICMP error that a datagram of it did not arrive, or this host refused to
    /// send one, which was told as Sent; <see cref="Completion.Result"/> is the -errno. The connection goes on.
    /// </summary>
    Refused,

    /// <summary>The answer to a question for facts; <see cref="Completion.Result"/> is 0 or -errno.</summary>
    Facts,

    // From here on: of a listener; the handle's slot is its number, and there is no connection.

    /// <summary>A listener could not accept: <see cref="Completion.Result"/> is -errno.</summary>
    AcceptFailed,

    /// <summary>One datagram came, whole; its addresses are those of <see cref="IBackend.RouteOf"/>.</summary>
    Datagram,

    /// <summary>A datagram of <see cref="Completion.Result"/> bytes was handed to the kernel.</summary>
    DatagramSent,

    /// <summary>
    /// A datagram was not sent, or came and did not fit a buffer (EMSGSIZE); <see cref="Completion.Result"/> is
    /// -errno.
    /// </summary>
    DatagramDropped,
}

/// <summary>One result of a backend.</summary>
public readonly record struct Completion(Handle Connection, Operation Kind, int Result, Lease Bytes, long AtNs);
