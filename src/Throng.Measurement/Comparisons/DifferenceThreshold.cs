namespace Throng.Measurement;

/// <summary>
/// One <c>METRIC[.STAT] OP ±VALUE[UNIT|%]</c> of a comparison: what a run may differ from the base. It fails when it is
/// true, and also when one of the two has no data. With <c>%</c> the difference is a share of the base, else it is in
/// the metric's unit.
/// </summary>
/// <param name="Text">As written, without the spaces around it.</param>
/// <param name="Limit">In the unit of the metric's key; with <paramref name="IsShare"/> a share of the base.</param>
public sealed record DifferenceThreshold(
    string Text, MetricReading Metric, ThresholdOperator Operator, double Limit, bool IsShare)
{
    private const string Form =
        "write METRIC[.STAT] OP ±VALUE such as 'response.p99 > +10%' or 'connections.held < -5'";

    /// <summary>Reads one; the error says what is wrong and how to write it.</summary>
    public static bool TryParse(string text, out DifferenceThreshold threshold, out string error)
    {
        threshold = null!;
        if (!Threshold.TrySplit(text, Form, out string name, out ThresholdOperator op, out string value, out error)
            || !Metrics.TryFind(name, out MetricReading reading, out error))
        {
            return false;
        }

        if (!value.StartsWith('+') && !value.StartsWith('-'))
        {
            error = $"'{text}' is not a threshold of a difference: its value has no + or -; {Form}";
            return false;
        }

        bool isShare = value.EndsWith('%');
        if (Threshold.IsBareTime(value[1..], reading.Unit))
        {
            error = $"'{text}' is not a threshold of a difference: '{reading.Name}' is a time and {value} has no unit; "
                + $"write {value}%, {value}ms, {value}us or {value}s";
            return false;
        }

        if (!Threshold.TryLimit(value[1..], isShare, reading.Unit, out double limit, out error))
        {
            error = $"'{text}' is not a threshold: {error}";
            return false;
        }

        threshold = new DifferenceThreshold(text.Trim(), reading, op, value[0] == '-' ? -limit : limit, isShare);
        return true;
    }

    /// <summary>Judges a run against the base.</summary>
    public DifferenceOutcome Judge(RunDocument baseRun, NamedRun run)
    {
        double? from = Metric.Read(baseRun);
        double? to = Metric.Read(run.Run);
        double? difference = from is { } baseValue && to is { } value ? DifferenceOf(baseValue, value) : null;
        bool isOk = difference is { } known && !Threshold.IsTrue(Operator, known, Limit);
        return new DifferenceOutcome(this, run.Name, isOk, from, to, difference);
    }

    // Anything against nothing is more than any share of it.
    private double DifferenceOf(double from, double to) => !IsShare ? to - from
        : Difference.Between(from, to, Better.Neither).Ratio
            ?? (to > from ? double.PositiveInfinity : double.NegativeInfinity);
}
