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
    public required long Requested { get; init; }

    /// <summary>Open now.</summary>
    public required long Open { get; init; }

    /// <summary>Being connected now.</summary>
    public required long Connecting { get; init; }

    /// <summary>The most that were open at a sampling moment.</summary>
    public required long Peak { get; init; }

    /// <summary>Everything the workers count one by one.</summary>
    public required Counts Counts { get; init; }

    /// <summary>Ended connections by reason; only reasons that occurred.</summary>
    public required ReasonCounts Closed { get; init; }

    /// <summary>Failed attempts by reason; only reasons that occurred.</summary>
    public required ReasonCounts ConnectFailed { get; init; }

    /// <summary>The errnos of those of reason <c>other</c>, by name.</summary>
    public ReasonCounts OtherErrnos { get; init; } = [];

    public long ClosedTotal => Closed.Total;

    /// <summary>Ended for a reason that is not this side's own choice.</summary>
    public required long Lost { get; init; }

    public required long Failed { get; init; }
    public required long PortCollisions { get; init; }

    /// <summary>Accepts the kernel refused (descriptors, memory), and the last errno of them.</summary>
    public required long AcceptFailures { get; init; }
    public required int AcceptErrno { get; init; }

    /// <summary>Segments sent again in this network namespace since the run's start, whoever sent them.</summary>
    public long Retransmits { get; init; }

    /// <summary>CPU time of the workers.</summary>
    public required long UserNs { get; init; }
    public required long SystemNs { get; init; }

    /// <summary>Open connections that have had an answer.</summary>
    public long Served => this[Counter.Served] - this[Counter.ServedEnded];

    /// <summary>Messages sent that have come to no end yet.</summary>
    public long MessagesUnderWay => this[Counter.MessagesSent] - this[Counter.MessagesAnswered]
        - this[Counter.MessagesTimedOut] - this[Counter.MessagesLost] - this[Counter.MessagesInvalid];

    public long this[Counter counter] => Counts.Of(counter);
}
