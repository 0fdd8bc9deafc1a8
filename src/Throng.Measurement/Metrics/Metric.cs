namespace Throng.Measurement;

/// <summary>
/// One declared metric: a number, a latency (asked for by statistic: <c>response.p99</c>) or outcomes by reason (the
/// total, or one reason: <c>connections.connect_failed.refused</c>).
/// </summary>
public sealed class Metric
{
    private readonly Func<RunDocument, double?>? _number;
    private readonly Func<RunDocument, LatencySummary?>? _latency;
    private readonly Func<RunDocument, ReasonCounts?>? _reasons;

    private Metric(
        Func<RunDocument, double?>? number = null, Func<RunDocument, LatencySummary?>? latency = null,
        Func<RunDocument, ReasonCounts?>? reasons = null)
    {
        _number = number;
        _latency = latency;
        _reasons = reasons;
    }

    /// <summary>Path in the JSON document without the suffix of the unit.</summary>
    public required string Name { get; init; }

    public required MetricUnit Unit { get; init; }

    public required Better Better { get; init; }

    public required Joined OverTime { get; init; }

    public required Joined OverWorkers { get; init; }

    /// <summary>One line.</summary>
    public required string Definition { get; init; }

    /// <summary>The metric that this one is a part of, so that a percentage of it means something; or null.</summary>
    public string? Whole { get; init; }

    /// <summary>Whether it may fall while a run goes on: it is worked out anew each time, or is a state.</summary>
    public bool CanFall { get; private set; }

    /// <summary>Path in the JSON document, unit included.</summary>
    public string Key => KeyOf(Name, Unit);

    public bool IsLatency => _latency is not null;

    public bool IsByReason => _reasons is not null;

    /// <summary>Parts of the metric that can be asked for by themselves: statistics of a latency, reasons.</summary>
    public IReadOnlyList<string> Parts { get; private init; } = [];

    public static Metric Number(
        string name, MetricUnit unit, Better better, Joined overTime, Joined overWorkers, string definition,
        Func<RunDocument, double?> value, string? whole = null) => new(number: value)
        {
            Name = name, Unit = unit, Better = better, OverTime = overTime, OverWorkers = overWorkers,
            Definition = definition, Whole = whole,
        };

    /// <summary>A plain counter: adds up over time and workers.</summary>
    public static Metric Counter(
        string name, Better better, string definition, Func<RunDocument, double?> value, string? whole = null) =>
        Number(name, MetricUnit.Count, better, Joined.Sum, Joined.Sum, definition, value, whole);

    public static Metric Time(
        string name, string definition, Func<RunDocument, LatencySummary?> value, Better better = Better.Lower) =>
        new(latency: value)
        {
            Name = name, Unit = MetricUnit.Nanoseconds, Better = better, OverTime = Joined.Merge,
            OverWorkers = Joined.Merge, Definition = definition, Parts = LatencyStat.Names,
        };

    public static Metric Reasons(
        string name, Better better, string definition, Func<RunDocument, ReasonCounts?> value, string? whole = null) =>
        new(reasons: value)
        {
            Name = name, Unit = MetricUnit.Count, Better = better, OverTime = Joined.Sum, OverWorkers = Joined.Sum,
            Definition = definition, Whole = whole, Parts = [.. CloseReasons.All.Select(CloseReasons.Name)],
        };

    /// <summary>Outcomes by reason in that section.</summary>
    /// <param name="parts">Every reason that can be there.</param>
    public static Metric ReasonsOfSection(
        string name, Better better, string definition, IReadOnlyList<string> parts, string whole)
    {
        string[] path = name.Split('.');
        return new(reasons: run => Find(run, path) is { Kind: NodeKind.Section } found ? CountsOf(found.Section) : null)
        {
            Name = name, Unit = MetricUnit.Count, Better = better, OverTime = Joined.Sum, OverWorkers = Joined.Sum,
            Definition = definition, Whole = whole, Parts = parts,
        };
    }

    /// <summary>
    /// A number in the section under a command's own name, read from there by its <see cref="Key"/>; no data in the
    /// documents of other commands.
    /// </summary>
    public static Metric OfSection(
        string name, MetricUnit unit, Better better, Joined overTime, Joined overWorkers, string definition,
        string? whole = null)
    {
        string[] path = KeyOf(name, unit).Split('.');
        return Number(name, unit, better, overTime, overWorkers, definition,
            run => Find(run, path) is { Kind: NodeKind.Integer or NodeKind.Real } number ? number.Real : null, whole);
    }

    /// <summary>A latency in that section; where it is there and has no samples every statistic is 0.</summary>
    public static Metric TimeOfSection(string name, string definition)
    {
        string[] path = KeyOf(name, MetricUnit.Nanoseconds).Split('.');
        return Time(name, definition, run => Find(run, path) is { Kind: NodeKind.Latency } found
            ? found.Latency is { Count: > 0 } sampled ? sampled : LatencySummary.Zero
            : null);
    }

    /// <summary>Says, where the metric is declared, that it may fall while a run goes on.</summary>
    public Metric Falling()
    {
        CanFall = true;
        return this;
    }

    /// <summary>The whole summary, of a metric that is a latency; null for none.</summary>
    public LatencySummary? LatencyOf(RunDocument run) => _latency?.Invoke(run);

    /// <summary>All reasons, of a metric by reason; null for none.</summary>
    public ReasonCounts? ReasonsOf(RunDocument run) => _reasons?.Invoke(run);

    /// <summary>Null also for what is no number: a document that was read may have null there.</summary>
    internal double? ValueOf(RunDocument run, string? part) =>
        Read(run, part) is { } value && double.IsFinite(value) ? value : null;

    private double? Read(RunDocument run, string? part) => this switch
    {
        { _number: { } number } => number(run),
        { _reasons: { } reasons } => part is null ? reasons(run)?.Total : reasons(run)?[part],
        _ => LatencyStat.Read(_latency!(run), part ?? LatencyStat.Default),
    };

    private static string KeyOf(string name, MetricUnit unit) => unit switch
    {
        MetricUnit.Nanoseconds => name + "_ns",
        MetricUnit.PerSecond => name + "_per_s",
        MetricUnit.Bytes when !name.Contains("bytes", StringComparison.Ordinal) => name + "_bytes",
        _ => name,
    };

    private static ReasonCounts CountsOf(Section section)
    {
        ReasonCounts counts = [];
        foreach (KeyValuePair<string, Node> one in section.Where(one => one.Value.Kind == NodeKind.Integer))
        {
            counts.Add(one.Key, one.Value.Integer);
        }

        return counts;
    }

    private static Node? Find(RunDocument run, string[] path)
    {
        if (path[0] != run.Command)
        {
            return null;
        }

        Section? section = run.Own;
        for (int at = 1; at < path.Length - 1; at++)
        {
            section = section?.Find(path[at]) is { Kind: NodeKind.Section } inner ? inner.Section : null;
        }

        return section?.Find(path[^1]);
    }
}
