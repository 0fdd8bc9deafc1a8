namespace Throng.Measurement;

/// <summary>
/// One <c>--fail-on METRIC[.STAT] OP VALUE[UNIT|%]</c>: the run fails when it is true, and also when the metric has no
/// data, since a condition on nothing proves nothing. Operators: &gt; &gt;= &lt; &lt;= == !=.
/// <para>
/// VALUE is read by the metric's unit: a duration (<c>20ms</c>; bare numbers are seconds, as everywhere), a size or
/// count (<c>10k</c>), a rate (<c>20k</c>). With <c>%</c> it is a share of the metric's whole (messages.lost of
/// messages.sent); a metric without a whole refuses it.
/// </para>
/// </summary>
public sealed class Threshold
{
    private const string Form = "write METRIC[.STAT] OP VALUE such as 'response.p99 > 20ms' or 'messages.lost > 0.1%'";

    private readonly MetricReading? _whole;

    private Threshold(string text, MetricReading metric, MetricReading? whole, ThresholdOperator op, double limit)
    {
        Text = text;
        Metric = metric;
        _whole = whole;
        Operator = op;
        Limit = limit;
    }

    /// <summary>As written, without the spaces around it.</summary>
    public string Text { get; }

    public MetricReading Metric { get; }

    public ThresholdOperator Operator { get; }

    /// <summary>In the unit of the metric's key; with <see cref="IsShare"/> in 0..1 of the whole.</summary>
    public double Limit { get; }

    /// <summary>Whether the value compared is a share of the metric's whole.</summary>
    public bool IsShare => _whole is not null;

    /// <summary>Reads one; the error says what is wrong and how to write it.</summary>
    public static bool TryParse(string text, out Threshold threshold, out string error)
    {
        threshold = null!;
        if (!TrySplit(text, Form, out MetricReading reading, out ThresholdOperator op, out string value, out error))
        {
            return false;
        }

        MetricReading? whole = null;
        bool isPercent = value.EndsWith('%');
        if (isPercent && reading.Unit != MetricUnit.Ratio)
        {
            if (reading.Metric.Whole is not { } wholeName)
            {
                error = $"'{text}' is not a threshold: '{reading.Name}' is not a part of anything, so it has no "
                    + "percentage; write the value itself";
                return false;
            }

            _ = Metrics.TryFind(wholeName, out whole, out _);
        }

        if (!TryLimit(value, isPercent, reading.Unit, out double limit, out error))
        {
            error = $"'{text}' is not a threshold: {error}";
            return false;
        }

        threshold = new Threshold(text.Trim(), reading, whole, op, limit);
        return true;
    }

    /// <summary>
    /// Judges a run. The outcome's value is the metric's own, in the unit of its key; of a share it is the share.
    /// </summary>
    public ThresholdOutcome Judge(RunDocument run)
    {
        double? value = Metric.Read(run);
        if (_whole is not null)
        {
            double? whole = _whole.Read(run);
            value = value is null || whole is null or 0 ? null : value / whole;
        }

        return new ThresholdOutcome(Text, IsOk: value is { } known && !IsTrue(Operator, known, Limit), value);
    }

    /// <summary>An outcome of this threshold for people: <c>response.p99 &gt; 20ms: 31.2 ms, failed</c>.</summary>
    public static string Describe(ThresholdOutcome outcome)
    {
        string value = outcome.Value is { } number && TryParse(outcome.Text, out Threshold threshold, out _)
            ? threshold.IsShare ? Units.Percent(number) : threshold.Metric.Text(number)
            : "no data";
        return $"{outcome.Text}: {value}, {(outcome.IsOk ? "passed" : "failed")}";
    }

    internal static bool IsTrue(ThresholdOperator op, double value, double limit) => op switch
    {
        ThresholdOperator.Above => value > limit,
        ThresholdOperator.AtLeast => value >= limit,
        ThresholdOperator.Below => value < limit,
        ThresholdOperator.AtMost => value <= limit,
        ThresholdOperator.Equal => value == limit,
        _ => value != limit,
    };

    /// <summary>The metric, the comparison, and what stands behind it.</summary>
    /// <param name="form">How such a condition is written, for an error.</param>
    internal static bool TrySplit(
        string text, string form, out MetricReading reading, out ThresholdOperator op, out string value,
        out string error)
    {
        int at = text.AsSpan().IndexOfAny("<>=!");
        int end = at + (at >= 0 && at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1);
        (bool isKnown, op) = (at < 0 ? "" : text[at..end]) switch
        {
            ">" => (true, ThresholdOperator.Above),
            ">=" => (true, ThresholdOperator.AtLeast),
            "<" => (true, ThresholdOperator.Below),
            "<=" => (true, ThresholdOperator.AtMost),
            "==" => (true, ThresholdOperator.Equal),
            "!=" => (true, ThresholdOperator.NotEqual),
            _ => (false, default),
        };
        reading = null!;
        value = text[end..].Trim();
        error = $"'{text}' is not a threshold: it has no comparison (> >= < <= == !=); {form}";
        return isKnown && Metrics.TryFind(text[..at].Trim(), out reading, out error);
    }

    internal static bool TryLimit(
        string value, bool isPercent, MetricUnit unit, out double limit, out string error)
    {
        if (isPercent)
        {
            return Units.TryParsePercent(value, out limit, out error);
        }

        bool isRead;
        long whole;
        switch (unit)
        {
            case MetricUnit.Nanoseconds:
                isRead = Units.TryParseDuration(value, out whole, out error);
                break;
            case MetricUnit.PerSecond or MetricUnit.Ratio:
                return Units.TryParseRate(value, out limit, out error);
            default:
                isRead = Units.TryParseCount(value, out whole, out error);
                break;
        }

        limit = whole;
        return isRead;
    }
}
