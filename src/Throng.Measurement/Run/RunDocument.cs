using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>
/// One run of one command, as saved: the schema <c>throng.run/1</c>. Immutable; every view is a pure function of it.
/// <para>
/// A part that a command does not have is null here and its key is absent from the JSON (a server has no
/// <see cref="Connect"/>, <c>hold</c> no <see cref="Messages"/>). Inside a part every key is always present; a value
/// that could not be measured is null there.
/// </para>
/// </summary>
public sealed record RunDocument
{
    /// <summary>Value of <c>schema</c>. A key may be added under it, and none goes; one that changes its meaning
    /// raises <see cref="Meanings"/>.</summary>
    public const string SchemaName = "throng.run/1";

    /// <summary>How many of the first, and of the last, connections that ended badly a document has.</summary>
    public const int FailuresMax = 1000;

    public string Schema { get; } = SchemaName;

    public required Tool Tool { get; init; }

    /// <summary>The number of <see cref="Measurement.Meanings"/> that its keys have; null: the first.</summary>
    [Description("Raised when a key comes to mean something else; absent: 1. From 2 on rate.achieved is answers, and "
        + "query.answers leaves out the warm-up; from 3 on lag leaves out query.held_back; from 4 "
        + "on rate.achieved leaves out messages.answered_in_drain.")]
    public long? Meanings { get; init; } = Measurement.Meanings.Current;

    /// <summary>The command's name, which is also the key of its own section.</summary>
    [Description("Also the key of the command's own section.")]
    public required string Command { get; init; }

    /// <summary>Id of this run, which no other has; null in merged and in older documents.</summary>
    [Description("Id of this run, which no other has (a UUID); absent where several were merged.")]
    public string? RunId { get; init; }

    /// <summary>Words of --label by their names; null for none.</summary>
    [Description("What --label gave, by name.")]
    public Section? Labels { get; init; }

    /// <summary>Every effective option in the order of the command's help, defaults included.</summary>
    [Description("Every effective option, defaults included.")]
    public Section Options { get; init; } = [];

    public required Host Host { get; init; }

    public required DateTimeOffset Started { get; init; }

    public long DurationNs { get; init; }

    /// <summary>
    /// Cause of the end of the run: <c>duration</c>, <c>signal</c>, <c>until-held</c>, <c>command</c>, ...; of a run
    /// that goes on <c>running</c>.
    /// </summary>
    public string EndedBy { get; init; } = "";

    public Verdict Verdict { get; init; } = Verdict.None;

    public required Connections Connections { get; init; }

    public Messages? Messages { get; init; }

    public ConnectPhase? Connect { get; init; }

    [JsonPropertyName("response_ns")]
    public LatencySummary? Response { get; init; }

    [JsonPropertyName("service_ns")]
    public LatencySummary? Service { get; init; }

    [JsonPropertyName("lag_ns")]
    public LatencySummary? Lag { get; init; }

    public Rate? Rate { get; init; }

    public TcpCounters? Tcp { get; init; }

    public NetworkCounters? Network { get; init; }

    [Description("Of --engine packet: what its interface carried.")]
    public PacketFigures? Packets { get; init; }

    public RunLimits? Limits { get; init; }

    public CpuUse? Cpu { get; init; }

    public MemoryUse? Memory { get; init; }

    public IReadOnlyList<SeriesPoint> Series { get; init; } = [];

    /// <summary>Everything from the end of the series to that of the run; null where it ended with the series.
    /// </summary>
    [Description("What happened in the drain, from the end of the series to that of the run; absent where it ended "
        + "with the series, and in older documents.")]
    public SeriesPoint? Drain { get; init; }

    /// <summary>Whole histograms by interval, in order of time; empty unless asked for, and not part of the JSON.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<TaggedHistogram> Intervals { get; init; } = [];

    public IReadOnlyList<RunEvent> Events { get; init; } = [];

    /// <summary>The first and the last connections that ended badly; null for a server, a run that goes on, and an
    /// older document.</summary>
    [Description("Connections that ended badly: the first 1,000 and the last 1,000 by the time they ended. Absent of a "
        + "server, while a run goes on, and in older documents.")]
    public IReadOnlyList<ConnectionFailure>? Failures { get; init; }

    /// <summary>Failures beyond those in the list; null: none.</summary>
    [Description("How many more there were between the first and the last of failures; absent: none.")]
    public long? FailuresNotKept { get; init; }

    /// <summary>Failures that the file of <c>--failures</c> lacks; null: there is no file.</summary>
    [Description("Of a run with --failures: how many its file lacks, because they were too many at once or the disk "
        + "was full.")]
    public long? FailuresNotWritten { get; init; }

    /// <summary>Null without <c>--pcap</c>.</summary>
    public CaptureFigures? Pcap { get; init; }

    public IReadOnlyList<ThresholdOutcome> Thresholds { get; init; } = [];

    /// <summary>The runs this one was merged of; empty for a run of its own.</summary>
    [Description(
        "Of merged runs: what cannot be added up of each; series is then all of them on one grid of time.")]
    public IReadOnlyList<RunSource> Sources { get; init; } = [];

    /// <summary>Null but for a run on many hosts.</summary>
    public ClusterFigures? Cluster { get; init; }

    /// <summary>Null but for a part of a plan that another process has carried out before.</summary>
    public PartTakenOver? TakenOver { get; init; }

    /// <summary>Findings made before the run began; the verdict takes them over, so the JSON has them there.</summary>
    [JsonIgnore]
    public IReadOnlyList<Finding> Preflight { get; init; } = [];

    /// <summary>Figures that only this command reports, under the command's own name.</summary>
    [JsonIgnore]
    public Section? Own { get; init; }

    /// <summary>Packets were answered below the sockets: of connections nothing is known, not even how many.</summary>
    [JsonIgnore]
    public bool IsStateless => Own?.Find("packets_syn") is not null;

    /// <summary>
    /// Results that only this command's runs have, as an object; null where the figures of the section are all there
    /// is. Written as <see cref="Own"/>.
    /// </summary>
    [JsonIgnore]
    public IOwnResult? Result { get; init; }
}
