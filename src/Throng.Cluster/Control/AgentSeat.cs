using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>An agent that has parts of a run.</summary>
public sealed class AgentSeat(AgentCard card)
{
    public AgentCard Card { get; set; } = card;

    public string Name => Card.Name;

    public ClockOffset Clock { get; } = new();

    /// <summary>When anything was heard of it last, by the controller's clock.</summary>
    public long HeardNs { get; internal set; }

    /// <summary>
    /// It can have been active so long without being heard, by the controller's wall clock: an agent is silent between
    /// two figures, and nobody is heard while the controller is not connected, or while none leads.
    /// </summary>
    public DateTimeOffset ActiveUntil { get; internal set; }

    /// <summary>It was silent for too long, and still is.</summary>
    public bool IsLost { get; internal set; }

    /// <summary>Connections that are possible there for its parts; null: no limit is known.</summary>
    public double? Possible { get; internal set; }

    /// <summary>How far from the moment that all were told its parts began at most; null: it was not told.</summary>
    public TimeSpan? BeginBound { get; internal set; }

    /// <summary>It has not confirmed in time that it begins: it may have begun later than the others, or not.</summary>
    public bool IsLate { get; internal set; }

    /// <summary>Why it takes nothing over; empty: it may.</summary>
    internal string Refuses { get; set; } = "";

    /// <summary>How often parts of it were taken over by others.</summary>
    internal int Losses { get; set; }

    /// <summary>
    /// The time its clock that never jumps showed when it was heard last, and when that was by the controller's.
    /// </summary>
    internal long StampNs { get; private set; }
    internal long StampedNs { get; private set; }

    /// <summary>Id of the question for, or the put over, the key by which it holds its parts; 0: none.</summary>
    internal long HoldId { get; set; }
    internal long NextHoldNs { get; set; }

    /// <summary>When it last wrote that key, by its clock that never jumps; 0: never.</summary>
    internal long HeldAtNs { get; set; }

    /// <summary>It has answered that its parts begin.</summary>
    internal bool HasBegun { get; set; }

    /// <summary>It keeps nothing of the run any more.</summary>
    internal bool IsFree { get; set; }

    internal void Stamp(long theirsNs, long nowNs)
    {
        if (theirsNs > StampNs)
        {
            (StampNs, StampedNs) = (theirsNs, nowNs);
        }
    }
}
