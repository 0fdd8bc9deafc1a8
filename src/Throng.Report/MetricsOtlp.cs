using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The metrics of a run as OTLP 1.x takes them over HTTP, in JSON: one export request. Names are those of the table
/// with <c>throng.</c> before them, times are in seconds; what is a sum, a histogram or a gauge is as in
/// <see cref="MetricsText"/>. Sums and histograms are cumulative since the run's start.
/// </summary>
public static class MetricsOtlp
{
    public const string ContentType = "application/json";

    private const int Cumulative = 2;

    /// <param name="at">The moment that the values are of.</param>
    public static byte[] Render(RunDocument run, DateTimeOffset at)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            Writer writer = new(json, run, Nanoseconds(run.Started), Nanoseconds(at));
            json.WriteStartObject();
            json.WriteStartArray("resourceMetrics");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            writer.WriteResource();
            json.WriteEndObject();
            json.WriteStartArray("scopeMetrics");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", run.Tool.Name);
            json.WriteString("version", run.Tool.Version);
            json.WriteEndObject();
            json.WriteStartArray("metrics");
            foreach (Metric metric in Metrics.All)
            {
                writer.Write(metric);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Name of a metric.</summary>
    public static string NameOf(Metric metric) => "throng." + metric.Name;

    /// <summary>Unit as UCUM spells it.</summary>
    private static string UnitOf(Metric metric) => metric.Unit switch
    {
        MetricUnit.Nanoseconds => "s",
        MetricUnit.Bytes => "By",
        MetricUnit.PerSecond => "1/s",
        _ => "1",
    };

    private static string Nanoseconds(DateTimeOffset time) =>
        ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes one request: 64-bit numbers as texts, as JSON of protocol buffers has them.</summary>
    private readonly struct Writer(Utf8JsonWriter json, RunDocument run, string startNs, string atNs)
    {
        public void WriteResource()
        {
            json.WriteStartArray("attributes");
            WriteAttribute("service.name", run.Tool.Name);
            WriteAttribute("service.version", run.Tool.Version);
            if (run.RunId is { Length: > 0 } id)
            {
                WriteAttribute("service.instance.id", id);
            }

            json.WriteEndArray();
        }

        /// <summary>Writes a metric, unless the run has none of it.</summary>
        public void Write(Metric metric)
        {
            bool isSum = MetricsText.IsCounter(metric);
            if (metric.ReasonsOf(run) is { } reasons)
            {
                Begin(metric, isSum ? "sum" : "gauge");
                foreach (KeyValuePair<string, long> one in reasons)
                {
                    WritePoint("reason", one.Key, one.Value, isWhole: true, isSum);
                }

                End();
            }
            else if (metric.LatencyOf(run) is { } latency)
            {
                WriteLatency(metric, latency);
            }
            else if (new MetricReading(metric, null).Read(run) is { } value)
            {
                bool isTime = metric.Unit == MetricUnit.Nanoseconds;
                Begin(metric, isSum ? "sum" : "gauge");
                WritePoint(
                    "", "", isTime ? value / Ns.Second : value,
                    isWhole: metric.Unit is MetricUnit.Count or MetricUnit.Bytes, isSum);
                End();
            }
        }

        private void WriteLatency(Metric metric, LatencySummary latency)
        {
            if (metric.CanFall)
            {
                Begin(metric, "gauge");
                foreach (string stat in LatencyStat.Names)
                {
                    if (stat != "count" && LatencyStat.Read(latency, stat) is { } ns)
                    {
                        WritePoint("stat", stat, ns / Ns.Second, isWhole: false, isSum: false);
                    }
                }

                End();
            }
            else if (latency.TryToHistogram(out Histogram cells, out _))
            {
                Begin(metric, "histogram");
                WriteHistogram(latency, cells);
                End();
            }
        }

        private void WriteHistogram(LatencySummary latency, Histogram cells)
        {
            json.WriteStartObject();
            WriteHead("", "");
            json.WriteString("startTimeUnixNano", startNs);
            json.WriteString("count", Text(cells.Count));
            json.WriteNumber("sum", latency.SumNs / Ns.Second);
            if (latency is { MinNs: { } min, MaxNs: { } max })
            {
                json.WriteNumber("min", (decimal)min / Ns.Second);
                json.WriteNumber("max", (decimal)max / Ns.Second);
            }

            json.WriteStartArray("bucketCounts");
            long below = 0;
            foreach (long upTo in LatencyBounds.CountsOf(cells).Append(cells.Count))
            {
                json.WriteStringValue(Text(upTo - below));
                below = upTo;
            }

            json.WriteEndArray();
            json.WriteStartArray("explicitBounds");
            foreach (long boundNs in LatencyBounds.Ns)
            {
                json.WriteNumberValue((decimal)boundNs / Ns.Second);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        private void Begin(Metric metric, string kind)
        {
            json.WriteStartObject();
            json.WriteString("name", NameOf(metric));
            json.WriteString("description", metric.Definition);
            json.WriteString("unit", UnitOf(metric));
            json.WriteStartObject(kind);
            if (kind != "gauge")
            {
                json.WriteNumber("aggregationTemporality", Cumulative);
            }

            if (kind == "sum")
            {
                json.WriteBoolean("isMonotonic", true);
            }

            json.WriteStartArray("dataPoints");
        }

        private void End()
        {
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        private void WritePoint(string key, string value, double number, bool isWhole, bool isSum)
        {
            json.WriteStartObject();
            WriteHead(key, value);
            if (isSum)
            {
                json.WriteString("startTimeUnixNano", startNs);
            }

            if (isWhole)
            {
                json.WriteString("asInt", Text((long)number));
            }
            else
            {
                json.WriteNumber("asDouble", number);
            }

            json.WriteEndObject();
        }

        /// <summary>The time of a point, and its attributes: the command, what --label gave, and its own.</summary>
        private void WriteHead(string key, string value)
        {
            json.WriteString("timeUnixNano", atNs);
            json.WriteStartArray("attributes");
            WriteAttribute("command", run.Command);
            foreach (KeyValuePair<string, Node> label in run.Labels ?? [])
            {
                WriteAttribute(label.Key is "command" or "reason" or "stat" ? "label." + label.Key : label.Key,
                    label.Value.Text);
            }

            if (key.Length > 0)
            {
                WriteAttribute(key, value);
            }

            json.WriteEndArray();
        }

        private void WriteAttribute(string key, string value)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteStartObject("value");
            json.WriteString("stringValue", value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
