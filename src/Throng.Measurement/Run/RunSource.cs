using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>One of the runs that a merged document was made of: what cannot be added up of it.</summary>
public sealed record RunSource
{
    /// <summary>Description in the schema of a key that holds the name of a source.</summary>
    public const string NameSaid = "Of merged runs: the name of the one it comes from.";

    /// <summary>Mostly the name of its file.</summary>
    public required string Name { get; init; }

    public required Host Host { get; init; }

    public required DateTimeOffset Started { get; init; }

    public long DurationNs { get; init; }

    public string EndedBy { get; init; } = "";

    /// <summary>Its own verdict line.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>Its values of the options in which the sources differ, the seed and <c>source</c> among them.</summary>
    [Description("Its values of those in which the sources differ.")]
    public Section Options { get; init; } = [];

    /// <summary>How far its clock was ahead of the controller's in a run on many hosts, by which its times were
    /// corrected, and the most that this is off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ClockAheadNs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ClockBoundNs { get; init; }

    /// <summary>Whether it is the whole result of a part of a run on many hosts; false for one whose result never came,
    /// and whose last figures stand here.</summary>
    [JsonPropertyName("whole")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsWhole { get; init; }

    /// <summary>Its own intervals, timed from its own start.</summary>
    public IReadOnlyList<SeriesPoint> Series { get; init; } = [];
}
