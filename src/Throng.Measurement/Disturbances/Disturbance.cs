namespace Throng.Measurement;

/// <summary>
/// A time in which one lasting connection did not do what it is there for: from when the first message was due that
/// was answered late, or never, to the arrival of the first good answer.
/// </summary>
public readonly record struct Disturbance
{
    /// <summary>The connection's number in the run. Whatever connection takes its place has the same one.</summary>
    public required int Connection { get; init; }

    /// <summary>Since the run's start.</summary>
    public required long StartNs { get; init; }
    public required long EndNs { get; init; }

    /// <summary>
    /// When the connection, or the one before it in its place, last had a good answer; null: never. Nothing is known of
    /// the time from there to the start.
    /// </summary>
    public long? LastGoodNs { get; init; }

    /// <summary>Why the connection ended, if it did; else what was first wrong with its messages.</summary>
    public required DisturbanceCause Cause { get; init; }

    /// <summary>The connection ended in it.</summary>
    public bool IsLost { get; init; }

    /// <summary>How often a connection of that number ended in it: those that took its place may end too, before
    /// their first answer.</summary>
    public int Losses { get; init; }

    /// <summary>No good answer came any more: it lasted longer than to <see cref="EndNs"/>, where the run ended or
    /// the connection was given up.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Another one took its place and was answered.</summary>
    public bool IsReconnected { get; init; }

    /// <summary>Segments its connections sent again since the disturbance before.</summary>
    public long Retransmits { get; init; }

    public long DurationNs => EndNs - StartNs;

    /// <summary>The same, and open at least until then if it is open at all: nothing came in the place of what had
    /// ended.</summary>
    /// <param name="heldNs">End of the plateau.</param>
    public Disturbance OpenUntil(long heldNs) => IsOpen ? this with { EndNs = Math.Max(EndNs, heldNs) } : this;
}
