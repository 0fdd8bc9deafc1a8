namespace Throng.Measurement;

/// <summary>One figure of several runs.</summary>
/// <param name="Values">One for each run, in the unit of the metric's key; null where a run has no data.</param>
public sealed record ComparedMetric(MetricReading Metric, IReadOnlyList<double?> Values)
{
    /// <summary>Whether there is nothing to see: 0 in every run that has it.</summary>
    public bool IsNothing => Values.All(value => value is null or 0);

    /// <summary>The values as shares of what they are a part of; null for a metric that is a part of nothing.</summary>
    public ComparedMetric? OfWhole(IReadOnlyList<RunDocument> runs)
    {
        if (Metric.Part is not null || Metric.Metric.Whole is not { } whole)
        {
            return null;
        }

        return this with
        {
            Values = [.. Values.Select((value, at) => value is { } part
                && Metrics.Value(runs[at], whole) is > 0 and var all ? part / all : (double?)null)],
        };
    }

    /// <summary>How many samples each run has of a latency; empty of what is none.</summary>
    public IReadOnlyList<long> Samples { get; init; } = [];

    /// <summary>Whether it is the generator's own in each run; empty where it is in none.</summary>
    public IReadOnlyList<bool> IsOwn { get; init; } = [];

    /// <summary>
    /// Whether a run and the base have so many samples that the difference of a percentile is more than chance.
    /// </summary>
    public bool HasEnough(int run) =>
        Samples.Count == 0 || (Samples[0] >= Metric.SamplesMin && Samples[run] >= Metric.SamplesMin);

    /// <summary>
    /// From the first run to another; null when one of them has no data. Neither better nor worse where a percentile is
    /// of too few samples, or where one of the two is the generator's own.
    /// </summary>
    public Difference? To(int run) => Values[0] is { } baseValue && Values[run] is { } value
        ? Difference.Between(baseValue, value, IsJudged(run) ? Metric.Better : Better.Neither)
        : null;

    private bool IsJudged(int run) => HasEnough(run) && !(IsOwn.Count > 0 && (IsOwn[0] || IsOwn[run]));

    /// <summary>
    /// From the smallest to the largest value, as a share of the median; null without data in every run, or with a
    /// median of 0.
    /// </summary>
    public double? Spread
    {
        get
        {
            double[] known = [.. Values.OfType<double>()];
            RoundSpread spread = RoundSpread.From(known);
            return known.Length < Values.Count || spread.Median == 0
                ? null
                : (spread.Max - spread.Min) / Math.Abs(spread.Median);
        }
    }
}
