using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A run at one moment, summed over its workers. Counts are since the start unless they say otherwise.
/// </summary>
public sealed record Sample
{
    /// <summary>Since the run's start.</summary>
    public required long AtNs { get; init; }

    /// <summary>Connections wanted now; 0 for a server.</summary>
    public required long Target { get; init; }

    /// <summary>Open now.</summary>
    public required long Open { get; init; }

    /// <summary>Being connected now.</summary>
    public required long Connecting { get; init; }

    /// <summary>The most that were open at a sampling moment.</summary>
    public required long Peak { get; init; }

    public required long Attempts { get; init; }
    public required long Opened { get; init; }

    /// <summary>Of the opened: those that took the place of a lost one.</summary>
    public required long Reconnected { get; init; }

    /// <summary>Ended connections by reason; only reasons that occurred.</summary>
    public required IReadOnlyList<ReasonCount> Closed { get; init; }

    /// <summary>Failed attempts by reason; only reasons that occurred.</summary>
    public required IReadOnlyList<ReasonCount> ConnectFailed { get; init; }

    public required long ClosedTotal { get; init; }

    /// <summary>Ended for a reason that is not this side's own choice.</summary>
    public required long Lost { get; init; }

    public required long Failed { get; init; }
    public required long BytesSent { get; init; }
    public required long BytesReceived { get; init; }
    /// <summary>Messages that fell due; without a schedule those that were sent.</summary>
    public required long Offered { get; init; }

    public required long MessagesSent { get; init; }
    public required long MessagesAnswered { get; init; }
    public required long MessagesTimedOut { get; init; }
    public required long MessagesLate { get; init; }
    public required long MessagesInvalid { get; init; }
    public required long MessagesLost { get; init; }

    /// <summary>Arrivals whose connection still waited for the answer before.</summary>
    public long MessagesDropped { get; init; }

    /// <summary>Of listeners: datagrams that came, that were sent, and that were dropped here.</summary>
    public long DatagramsReceived { get; init; }
    public long DatagramsSent { get; init; }
    public long DatagramsDropped { get; init; }

    /// <summary>Of a server's exchanges: answered whole; gone before the peer's FIN, and during the answer.</summary>
    public long ExchangesAnswered { get; init; }
    public long ExchangesAborted { get; init; }
    public long ExchangesCut { get; init; }
    public required long PortCollisions { get; init; }

    /// <summary>Accepts the kernel refused (descriptors, memory), and the last errno of them.</summary>
    public required long AcceptFailures { get; init; }
    public required int AcceptErrno { get; init; }

    /// <summary>Segments sent again in this network namespace since the run's start, whoever sent them.</summary>
    public long Retransmits { get; init; }

    /// <summary>CPU time of the workers.</summary>
    public required long UserNs { get; init; }
    public required long SystemNs { get; init; }
}

public readonly record struct ReasonCount(CloseReason Reason, long Count);
