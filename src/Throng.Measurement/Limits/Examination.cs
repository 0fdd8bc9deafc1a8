namespace Throng.Measurement;

/// <summary>Capacity of a host for a plan: the sums, every limit, and which of them is the limit.</summary>
/// <param name="Subject">The plan in one line.</param>
/// <param name="Wanted">Connections the plan wants; null when it names no number.</param>
/// <param name="Arithmetic">The sums, by what they are of.</param>
/// <param name="Rows">The limits in the order shown.</param>
public sealed record Examination(
    string Subject, long? Wanted, IReadOnlyList<ArithmeticLine> Arithmetic, IReadOnlyList<LimitRow> Rows)
{
    /// <summary>Meaning of one of the connections counted, when no plan says it: <c>to each target</c>.</summary>
    public string Each { get; init; } = "";

    /// <summary>The limit: the row that allows the fewest connections; null when none bounds them.</summary>
    public LimitRow? Limit => Rows.Where(row => row.Connections is not null).MinBy(row => row.Connections);

    /// <summary>How many connections the limit allows; null when nothing bounds them.</summary>
    public long? Possible => Limit?.Connections;

    /// <summary>The limit once that one is raised; null when there is no other.</summary>
    public LimitRow? Next => Rows.Where(row => row.Connections is not null && row != Limit)
        .MinBy(row => row.Connections);

    public bool Fits => Rows.All(row => row.State != LimitState.TooSmall);

    /// <summary>The rows that refuse the plan, the ones nothing helps against first.</summary>
    public IEnumerable<LimitRow> Refusals =>
        Rows.Where(row => row.State == LimitState.TooSmall).OrderBy(row => row.IsForceable);

    /// <summary>The rows a person should look at.</summary>
    public IEnumerable<LimitRow> Noted => Rows.Where(row => row.State is LimitState.Near or LimitState.TooSmall);

    /// <summary>
    /// Findings of a run of this plan on its limits: a warning for each that is near, or was forced; info where it may
    /// not count at all.
    /// </summary>
    public IEnumerable<Finding> Findings => Noted.Select(row => new Finding(
        row.IsDoubtful ? Severity.Info : Severity.Warning,
        RuleNote.OfLimit(row.Name),
        row.Sentence,
        row.Needs.Length > 0 ? $"{row.Setting}: {row.Has}; needed: {row.Needs}" : $"{row.Setting}: {row.Has}",
        row.Remedy.Length > 0 ? row.Remedy : row.Command));
}

/// <summary>One sum: <c>addresses</c>, <c>16 sources × 28,232 ports × 40 targets = 18,068,480</c>.</summary>
public sealed record ArithmeticLine(string Name, string Text);
