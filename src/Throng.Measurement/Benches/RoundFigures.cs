namespace Throng.Measurement;

/// <summary>One round of a bench that counts: of all its connections, or of those of one part of a plan.</summary>
public sealed record RoundFigures
{
    /// <summary>Its place among all rounds of the plan, from 1.</summary>
    public required int Number { get; init; }

    public required string Server { get; init; }

    /// <summary>Connections of the whole round.</summary>
    public required long Concurrency { get; init; }

    /// <summary>Connections of it that were to be opened here.</summary>
    public long Connections { get; init; }

    /// <summary>Its moment came before it could begin here, so that it was left out.</summary>
    public bool IsMissed { get; init; }

    public long Exchanges { get; init; }

    /// <summary>Exchanges that make its rate, and the time that they took: until the last answer of all, or the time
    /// for which messages were sent.</summary>
    public long Counted { get; init; }
    public long TookNs { get; init; }

    /// <summary>From handing a message over to the last byte of its answer; kept of a part only.</summary>
    public LatencySummary Latency { get; init; } = LatencySummary.Empty;

    /// <summary>From the release to handing the first message over; kept of a part only.</summary>
    public LatencySummary Lag { get; init; } = LatencySummary.Empty;

    /// <summary>Connections without an answer, by what ended them.</summary>
    public ReasonCounts Errors { get; init; } = [];

    /// <summary>CPU time from release to last answer; null where the server's process is not known, as in all parts.
    /// </summary>
    public long ClientUserNs { get; init; }
    public long ClientSystemNs { get; init; }
    public long? ServerUserNs { get; init; }
    public long? ServerSystemNs { get; init; }

    /// <summary>Exchanges a second.</summary>
    public double PerSecond => Counted == 0 ? 0 : Counted * 1e9 / Math.Max(1, TookNs);

    /// <summary>The round whose parts these are, without its latencies: it was released everywhere at one moment, and
    /// took as long as the slowest of them.</summary>
    public static RoundFigures Sum(IReadOnlyList<RoundFigures> parts) => parts[0] with
    {
        Connections = parts.Sum(static part => part.Connections),
        IsMissed = parts.Any(static part => part.IsMissed),
        Exchanges = parts.Sum(static part => part.Exchanges),
        Counted = parts.Sum(static part => part.Counted),
        TookNs = parts.Max(static part => part.TookNs),
        Latency = LatencySummary.Empty,
        Lag = LatencySummary.Empty,
        Errors = CounterMerge.ReasonsOf(parts.Select(static part => part.Errors)),
        ClientUserNs = parts.Sum(static part => part.ClientUserNs),
        ClientSystemNs = parts.Sum(static part => part.ClientSystemNs),
    };

    /// <summary>As the document of a part has it.</summary>
    public Section ToSection() => new()
    {
        ["round"] = Number,
        ["server"] = Server,
        ["concurrency"] = Concurrency,
        ["connections"] = Connections,
        ["missed"] = IsMissed,
        ["exchanges"] = Exchanges,
        ["counted"] = Counted,
        ["took_ns"] = TookNs,
        ["latency_ns"] = Latency,
        ["lag_ns"] = Lag,
        ["errors"] = Section.Of(Errors),
        ["client_cpu_ns"] = BenchSection.Cpu(ClientUserNs, ClientSystemNs),
    };
}
