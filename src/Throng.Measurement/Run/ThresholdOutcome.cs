using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>How one <c>--fail-on</c> or <c>--require</c> ended.</summary>
/// <param name="Text">As the user wrote it.</param>
/// <param name="IsOk">False when the condition was true, of --require when it was not; and when there was no data.
/// </param>
/// <param name="Value">The metric's value, in the unit of its JSON key; null for no data, and for a word.</param>
public sealed record ThresholdOutcome(string Text, [property: JsonPropertyName("ok")] bool IsOk, double? Value)
{
    /// <summary>The value of a metric that is a word; null for a number and for no data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The value, of a metric that is a word.")]
    public string? Word { get; init; }

    /// <summary>True of --require, whose condition has to be true; null of --fail-on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Description("True of --require, whose condition has to be true; absent of --fail-on.")]
    public bool? Required { get; init; }

    /// <summary>The option that it was a condition of.</summary>
    [JsonIgnore]
    public string Option => Required == true ? "--require" : "--fail-on";

    /// <summary>The run that was judged, for a merged document; null for a run of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description(RunSource.NameSaid)]
    public string? Source { get; init; }
}
