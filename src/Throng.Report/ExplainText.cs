using Throng.Measurement;

namespace Throng.Report;

/// <summary>Meaning of a metric or a rule, for people; read off the tables in which they are declared.</summary>
public static class ExplainText
{
    /// <summary>A metric, or a statistic or reason of one. Ends in a newline.</summary>
    public static string Render(MetricReading reading)
    {
        Metric metric = reading.Metric;
        TextLines lines = new();
        lines.Paragraph("", reading.Name);
        lines.Paragraph("", metric.Definition);
        lines.Blank();
        if (reading.Part is { } part)
        {
            lines.Row("is", metric.IsLatency ? StatOf(part) : $"how many of {metric.Name} were for the reason {part}");
        }

        lines.Row("unit", UnitOf(reading.Unit));
        lines.Row("better", reading.Better switch
        {
            Better.Higher => "higher",
            Better.Lower => "lower",
            _ => "neither: it describes the run",
        });
        lines.Row("over time", JoinedOf(metric.OverTime));
        lines.Row("over workers", JoinedOf(metric.OverWorkers));
        lines.Row("share of", metric.Whole
            ?? (reading.Unit == MetricUnit.Ratio ? "it is one itself" : "nothing: a condition on it takes no %"));
        lines.Row("in the JSON", reading.Key);
        lines.Row("parts", PartsOf(metric));
        lines.Row("condition", $"--fail-on '{reading.Name} {ExampleOf(reading)}'");
        return lines.ToString();
    }

    /// <summary>A metric that is a word. Ends in a newline.</summary>
    public static string Render(TextMetric metric)
    {
        TextLines lines = new();
        lines.Paragraph("", metric.Name);
        lines.Paragraph("", metric.Definition);
        lines.Blank();
        lines.Row("unit", "none: it is a word");
        lines.Row("in the JSON", metric.Name);
        lines.Row("condition", $"--require '{metric.Name} != WORD', or =; in any case of the letters");
        return lines.ToString();
    }

    /// <summary>A rule that findings carry the name of. Ends in a newline.</summary>
    public static string Render(RuleNote rule)
    {
        TextLines lines = new();
        lines.Paragraph("", $"{rule.Name}: a rule on results, its findings are {rule.Severity}");
        lines.Paragraph("", rule.LooksAt);
        lines.Blank();
        lines.Row("remedy", rule.Remedy);
        lines.Row("in the JSON", "verdict.findings[].rule");
        return lines.ToString();
    }

    /// <summary>A word that results print. Ends in a newline.</summary>
    public static string Render(Term term)
    {
        TextLines lines = new();
        lines.Paragraph("", term.Name);
        lines.Paragraph("", term.Definition);
        if (term.Metrics.Length > 0)
        {
            lines.Blank();
            lines.Row("metrics", term.Metrics.Replace(" ", ", ", StringComparison.Ordinal));
        }

        return lines.ToString();
    }

    /// <summary>A word of the glossary, or the last part of a metric's name; null: it is neither. Ends in a
    /// newline.</summary>
    public static string? RenderWord(string word)
    {
        string key = word.Trim().Replace(' ', '_').Replace('-', '_').ToLowerInvariant();
        key = key.EndsWith("_rate", StringComparison.Ordinal) ? key[..^"_rate".Length] : key;
        Metric[] named = [.. Metrics.All.Where(metric =>
            metric.Name.EndsWith("." + key, StringComparison.Ordinal)
            || new MetricReading(metric, null).Key.EndsWith("." + key, StringComparison.Ordinal))];
        string? meaning = GlossaryText.Find(word);
        if (meaning is null && named.Length == 0)
        {
            return null;
        }

        TextLines lines = new();
        lines.Paragraph("", word.Trim());
        if (meaning is not null)
        {
            lines.Paragraph("", meaning);
        }

        foreach (Metric metric in named)
        {
            lines.Paragraph("  ", $"{metric.Name}: {metric.Definition}");
        }

        return lines.ToString();
    }

    /// <summary>Every metric and every rule, a line each. Ends in a newline.</summary>
    public static string All()
    {
        TextLines lines = new();
        lines.Whole("metrics");
        int columns = 2 + Metrics.All.Max(metric => metric.Name.Length);
        foreach (Metric metric in Metrics.All)
        {
            lines.Row(metric.Name, metric.Definition, columns);
        }

        foreach (TextMetric metric in TextMetric.All)
        {
            lines.Row(metric.Name, metric.Definition, columns);
        }

        lines.Blank();
        lines.Whole("rules");
        foreach (RuleNote rule in RuleNote.All)
        {
            lines.Row(rule.Name, rule.LooksAt, columns);
        }

        return lines.ToString();
    }

    private static string StatOf(string part) => part switch
    {
        "count" => "how many were measured",
        "min" => "the smallest",
        "mean" => "the mean, from the exact sum",
        "max" => "the largest",
        _ => $"{Percentile(part)} % of them are no larger",
    };

    private static string Percentile(string part) =>
        part.Length <= 3 ? part[1..] : $"{part[1..3]}.{part[3..]}";

    private static string UnitOf(MetricUnit unit) => unit switch
    {
        MetricUnit.Nanoseconds => "ns; in a condition a duration such as 20ms",
        MetricUnit.Bytes => "bytes; in a condition such as 64MiB",
        MetricUnit.PerSecond => "a second; in a condition such as 20k",
        MetricUnit.Ratio => "a share in 0 to 1; in a condition such as 99.9%",
        _ => "a count; in a condition such as 10k",
    };

    private static string JoinedOf(Joined joined) => joined switch
    {
        Joined.Sum => "adds up",
        Joined.Max => "the largest stands for all",
        Joined.Last => "the last one counts: a state",
        Joined.Merge => "histograms are merged and asked again, never averaged",
        _ => "computed anew from the joined parts",
    };

    private static string PartsOf(Metric metric) =>
        metric.IsLatency ? $"{string.Join(", ", metric.Parts)}; alone it means {LatencyStat.Default}"
        : metric.IsByReason ? $"by reason: {string.Join(", ", metric.Parts)}; alone it means all of them"
        : "none";

    private static string ExampleOf(MetricReading reading)
    {
        string op = reading.Better == Better.Higher ? "<" : ">";
        string value = reading.Unit switch
        {
            MetricUnit.Nanoseconds => "20ms",
            MetricUnit.Bytes => "64MiB",
            MetricUnit.PerSecond => "20k",
            MetricUnit.Ratio => "99%",
            _ => reading.Better == Better.Lower ? "0" : "1k",
        };
        return $"{op} {value}";
    }
}
