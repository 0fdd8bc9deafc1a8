using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// Connections that the peer ended before the drain, in order or by a reset, while they were wanted: what each had done
/// by then. Empty summaries when there was none.
/// </summary>
public sealed record PeerEnds
{
    /// <summary>A connection that its peer ended sooner than this, without an answer, was turned away.</summary>
    public const long TurnedAwayNs = 100 * Ns.Millisecond;

    /// <summary>No connection was ended by its peer.</summary>
    public static PeerEnds None { get; } = new();

    /// <summary>When the first and the last of them was ended, since the start of the run; null for none, and in older
    /// documents.</summary>
    [JsonPropertyName("first_ns"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FirstNs { get; init; }

    [JsonPropertyName("last_ns"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LastNs { get; init; }

    /// <summary>Since they were opened.</summary>
    [JsonPropertyName("age_ns")]
    public LatencySummary Age { get; init; } = LatencySummary.Empty;

    /// <summary>Since something last came on them, or since they were opened.</summary>
    [JsonPropertyName("idle_ns")]
    public LatencySummary Idle { get; init; } = LatencySummary.Empty;

    /// <summary>How many answers each had had: numbers, not times.</summary>
    [Description("How many answers each had had: numbers, not ns.")]
    public LatencySummary Answers { get; init; } = LatencySummary.Empty;
}
