using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// Figures that one step of a search measured: connections opened at a constant rate, each with one outcome. <see
/// cref="Due"/> is <see cref="NotSent"/> plus all outcomes. Latencies without a sample are 0.
/// </summary>
public sealed record StepFigures
{
    /// <summary>Name among <see cref="Others"/> of those that had no end when the step was judged.</summary>
    public const string InFlight = "in_flight";

    /// <summary>The rate that the schedule asked for.</summary>
    [JsonPropertyName("rate_per_s")]
    public required double RatePerSecond { get; init; }

    /// <summary>How long arrivals fell due, without the wait for the last of them to end.</summary>
    public required double Seconds { get; init; }

    /// <summary>Arrivals that fell due.</summary>
    public required long Due { get; init; }

    /// <summary>Arrivals that were never started.</summary>
    public long NotSent { get; init; }

    public long Ok { get; init; }

    /// <summary>The SYN was answered by RST or ICMP.</summary>
    public long Refused { get; init; }

    /// <summary>Ended by RST after the handshake.</summary>
    public long Reset { get; init; }

    public long TimedOut { get; init; }

    /// <summary>Ended in order, without the answer that was due.</summary>
    public long Empty { get; init; }

    /// <summary>No source port was free.</summary>
    public long NoPort { get; init; }

    /// <summary>No descriptor was free.</summary>
    public long NoDescriptor { get; init; }

    /// <summary>All that came to nothing in another way.</summary>
    public long Other { get; init; }

    /// <summary>The others by outcome, as churn names them, and <see cref="InFlight"/>; empty in older documents.
    /// </summary>
    public ReasonCounts Others { get; init; } = [];

    /// <summary>Retransmitted SYNs of the whole network namespace, those of other programs among them.</summary>
    public long SynRetransmits { get; init; }

    /// <summary>Whether a server in this network namespace is the target, so that its overflows can be seen.</summary>
    public bool HasServer { get; init; }

    /// <summary>Accept queues of this network namespace that overflowed; 0 when unknown.</summary>
    public long ListenOverflows { get; init; }

    /// <summary>Median of the whole life of a connection, from its intended start.</summary>
    public long LifeP50Ns { get; init; }

    public long LifeP99Ns { get; init; }

    /// <summary>All lives that came to their end or ran out of time.</summary>
    [JsonPropertyName("life_ns")]
    public LatencySummary Life { get; init; } = LatencySummary.Empty;

    /// <summary>How late the generator itself started what was due.</summary>
    public long LagP99Ns { get; init; }

    /// <summary>Share of its time that the busiest worker was busy, 0 to 1.</summary>
    public double BusyMax { get; init; }

    /// <summary>Share of its time that the worker that waited most was ready and had no CPU, 0 to 1.</summary>
    public double WaitedMax { get; init; }

    /// <summary>For how long the cgroup kept the generator from its CPUs.</summary>
    public long ThrottledNs { get; init; }

    /// <summary>As many connections were unfinished as may be: what was not started waited for the path.</summary>
    public bool InFlightMaxReached { get; init; }

    /// <summary>Figures of each of several generators that had a part of the step, by name; none: there is one.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<KeyValuePair<string, StepFigures>> Generators { get; init; } = [];

    /// <summary>Arrivals that were started: one outcome each.</summary>
    public long Attempts => Due - NotSent;

    /// <summary>Share of what fell due that went well; 0 when nothing did fall due.</summary>
    public double SuccessRatio => Share(Ok, Due);

    /// <summary>Share of what fell due that was started; 0 when nothing did fall due.</summary>
    public double AchievedRatio => Share(Attempts, Due);

    public double SynRetransmitsPerAttempt => Share(SynRetransmits, Attempts);

    public double ListenOverflowsPerAttempt => Share(ListenOverflows, Attempts);

    /// <summary>The generator itself started what was due later than a measurement can bear.</summary>
    public bool IsLate => LagP99Ns > SaturationCause.LagMaxNs;

    /// <summary>The generator had no CPU time left, or was kept from it.</summary>
    public bool IsCpuBound =>
        BusyMax > SaturationCause.BusyMax || ThrottledRatio > SaturationCause.ThrottledMax;

    public double ThrottledRatio => Seconds > 0 ? ThrottledNs / (Seconds * 1e9) : 0;

    private static double Share(long part, long whole) => whole > 0 ? (double)part / whole : 0;
}
