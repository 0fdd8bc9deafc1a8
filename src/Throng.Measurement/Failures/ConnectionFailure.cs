using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// A connection that ended badly, or an attempt that became none: neither this end's own choice nor a server's idle
/// timeout. Each failure of the counts is one of these.
/// </summary>
[Description("A connection that ended badly, or an attempt that became none.")]
public sealed record ConnectionFailure
{
    /// <summary>Its number among the failures of its run, from 1: its line in the file of <c>--failures</c>.</summary>
    [Description("Among the failures of its run, from 1: its line in the file of --failures.")]
    public required long Number { get; init; }

    /// <summary>The moment it ended, by the wall clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The moment it was begun, since the start of the run; null: its engine did not note it.</summary>
    [Description("Since the start of the run; null: the engine packet does not note it.")]
    public required long? BeginNs { get; init; }

    /// <summary>Time until it was open; null: it never was, or it is not known when it was begun.</summary>
    [Description("Until it was open; null: it never was, or it is not known when it was begun.")]
    public long? ConnectNs { get; init; }

    /// <summary>The moment it ended, since the start of the run.</summary>
    public required long EndNs { get; init; }

    /// <summary>The protocol: <c>tcp</c> or <c>udp</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>Source address and port; <c>-</c> where there was no port for it.</summary>
    [Description("Source address and port; - where there was none for it.")]
    public required string Local { get; init; }

    public required string Remote { get; init; }

    /// <summary>The name of its <see cref="LifePhase"/>.</summary>
    [Description("Where in its life: connect, tls, open (nothing was owed to it), awaiting (an answer), answering (a "
        + "part had come).")]
    public required string Phase { get; init; }

    /// <summary>The name of its <see cref="CloseReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Error that the kernel gave; 0: it gave none.</summary>
    public long Errno { get; init; }

    /// <summary>Segments that this end sent again, as TCP last told; null where it was not asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Description("Segments this end sent again; absent where TCP was not asked.")]
    public long? Retransmits { get; init; }

    /// <summary>The name that its server gave itself; null where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Description("The name that its server gave itself; absent where it gave none.")]
    public string? Host { get; init; }

    /// <summary>Whether it was one of the new connections of <c>monitor</c>; null in other runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Description("Of monitor: it was one of the new connections, which try whether one works.")]
    public bool? Probe { get; init; }

    /// <summary>The run it happened in, for a merged document; null for a run of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description(RunSource.NameSaid)]
    public string? Source { get; init; }

    public static string PhaseName(LifePhase phase) => phase switch
    {
        LifePhase.Connect => "connect",
        LifePhase.Tls => "tls",
        LifePhase.Awaiting => "awaiting",
        LifePhase.Answering => "answering",
        _ => "open",
    };
}
