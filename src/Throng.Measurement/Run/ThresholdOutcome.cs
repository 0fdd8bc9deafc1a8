using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>How one <c>--fail-on</c> ended.</summary>
/// <param name="Text">As the user wrote it.</param>
/// <param name="IsOk">False when the condition was true, and when there was no data to judge.</param>
/// <param name="Value">The metric's value, in the unit of its JSON key; null for no data.</param>
public sealed record ThresholdOutcome(string Text, [property: JsonPropertyName("ok")] bool IsOk, double? Value)
{
    /// <summary>The run that was judged, for a merged document; null for a run of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description(RunSource.NameSaid)]
    public string? Source { get; init; }
}
