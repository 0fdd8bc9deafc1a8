using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>Every connect that was begun, and how long those took that became a connection.</summary>
public sealed record ConnectPhase(
    long Attempts, [property: JsonPropertyName("latency_ns")] LatencySummary Latency)
{
    /// <summary>The TLS handshakes among them, each a part of its connect; null without TLS.</summary>
    [JsonPropertyName("handshake_ns"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LatencySummary? Handshake { get; init; }
}
