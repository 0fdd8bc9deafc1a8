namespace Throng.Measurement;

/// <summary>What TCP itself counted on this run's connections.</summary>
public sealed record TcpCounters
{
    public long Retransmits { get; init; }

    public long SynRetransmits { get; init; }

    /// <summary>Further counters, written behind the named ones.</summary>
    public Section More { get; init; } = [];
}
