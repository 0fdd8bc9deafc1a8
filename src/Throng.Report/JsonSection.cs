using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Sections, and the values every part of a document is made of.</summary>
internal static class JsonSection
{
    public static void Write(Utf8JsonWriter json, string name, Section section)
    {
        json.WriteStartObject(name);
        WriteEntries(json, section);
        json.WriteEndObject();
    }

    public static void WriteEntries(Utf8JsonWriter json, Section section)
    {
        foreach (KeyValuePair<string, Node> entry in section)
        {
            json.WritePropertyName(entry.Key);
            WriteValue(json, entry.Value);
        }
    }

    /// <summary>A number, or null where there is none: JSON has no NaN and no infinity.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteLatency(Utf8JsonWriter json, string name, LatencySummary latency)
    {
        json.WritePropertyName(name);
        WriteLatency(json, latency);
    }

    private static void WriteLatency(Utf8JsonWriter json, LatencySummary latency)
    {
        json.WriteStartObject();
        json.WriteNumber("count", latency.Count);
        WriteNumber(json, "min", latency.MinNs);
        WriteNumber(json, "mean", latency.MeanNs);
        WriteNumber(json, "p50", latency.P50Ns);
        WriteNumber(json, "p75", latency.P75Ns);
        WriteNumber(json, "p90", latency.P90Ns);
        WriteNumber(json, "p95", latency.P95Ns);
        WriteNumber(json, "p99", latency.P99Ns);
        WriteNumber(json, "p999", latency.P999Ns);
        WriteNumber(json, "p9999", latency.P9999Ns);
        WriteNumber(json, "max", latency.MaxNs);
        json.WriteString("histogram", latency.Histogram);
        json.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter json, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Text:
                json.WriteStringValue(node.Text);
                break;
            case NodeKind.Integer:
                json.WriteNumberValue(node.Integer);
                break;
            case NodeKind.Real:
                json.WriteNumberValue(node.Real);
                break;
            case NodeKind.Flag:
                json.WriteBooleanValue(node.Flag);
                break;
            case NodeKind.List:
                json.WriteStartArray();
                foreach (Node item in node.Items)
                {
                    WriteValue(json, item);
                }

                json.WriteEndArray();
                break;
            case NodeKind.Section:
                json.WriteStartObject();
                WriteEntries(json, node.Section);
                json.WriteEndObject();
                break;
            case NodeKind.Latency:
                WriteLatency(json, node.Latency);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
