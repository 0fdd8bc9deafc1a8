namespace Throng.Originals;

/// <summary>Settings that a ctraffic client was given.</summary>
public sealed record CtrafficPlan
{
    /// <summary>KB a second over all connections.</summary>
    public double Rate { get; init; }

    public long Connections { get; init; }

    public int PacketSize { get; init; }

    public long TimeoutNs { get; init; }

    /// <summary>none, summary or all.</summary>
    public string Stats { get; init; } = "";

    /// <summary>Says a line a second.</summary>
    public bool Monitors { get; init; }

    public bool Reconnects { get; init; }

    /// <summary>Connections and those that took their place, at most.</summary>
    public long SlotsMax { get; init; }

    /// <summary>tcp or udp.</summary>
    public string Network { get; init; } = "";

    public bool TellsAll => Stats == "all";
}
