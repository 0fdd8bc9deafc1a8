using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// Counters and samples that TCP itself reports. The two counts are exact, but cover the whole network namespace, so
/// other programs' are among them. The rest comes from looking at the run's own connections in turn: it describes those
/// in <see cref="Sampled"/>, not all of them.
/// </summary>
[Description("Further facts may stand behind these.")]
public sealed record TcpCounters
{
    /// <summary>Segments sent again in this network namespace during the run; null where it is not told.</summary>
    public long? Retransmits { get; init; }

    /// <summary>
    /// SYNs and SYN-ACKs among <see cref="Retransmits"/>; null where the kernel does not report them.
    /// </summary>
    public long? SynRetransmits { get; init; }

    /// <summary>Connections looked at in the last round through all of them, or in the one begun.</summary>
    public long Sampled { get; init; }

    /// <summary>How many there were to look at.</summary>
    public long SampledOf { get; init; }

    /// <summary>Segments that the sampled ones have sent again, each over its life.</summary>
    public long SampledRetransmits { get; init; }

    /// <summary>Segments that the sampled ones had on the way when looked at.</summary>
    public long SampledUnacked { get; init; }

    /// <summary>
    /// The most of them in one round that had sent probes in a row without an answer. A connection whose address or
    /// link is gone here sends probes and no segment again, so its retransmits stay as they are.
    /// </summary>
    public long SampledProbing { get; init; }

    /// <summary>
    /// Packets of this network namespace that found no route here during the run; null where it is not told.
    /// </summary>
    public long? NoRoutes { get; init; }

    /// <summary>The kernel's smoothed round trip times of the sampled ones; one sample each.</summary>
    [JsonPropertyName("rtt_ns")]
    public LatencySummary Rtt { get; init; } = LatencySummary.Empty;

    /// <summary>Why none could be looked at; null when that was not refused.</summary>
    public string? SamplingRefused { get; init; }

    /// <summary>Further counters, written behind the named ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWriting)]
    public Section More { get; init; } = [];
}
