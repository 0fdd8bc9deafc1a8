using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>Arrivals per second that fell due, and that were served: answered in time.</summary>
public sealed record Rate(
    [property: JsonPropertyName("offered_per_s")] double OfferedPerSecond,
    [property: JsonPropertyName("achieved_per_s")] double AchievedPerSecond);
