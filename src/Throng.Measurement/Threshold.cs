namespace Throng.Measurement;

/// <summary>
/// One condition on a result, <c>METRIC[.STAT] OP VALUE[UNIT|%]</c>: of <c>--fail-on</c>, which must not be true, or of
/// <c>--require</c>, which must be. Where the metric has no data both fail: a condition on nothing proves nothing.
/// Operators: &gt; &gt;= &lt; &lt;= = == !=.
/// <para>
/// VALUE is read by the metric's unit: a duration with its unit (<c>20ms</c>), a size or count (<c>10k</c>), a rate
/// (<c>20k</c>), or a word (<see cref="TextMetric"/>). With <c>%</c> it is a share of the metric's whole (messages.lost
/// of messages.sent); a metric without a whole refuses it.
/// </para>
/// </summary>
public sealed class Threshold
{
    private const string Form = "write METRIC[.STAT] OP VALUE such as 'response.p99 > 20ms' or 'messages.lost > 0.1%'";

    private readonly ThresholdOperator _operator;
    private readonly MetricReading? _whole;
    private readonly double _limit;
    private readonly TextMetric? _textMetric;
    private readonly string _word = "";

    private Threshold(string text, MetricReading metric, MetricReading? whole, ThresholdOperator op, double limit)
    {
        Text = text;
        Metric = metric;
        _whole = whole;
        _operator = op;
        _limit = limit;
    }

    private Threshold(string text, TextMetric metric, ThresholdOperator op, string word)
    {
        Text = text;
        _textMetric = metric;
        _operator = op;
        _word = word;
    }

    /// <summary>As written, without the spaces around it.</summary>
    public string Text { get; }

    /// <summary>The number that is compared; null where it is a word.</summary>
    public MetricReading? Metric { get; }

    /// <summary>Reads one; the error says what is wrong and how to write it.</summary>
    public static bool TryParse(string text, out Threshold threshold, out string error) =>
        TryParse(text, isSaved: false, out threshold, out error);

    /// <summary>
    /// Judges a run. The outcome's value is the metric's own, in the unit of its key; of a share it is the share.
    /// </summary>
    /// <param name="isRequired">Whether it has to be true, as of --require; else it must not be.</param>
    public ThresholdOutcome Judge(RunDocument run, bool isRequired = false)
    {
        bool? required = isRequired ? true : null;
        if (_textMetric is not null)
        {
            string? word = _textMetric.Read(run);
            bool isSaid = word is { Length: > 0 }
                && _textMetric.Is(word, _word) == (_operator == ThresholdOperator.Equal);
            return new ThresholdOutcome(Text, word is { Length: > 0 } && isSaid == isRequired, null)
            {
                Word = word is { Length: > 0 } ? word : null, Required = required,
            };
        }

        double? value = Metric!.Read(run);
        if (_whole is not null)
        {
            double? whole = _whole.Read(run);
            value = value is null || whole is null or 0 ? null : value / whole;
        }

        bool isOk = value is { } known && IsTrue(_operator, known, _limit) == isRequired;
        return new ThresholdOutcome(Text, isOk, value) { Required = required };
    }

    /// <summary>An outcome of this threshold for people: <c>response.p99 &gt; 20ms: 31.2 ms, failed</c>.</summary>
    public static string Describe(ThresholdOutcome outcome)
    {
        string value = outcome.Word is { } word ? word
            : outcome.Value is { } number && TryParse(outcome.Text, isSaved: true, out Threshold threshold, out _)
                && threshold.Metric is { } metric
                ? threshold._whole is not null ? Units.Percent(number) : metric.Text(number)
            : "no data";
        return $"{outcome.Text}: {value}, {(outcome.IsOk ? "passed" : "failed")}";
    }

    /// <param name="isSaved">Read from a document: some of an older version's are not taken any more.</param>
    private static bool TryParse(string text, bool isSaved, out Threshold threshold, out string error)
    {
        threshold = null!;
        if (!TrySplit(text, Form, out string name, out ThresholdOperator op, out string value, out error))
        {
            return false;
        }

        if (TextMetric.Find(name) is { } words)
        {
            bool isWord = value.Length > 0 && op is ThresholdOperator.Equal or ThresholdOperator.NotEqual;
            error = isWord ? "" : $"'{text}' is not a threshold: '{words.Name}' is a word; write = or != and one";
            threshold = new Threshold(text.Trim(), words, op, value);
            return isWord;
        }

        if (!Metrics.TryFind(name, out MetricReading reading, out error))
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

        if (!isPercent && IsBareTime(value, reading.Unit) && !isSaved)
        {
            error = $"'{text}' is not a threshold: '{reading.Name}' is a time and {value} has no unit; write "
                + $"{value}ms, {value}us or {value}s";
            return false;
        }

        if (!TryLimit(value, isPercent, reading.Unit, out double limit, out error))
        {
            error = $"'{text}' is not a threshold: {error}";
            return false;
        }

        threshold = new Threshold(text.Trim(), reading, whole, op, limit);
        return true;
    }

    /// <summary>Whether a time other than 0 has no unit: a second is easily taken for a millisecond.</summary>
    internal static bool IsBareTime(string value, MetricUnit unit) => unit == MetricUnit.Nanoseconds
        && value.Any(letter => letter is >= '1' and <= '9')
        && value.All(letter => char.IsAsciiDigit(letter) || letter == '.');

    internal static bool IsTrue(ThresholdOperator op, double value, double limit) => op switch
    {
        ThresholdOperator.Above => value > limit,
        ThresholdOperator.AtLeast => value >= limit,
        ThresholdOperator.Below => value < limit,
        ThresholdOperator.AtMost => value <= limit,
        ThresholdOperator.Equal => value == limit,
        _ => value != limit,
    };

    /// <summary>The metric's name, the comparison, and what stands behind it.</summary>
    /// <param name="form">How such a condition is written, for an error.</param>
    internal static bool TrySplit(
        string text, string form, out string name, out ThresholdOperator op, out string value, out string error)
    {
        int at = text.AsSpan().IndexOfAny("<>=!");
        int end = at + (at >= 0 && at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1);
        (bool isKnown, op) = (at < 0 ? "" : text[at..end]) switch
        {
            ">" => (true, ThresholdOperator.Above),
            ">=" => (true, ThresholdOperator.AtLeast),
            "<" => (true, ThresholdOperator.Below),
            "<=" => (true, ThresholdOperator.AtMost),
            "=" or "==" => (true, ThresholdOperator.Equal),
            "!=" => (true, ThresholdOperator.NotEqual),
            _ => (false, default),
        };
        name = isKnown ? text[..at].Trim() : "";
        value = text[end..].Trim();
        error = isKnown ? "" : $"'{text}' is not a threshold: it has no comparison (> >= < <= = !=); {form}";
        return isKnown;
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
