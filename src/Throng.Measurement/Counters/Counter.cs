namespace Throng.Measurement;

/// <summary>
/// Everything a worker counts for one role. Ends stand before the beginnings they belong to, and are read in this
/// order: a reader between two writes then sees too many open or under way rather than too few.
/// </summary>
public enum Counter : byte
{
    /// <summary>
    /// Exchanges of a server: answers handed to the kernel whole; peers that were gone before their FIN; and peers that
    /// were gone after it, before they had the whole answer.
    /// </summary>
    ExchangesAnswered,
    ExchangesAborted,
    ExchangesCut,

    /// <summary>
    /// Kept connections with an answer: those of them that have ended, and those that had their first one. And those
    /// that gave up a message before their first one.
    /// </summary>
    ServedEnded,
    Served,
    Unserved,

    /// <summary>Waits before a target was tried again after failures, and how long they were to be in all.</summary>
    Pauses,
    PausedNs,

    /// <summary>Opened connections that took the place of a lost one.</summary>
    Reconnected,
    Opened,
    Attempts,

    BytesSent,
    BytesReceived,
    MessagesAnswered,
    MessagesTimedOut,

    /// <summary>Answers to messages that had been counted as timed out.</summary>
    MessagesLate,

    /// <summary>Answers to nothing that was asked on their connection, or asked once and answered twice.</summary>
    MessagesUnsolicited,
    MessagesInvalid,

    /// <summary>Refused ones that a filter of this host forbade.</summary>
    MessagesNotPermitted,

    /// <summary>Lost ones that an ICMP error was told of, or that this host refused to send.</summary>
    MessagesRefused,
    MessagesLost,

    /// <summary>Arrivals whose connection still waited for the answer before.</summary>
    MessagesDropped,
    MessagesSent,

    /// <summary>Messages that fell due, which the schedule says; without one those that were sent.</summary>
    MessagesOffered,

    /// <summary>
    /// Datagrams of listeners, not of connections: sent, dropped here, and those that came. The last one stays the last
    /// (<see cref="Counts.Length"/>).
    /// </summary>
    DatagramsSent,
    DatagramsDropped,
    DatagramsReceived,
}
