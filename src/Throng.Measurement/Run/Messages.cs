namespace Throng.Measurement;

/// <summary>
/// What became of the messages. Offered = not_sent + sent; sent = answered + timed_out + lost, after the drain.
/// </summary>
public sealed record Messages
{
    /// <summary>Arrivals that fell due.</summary>
    public long Offered { get; init; }

    /// <summary>Fell due and were never sent; they are not dropped from the schedule silently.</summary>
    public long NotSent { get; init; }

    public long Sent { get; init; }

    public long Answered { get; init; }

    /// <summary>Answers that came after their message had been counted as timed out.</summary>
    public long Late { get; init; }

    public long TimedOut { get; init; }

    /// <summary>Sent on a connection that ended before the answer.</summary>
    public long Lost { get; init; }

    /// <summary>Answers that were not what was asked for; part of <see cref="Answered"/>.</summary>
    public long Invalid { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }
}
