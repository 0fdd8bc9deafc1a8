using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>The <c>series</c> of a document.</summary>
internal static class JsonSeries
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<SeriesPoint> series)
    {
        json.WriteStartArray("series");
        foreach (SeriesPoint point in series)
        {
            Write(json, point);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SeriesPoint point)
    {
        json.WriteStartObject();
        WriteFields(json, point);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, SeriesPoint point)
    {
        json.WriteNumber("t_ns", point.TimeNs);
        json.WriteNumber("interval_ns", point.IntervalNs);
        json.WriteNumber("open", point.Open);
        json.WriteNumber("opened", point.Opened);
        json.WriteNumber("closed", point.Closed);
        json.WriteNumber("failed", point.Failed);
        json.WriteNumber("connecting", point.Connecting);
        json.WriteNumber("offered", point.Offered);
        json.WriteNumber("sent", point.Sent);
        json.WriteNumber("answered", point.Answered);
        json.WriteNumber("timed_out", point.TimedOut);
        json.WriteNumber("lost", point.Lost);
        json.WriteNumber("dropped", point.Dropped);
        json.WriteNumber("bytes_sent", point.BytesSent);
        json.WriteNumber("bytes_received", point.BytesReceived);
        json.WriteNumber("retransmits", point.Retransmits);
        Write(json, "response_ns", point.Response);
        Write(json, "lag_ns", point.Lag);
        json.WriteNumber("user_ns", point.UserNs);
        json.WriteNumber("system_ns", point.SystemNs);
        JsonSection.WriteNumber(json, "busy_max", point.BusyMax);
    }

    private static void Write(Utf8JsonWriter json, string name, IntervalLatency? latency)
    {
        if (latency is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("p50", latency.P50Ns);
        json.WriteNumber("p99", latency.P99Ns);
        json.WriteNumber("max", latency.MaxNs);
        json.WriteEndObject();
    }
}
