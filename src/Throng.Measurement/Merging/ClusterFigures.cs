using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>A run on many hosts: how many there were, and what is not known of those that were lost.</summary>
public sealed record ClusterFigures
{
    /// <summary>Agents that had a part.</summary>
    public required long Agents { get; init; }

    /// <summary>Parts of the plan.</summary>
    public required long Parts { get; init; }

    /// <summary>Parts whose result never came.</summary>
    public long PartsLost { get; init; }

    /// <summary>
    /// Messages that lost parts may have offered after their last figures, at most: in no other count. Null for a
    /// closed loop, which no schedule bounds.
    /// </summary>
    public long? Unaccounted { get; init; }

    /// <summary>Messages that the plan had for lost parts and that were not offered: in no other count.</summary>
    public long NotOffered { get; init; }

    /// <summary>Parts of lost agents that others have taken over; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MovedPart>? TakenOver { get; init; }
}
