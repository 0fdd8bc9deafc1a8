namespace Throng.Measurement;

/// <summary>
/// Why a connection ended, or why it never came to be. Each attempt and each open connection ends with exactly one.
/// The members' names are those in results (<see cref="CloseReasons.Name"/>): an old one is never reused for a new
/// meaning.
/// </summary>
public enum CloseReason : byte
{
    None = 0,

    // Our own doing.
    Drained,
    Lowered,
    Finished,

    /// <summary>Still under way when the run ended, or ended at once; nobody's failure.</summary>
    Cancelled,

    // The peer's.
    PeerClosed,
    Reset,

    // Noticed by time.
    /// <summary>The kernel gave an open connection up (ETIMEDOUT): nothing of it was acknowledged in time.</summary>
    TimedOut,

    /// <summary>A connect without an answer in time, by this program's clock or the kernel's.</summary>
    ConnectTimeout,
    PingTimeout,
    InvalidReply,

    /// <summary>A RST or an ICMP message instead of a SYN-ACK: the server's, or a firewall's that rejects.</summary>
    Refused,

    /// <summary>No route to the network or host, here (EINVAL: a blackhole) or by an ICMP message.</summary>
    Unreachable,

    /// <summary>No free source port towards the target: EADDRNOTAVAIL, or the plan is used up.</summary>
    NoPort,

    /// <summary>No descriptor or slot left: EMFILE, ENFILE.</summary>
    NoDescriptor,

    /// <summary>No memory in the kernel for a socket or its buffers: ENOMEM, ENOBUFS.</summary>
    NoMemory,
    NotPermitted,

    /// <summary>TLS could not agree, or a certificate was not accepted.</summary>
    TlsFailed,

    /// <summary>Any other errno; its name is among <c>connections.other_errnos</c>.</summary>
    Other,

    /// <summary>
    /// The server closed the connection in order while nothing was under way; it is opened again when it is needed.
    /// </summary>
    IdleClosed,

    /// <summary>TCP was established, and the TLS handshake did not end in time.</summary>
    TlsTimeout,

    /// <summary>Its agent was given up, and others took its part over: whether it is open nobody knows.</summary>
    AgentLost,

    /// <summary>No answer in time, by this program's clock: this end gave it up.</summary>
    ReplyTimeout,
}
