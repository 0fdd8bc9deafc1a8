namespace Throng.Engine;

/// <summary>What a completion tells.</summary>
public enum Operation : byte
{
    None = 0,

    /// <summary>A listener has a new connection; <see cref="Completion.Result"/> is the listener's number.</summary>
    Accepted,

    /// <summary>
    /// A listener could not accept: <see cref="Completion.Result"/> is -errno, the handle's slot its number.
    /// </summary>
    AcceptFailed,

    /// <summary>The handshake of a connection we opened is done.</summary>
    Opened,

    /// <summary>
    /// Bytes came; <see cref="Completion.Bytes"/> is released after the handler unless it forwards them.
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

    /// <summary>The answer to a question for facts; <see cref="Completion.Result"/> is 0 or -errno.</summary>
    Facts,
}

/// <summary>One result of a backend.</summary>
public readonly record struct Completion(Handle Connection, Operation Kind, int Result, Lease Bytes, long AtNs);
