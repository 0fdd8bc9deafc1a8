using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The metrics of a run as Prometheus scrapes them: OpenMetrics 1.0, or the older text format for whoever does not ask
/// for it. Times are in seconds. What only grows is a counter, a latency a histogram; what may fall is a gauge, since a
/// counter that falls is taken for one that began again.
/// </summary>
public static class MetricsText
{
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    public const string PlainType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Reason = "reason";
    private const string Statistic = "stat";

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run, bool isOpenMetrics)
    {
        StringBuilder text = new();
        string labels = MetricsLabels.Of(run);
        foreach (Metric metric in Metrics.All)
        {
            Write(text, metric, run, labels, isOpenMetrics);
        }

        return isOpenMetrics ? text.Append("# EOF\n").ToString() : text.ToString();
    }

    /// <summary>Name of a metric's family: that of the table with its base unit.</summary>
    public static string NameOf(Metric metric)
    {
        string name = "throng_" + metric.Name.Replace('.', '_');
        return UnitOf(metric) is { Length: > 0 } unit ? $"{name}_{unit}" : name;
    }

    /// <summary>Whether it is given as a counter, with <c>_total</c> behind its name.</summary>
    public static bool IsCounter(Metric metric) =>
        metric is { IsLatency: false, CanFall: false, OverTime: Joined.Sum };

    /// <summary>Unit behind the name; empty for what is counted in pieces, or says bytes by itself.</summary>
    private static string UnitOf(Metric metric) => metric.Unit switch
    {
        MetricUnit.Nanoseconds => "seconds",
        MetricUnit.Bytes when !metric.Name.Contains("bytes", StringComparison.Ordinal) => "bytes",
        MetricUnit.PerSecond => "per_second",
        MetricUnit.Ratio => "ratio",
        _ => "",
    };

    private static void Write(StringBuilder text, Metric metric, RunDocument run, string labels, bool isOpenMetrics)
    {
        string family = NameOf(metric);
        string counted = IsCounter(metric) ? family + "_total" : family;
        string head = isOpenMetrics ? family : counted;
        if (metric.ReasonsOf(run) is { } reasons)
        {
            Head(text, metric, head, isOpenMetrics);
            foreach (KeyValuePair<string, long> one in reasons)
            {
                Sample(text, counted, labels, Reason, one.Key, Number(one.Value));
            }
        }
        else if (metric.LatencyOf(run) is { } latency)
        {
            Head(text, metric, head, isOpenMetrics);
            if (metric.CanFall)
            {
                Statistics(text, family, labels, latency);
            }
            else
            {
                Distribution(text, family, labels, latency);
            }
        }
        else if (new MetricReading(metric, null).Read(run) is { } value)
        {
            Head(text, metric, head, isOpenMetrics);
            Sample(text, counted, labels, "", "", InBaseUnit(metric, value));
        }
    }

    private static void Head(StringBuilder text, Metric metric, string name, bool isOpenMetrics)
    {
        string type = IsCounter(metric) ? "counter"
            : metric is { IsLatency: true, CanFall: false } ? "histogram"
            : "gauge";
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        if (isOpenMetrics && UnitOf(metric) is { Length: > 0 } unit)
        {
            text.Append(CultureInfo.InvariantCulture, $"# UNIT {name} {unit}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Definition}\n");
    }

    /// <summary>The cells of the histogram, added up to bounds that are the same in every run.</summary>
    private static void Distribution(StringBuilder text, string family, string labels, LatencySummary latency)
    {
        if (!latency.TryToHistogram(out Histogram cells, out _))
        {
            return;
        }

        foreach ((long boundNs, long count) in LatencyBounds.Ns.Zip(LatencyBounds.CountsOf(cells)))
        {
            Sample(text, family + "_bucket", labels, "le", Seconds(boundNs), Number(count));
        }

        Sample(text, family + "_bucket", labels, "le", "+Inf", Number(cells.Count));
        Sample(text, family + "_sum", labels, "", "", Number(latency.SumNs / Ns.Second));
        Sample(text, family + "_count", labels, "", "", Number(cells.Count));
    }

    private static void Statistics(StringBuilder text, string family, string labels, LatencySummary latency)
    {
        foreach (string stat in LatencyStat.Names)
        {
            if (stat != "count" && LatencyStat.Read(latency, stat) is { } ns)
            {
                Sample(text, family, labels, Statistic, stat, Number(ns / Ns.Second));
            }
        }
    }

    private static void Sample(
        StringBuilder text, string name, string labels, string label, string value, string number)
    {
        text.Append(name).Append('{').Append(labels);
        if (label.Length > 0)
        {
            text.Append(',').Append(label).Append("=\"").Append(MetricsLabels.Escaped(value)).Append('"');
        }

        text.Append("} ").Append(number).Append('\n');
    }

    private static string InBaseUnit(Metric metric, double value) =>
        Number(metric.Unit == MetricUnit.Nanoseconds ? value / Ns.Second : value);

    private static string Seconds(long ns) => ((decimal)ns / Ns.Second).ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
