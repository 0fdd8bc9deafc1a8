namespace Throng.Measurement;

/// <summary>A connection of a round: how long it was to be silent, and what became of it.</summary>
public sealed record IdleLane
{
    /// <summary>The silence asked for, or the interval of keepalive.</summary>
    public long TriedNs { get; init; }

    public IdleOutcome Outcome { get; init; }

    /// <summary>Silence as it was: from the last packet before it to the message, or to the end; 0 before there was
    /// one.</summary>
    public long SilenceNs { get; init; }

    /// <summary>From the message to its answer, or to the end; null where no message was sent.</summary>
    public long? AnswerNs { get; init; }

    /// <summary>Segments sent again since the message; null where nobody knows.</summary>
    public long? Retransmits { get; init; }

    /// <summary>Why it was not opened or failed, by the name of a close reason; empty else.</summary>
    public string Reason { get; init; } = "";

    /// <summary>It is among those from which the result follows; else it tells nothing, or ended by something else than
    /// its silence.</summary>
    public bool Counts { get; init; }

    /// <summary>Where on the axis of a search its outcome lies: at the silence as it was, or at the interval.</summary>
    public long AtNs(IdleKind kind) => kind == IdleKind.Keepalive ? TriedNs : SilenceNs;
}

/// <summary>Quantity that is searched for: a silence, or an interval.</summary>
public enum IdleKind : byte
{
    /// <summary>How long an established connection may be silent.</summary>
    Established = 0,

    /// <summary>How far apart probes of TCP keepalive may be, so that it lasts beyond that.</summary>
    Keepalive,

    /// <summary>How long a connection may be silent after its client's FIN, so that its server still gets through.
    /// </summary>
    HalfClosed,
}

/// <summary>Purpose of a round.</summary>
public enum IdlePhase : byte
{
    /// <summary>Narrows down.</summary>
    Search = 0,

    /// <summary>Tries what was found again.</summary>
    Confirm,
}

/// <summary>Lanes side by side.</summary>
/// <param name="TookNs">From its first connect to the end of its last connection.</param>
public sealed record IdleRound(IdleKind Kind, IdlePhase Phase, IReadOnlyList<IdleLane> Lanes, long TookNs)
{
    public int Count(IdleOutcome outcome) => Lanes.Count(lane => lane.Outcome == outcome);

    public int Remembered => Count(IdleOutcome.Remembered);

    public int Forgotten => Lanes.Count(lane => IdleOutcomes.IsForgotten(lane.Outcome));

    /// <summary>Lanes that came to be silent.</summary>
    public int Opened => Lanes.Count - Count(IdleOutcome.NotOpened);
}
