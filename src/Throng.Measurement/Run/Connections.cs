using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// Counts of what became of the connections. Opened = open + sum of closed; attempts (in <see cref="ConnectPhase"/>) =
/// opened + sum of connect_failed, where attempts still under way at the end count as <see
/// cref="CloseReason.Cancelled"/>. In the document of a run that goes on, attempts = opened + sum of connect_failed +
/// connecting.
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

    /// <summary>Being connected when the document was written; null of a run that has ended, and of a server.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Description("Being connected when the document was written; absent when the run has ended. Then connect.attempts "
        + "= opened + sum of connect_failed + connecting.")]
    public long? Connecting { get; init; }

    public ReasonCounts Closed { get; init; } = [];

    public ReasonCounts ConnectFailed { get; init; } = [];

    /// <summary>The kernel's errors behind the reason <c>other</c>, by name.</summary>
    public ReasonCounts OtherErrnos { get; init; } = [];

    /// <summary>Opened again in the place of a lost one; part of <see cref="Opened"/>.</summary>
    public long Reconnected { get; init; }

    /// <summary>Ended before the drain by something other than this end's intention.</summary>
    public long Lost { get; init; }

    /// <summary>Most that had had an answer at one time, looked at four times a second; null when nothing was asked.
    /// </summary>
    public long? ServedPeak { get; init; }

    /// <summary>Gave up a message before they had had one answer.</summary>
    public long Unserved { get; init; }

    /// <summary>Waits of this end before it tried a target again after failures, over all targets.</summary>
    public long Pauses { get; init; }

    /// <summary>How long those waits were in all; two targets wait side by side.</summary>
    public long PausedNs { get; init; }

    /// <summary>Kept connections that the peer ended while they were wanted.</summary>
    public PeerEnds EndedByPeer { get; init; } = PeerEnds.None;

    /// <summary>From the end of the ramp-up to the beginning of the drain; null when the ramp-up never ended.</summary>
    public long? PlateauNs { get; init; }
}
