namespace Throng.Measurement;

/// <summary>
/// Counts of what became of the connections. Opened = open + sum of closed; attempts (in <see cref="ConnectPhase"/>) =
/// opened + sum of connect_failed, where attempts still under way at the end count as <see
/// cref="CloseReason.Cancelled"/>.
/// </summary>
public sealed record Connections
{
    /// <summary>How many were asked for; null for a command that has no such aim (a server).</summary>
    public long? Target { get; init; }

    /// <summary>Open when the document was written: after the drain, so mostly 0.</summary>
    public long Open { get; init; }

    /// <summary>Open at the end of the plateau, before the drain.</summary>
    public long Held { get; init; }

    public long Peak { get; init; }

    public long Opened { get; init; }

    public ReasonCounts Closed { get; init; } = [];

    public ReasonCounts ConnectFailed { get; init; } = [];

    /// <summary>The kernel's errors behind the reason <c>other</c>, by name.</summary>
    public ReasonCounts OtherErrnos { get; init; } = [];

    /// <summary>Opened again in the place of a lost one; part of <see cref="Opened"/>.</summary>
    public long Reconnected { get; init; }

    /// <summary>Ended before the drain by something other than this end's intention.</summary>
    public long Lost { get; init; }

    /// <summary>From the end of the ramp-up to the beginning of the drain; null when the ramp-up never ended.</summary>
    public long? PlateauNs { get; init; }
}
