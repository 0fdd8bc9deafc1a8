namespace Throng.Measurement;

/// <summary>All rounds of one server with one number of connections.</summary>
public sealed record BenchStep
{
    public required string Server { get; init; }

    /// <summary>Connections of each round.</summary>
    public required long Concurrency { get; init; }

    /// <summary>Rounds that came to their end.</summary>
    public int Rounds { get; init; }

    public long Exchanges { get; init; }

    /// <summary>Rates of the rounds: exchanges divided by the time from the release to the last answer.</summary>
    public RoundSpread EchoesPerSecond { get; init; }

    /// <summary>Medians of the rounds.</summary>
    public RoundSpread P50Ns { get; init; }

    /// <summary>From handing a message over to the last byte of its answer, all rounds.</summary>
    public LatencySummary Latency { get; init; } = LatencySummary.Empty;

    /// <summary>From the release to handing the first message over, all rounds.</summary>
    public LatencySummary Lag { get; init; } = LatencySummary.Empty;

    /// <summary>Connections without an answer, by what ended them.</summary>
    public ReasonCounts Errors { get; init; } = [];

    /// <summary>CPU time from release to last answer, all rounds; null where the server's process is not known.
    /// </summary>
    public long? ServerUserNs { get; init; }
    public long? ServerSystemNs { get; init; }
    public long ClientUserNs { get; init; }
    public long ClientSystemNs { get; init; }

    /// <summary>
    /// How long the connection took that was the first, second, … of its round to have its answer: the mean of the
    /// rounds, in whole microseconds. Empty unless asked for.
    /// </summary>
    public IReadOnlyList<long> MeanUsByRank { get; init; } = [];
}
