using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// One interval of a run. <see cref="Open"/> and <see cref="Connecting"/> are the state at its end; every other count
/// is what happened within it. In a long run neighbours are merged, and their percentiles are those of all samples
/// of both. All intervals and <see cref="RunDocument.Drain"/> add up to the counts of the run.
/// </summary>
[Description("One interval. open and connecting are the state at its end, the other counts what happened within.")]
public sealed record SeriesPoint
{
    private Counts _all;

    /// <summary>End of the interval, since the start of the run.</summary>
    [JsonPropertyName("t_ns")]
    public required long TimeNs { get; init; }

    /// <summary>The same by the wall clock: the start of the run and <see cref="TimeNs"/>. Null in older documents.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Time { get; init; }

    /// <summary>How long it really was: a sampler that was late says so here.</summary>
    public required long IntervalNs { get; init; }

    /// <summary>Whether it can be added to others: it does not begin after its end, which is less than 146 years away.
    /// </summary>
    [JsonIgnore]
    public bool HasTimes => IntervalNs >= 0 && TimeNs is >= 0 and <= long.MaxValue / 2;

    /// <summary>Everything the workers counted one by one.</summary>
    [JsonIgnore]
    public Counts Counts { get => _all; init => _all = value; }

    public long Open { get; init; }

    public long Opened { get => _all[Counter.Opened]; init => _all[Counter.Opened] = value; }

    public long Closed { get; init; }

    public long Failed { get; init; }

    public long Connecting { get; init; }

    public long Offered { get => _all[Counter.MessagesOffered]; init => _all[Counter.MessagesOffered] = value; }

    public long Sent { get => _all[Counter.MessagesSent]; init => _all[Counter.MessagesSent] = value; }

    public long Answered { get => _all[Counter.MessagesAnswered]; init => _all[Counter.MessagesAnswered] = value; }

    public long TimedOut { get => _all[Counter.MessagesTimedOut]; init => _all[Counter.MessagesTimedOut] = value; }

    /// <summary>Sent and never to be answered; the invalid ones among them.</summary>
    public long Lost { get => _all[Counter.MessagesLost]; init => _all[Counter.MessagesLost] = value; }

    /// <summary>Messages due while the answer before was still awaited on their connection.</summary>
    public long Dropped { get => _all[Counter.MessagesDropped]; init => _all[Counter.MessagesDropped] = value; }

    public long BytesSent { get => _all[Counter.BytesSent]; init => _all[Counter.BytesSent] = value; }

    public long BytesReceived { get => _all[Counter.BytesReceived]; init => _all[Counter.BytesReceived] = value; }

    public long Retransmits { get; init; }

    /// <summary>Null when nothing was answered within the interval.</summary>
    [JsonPropertyName("response_ns")]
    public IntervalLatency? Response { get; init; }

    /// <summary>Null when nothing was sent within the interval.</summary>
    [JsonPropertyName("lag_ns")]
    public IntervalLatency? Lag { get; init; }

    public long UserNs { get; init; }

    public long SystemNs { get; init; }

    /// <summary>Share of the interval in 0..1 that the busiest worker did not wait; null when not sampled.</summary>
    [Range(0, 1)]
    public double? BusyMax { get; init; }

    /// <summary>True where it is the drain, from the end of the plateau to that of the run; null else.</summary>
    [JsonPropertyName("drain")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsDrain { get; init; }
}
