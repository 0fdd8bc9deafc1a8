using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// One interval of a run. <see cref="Open"/> and <see cref="Connecting"/> are the state at its end; every other count
/// is what happened within it. In a long run neighbours are merged, and their percentiles are those of all samples
/// of both.
/// </summary>
[Description("One interval. open and connecting are the state at its end, the other counts what happened within.")]
public sealed record SeriesPoint
{
    /// <summary>End of the interval, since the start of the run.</summary>
    [JsonPropertyName("t_ns")]
    public required long TimeNs { get; init; }

    /// <summary>How long it really was: a sampler that was late says so here.</summary>
    public required long IntervalNs { get; init; }

    public long Open { get; init; }

    public long Opened { get; init; }

    public long Closed { get; init; }

    public long Failed { get; init; }

    public long Connecting { get; init; }

    public long Offered { get; init; }

    public long Sent { get; init; }

    public long Answered { get; init; }

    public long TimedOut { get; init; }

    public long Lost { get; init; }

    /// <summary>Messages due while the answer before was still awaited on their connection.</summary>
    public long Dropped { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

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
}
