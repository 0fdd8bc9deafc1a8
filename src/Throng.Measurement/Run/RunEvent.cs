using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>Something that changed the run while it ran: a live command, a signal, a disturbance.</summary>
public sealed record RunEvent([property: JsonPropertyName("t_ns")] long TimeNs, string What)
{
    /// <summary>Text of the event that a drain was cut short, by a second signal or because it took too long.</summary>
    public const string Abort = "drain ended at once";

    /// <summary>The same by the wall clock: the start of the run and <see cref="TimeNs"/>. Null in older documents.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The run in which the event happened, for a merged document; null for a run of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description(RunSource.NameSaid)]
    public string? Source { get; init; }
}
