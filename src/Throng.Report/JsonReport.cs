using System.Text.Encodings.Web;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run as JSON: the schema <c>throng.run/1</c>, one valid document and a newline. Keys are written by hand, in the
/// order of the schema, so that nothing is found by reflection and a renamed property cannot rename a key.
/// </summary>
public static class JsonReport
{
    /// <summary>How the start of a run is written; UTC.</summary>
    internal const string StartedForm = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Writes a document. The stream stays open.</summary>
    public static void Write(Stream stream, RunDocument run, bool indented = true)
    {
        using (Utf8JsonWriter json = new(stream, Options(indented)))
        {
            json.WriteStartObject();
            WriteHead(json, run);
            WriteVerdict(json, run.Verdict);
            WriteConnections(json, run.Connections);
            WriteMeasured(json, run);
            WriteResources(json, run);
            JsonSeries.Write(json, run.Series);
            WriteEvents(json, run);
            JsonSources.Write(json, run.Sources);
            if (run.Own is { } own)
            {
                JsonSection.Write(json, run.Command, own);
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>
    /// The document of a run that did not come about: the same schema, a verdict that is not ok, and <c>error</c> with
    /// what went wrong, the remedy and the exit code.
    /// </summary>
    public static void WriteFailure(
        Stream stream, Tool tool, string command, string message, string remedy, int exitCode, bool indented = true)
    {
        using (Utf8JsonWriter json = new(stream, Options(indented)))
        {
            json.WriteStartObject();
            WriteTool(json, tool);
            json.WriteString("command", command);
            WriteVerdict(json, new Verdict(false, message, []));
            json.WriteStartObject("error");
            json.WriteString("what", message);
            json.WriteString("remedy", remedy);
            json.WriteNumber("exit_code", exitCode);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    // Not for embedding in HTML: '+' of base64 and quotes in texts stay readable.
    private static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        json.WriteString("schema", RunDocument.SchemaName);
        WriteToolPart(json, tool);
    }

    internal static void WriteToolPart(Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject("tool");
        json.WriteString("name", tool.Name);
        json.WriteString("version", tool.Version);
        json.WriteString("build", tool.IsDebugBuild ? "debug" : "release");
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, RunDocument run)
    {
        WriteTool(json, run.Tool);
        if (run.Meanings > Meanings.First)
        {
            json.WriteNumber("meanings", run.Meanings);
        }

        json.WriteString("command", run.Command);
        JsonSection.Write(json, "options", run.Options);
        JsonSources.WriteHost(json, run.Host);
        json.WriteString("started", JsonSources.StartedText(run.Started));
        json.WriteNumber("duration_ns", run.DurationNs);
        json.WriteString("ended_by", run.EndedBy);
    }

    internal static void WriteVerdict(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartObject("verdict");
        json.WriteBoolean("ok", verdict.IsOk);
        json.WriteString("text", verdict.Text);
        json.WriteStartArray("findings");
        foreach (Finding finding in verdict.Findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", finding.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                _ => "info",
            });
            json.WriteString("rule", finding.Rule);
            json.WriteString("text", finding.Text);
            json.WriteString("evidence", finding.Evidence);
            json.WriteString("remedy", finding.Remedy);
            JsonSources.WriteSource(json, finding.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteConnections(Utf8JsonWriter json, Connections connections)
    {
        json.WriteStartObject("connections");
        JsonSection.WriteNumber(json, "target", connections.Target);
        json.WriteNumber("open", connections.Open);
        json.WriteNumber("held", connections.Held);
        json.WriteNumber("peak", connections.Peak);
        json.WriteNumber("opened", connections.Opened);
        WriteReasons(json, "closed", connections.Closed);
        WriteReasons(json, "connect_failed", connections.ConnectFailed);
        json.WriteNumber("reconnected", connections.Reconnected);
        json.WriteNumber("lost", connections.Lost);
        JsonSection.WriteNumber(json, "plateau_ns", connections.PlateauNs);
        json.WriteEndObject();
    }

    private static void WriteReasons(Utf8JsonWriter json, string name, ReasonCounts counts)
    {
        json.WriteStartObject(name);
        foreach (KeyValuePair<string, long> count in counts)
        {
            json.WriteNumber(count.Key, count.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteMeasured(Utf8JsonWriter json, RunDocument run)
    {
        if (run.Messages is { } messages)
        {
            json.WriteStartObject("messages");
            json.WriteNumber("offered", messages.Offered);
            json.WriteNumber("not_sent", messages.NotSent);
            json.WriteNumber("sent", messages.Sent);
            json.WriteNumber("answered", messages.Answered);
            json.WriteNumber("late", messages.Late);
            json.WriteNumber("timed_out", messages.TimedOut);
            json.WriteNumber("lost", messages.Lost);
            json.WriteNumber("invalid", messages.Invalid);
            json.WriteNumber("bytes_sent", messages.BytesSent);
            json.WriteNumber("bytes_received", messages.BytesReceived);
            json.WriteEndObject();
        }

        if (run.Connect is { } connect)
        {
            json.WriteStartObject("connect");
            json.WriteNumber("attempts", connect.Attempts);
            JsonSection.WriteLatency(json, "latency_ns", connect.Latency);
            WriteIfMeasured(json, "handshake_ns", connect.Handshake);
            json.WriteEndObject();
        }

        WriteIfMeasured(json, "response_ns", run.Response);
        WriteIfMeasured(json, "service_ns", run.Service);
        WriteIfMeasured(json, "lag_ns", run.Lag);
        if (run.Rate is { } rate)
        {
            json.WriteStartObject("rate");
            JsonSection.WriteNumber(json, "offered_per_s", rate.OfferedPerSecond);
            JsonSection.WriteNumber(json, "achieved_per_s", rate.AchievedPerSecond);
            json.WriteEndObject();
        }
    }

    private static void WriteIfMeasured(Utf8JsonWriter json, string name, LatencySummary? latency)
    {
        if (latency is not null)
        {
            JsonSection.WriteLatency(json, name, latency);
        }
    }

    private static void WriteResources(Utf8JsonWriter json, RunDocument run)
    {
        JsonCounters.Write(json, run);
        if (run.Cpu is { } cpu)
        {
            json.WriteStartObject("cpu");
            json.WriteNumber("user_ns", cpu.UserNs);
            json.WriteNumber("system_ns", cpu.SystemNs);
            JsonSection.WriteNumber(json, "busy_max", cpu.BusyMax);
            JsonSection.WriteNumber(json, "turn_ns", cpu.TurnNs);
            json.WriteStartArray("workers");
            foreach (WorkerCpu worker in cpu.Workers)
            {
                json.WriteStartObject();
                json.WriteNumber("user_ns", worker.UserNs);
                json.WriteNumber("system_ns", worker.SystemNs);
                JsonSection.WriteNumber(json, "busy", worker.Busy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (run.Memory is { } memory)
        {
            json.WriteStartObject("memory");
            json.WriteNumber("rss_bytes", memory.RssBytes);
            JsonSection.WriteNumber(json, "bytes_per_connection", memory.BytesPerConnection);
            json.WriteEndObject();
        }
    }

    private static void WriteEvents(Utf8JsonWriter json, RunDocument run)
    {
        json.WriteStartArray("events");
        foreach (RunEvent happened in run.Events)
        {
            json.WriteStartObject();
            json.WriteNumber("t_ns", happened.TimeNs);
            json.WriteString("what", happened.What);
            JsonSources.WriteSource(json, happened.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteThresholds(json, run.Thresholds);
    }

    internal static void WriteThresholds(Utf8JsonWriter json, IReadOnlyList<ThresholdOutcome> thresholds)
    {
        json.WriteStartArray("thresholds");
        foreach (ThresholdOutcome outcome in thresholds)
        {
            json.WriteStartObject();
            json.WriteString("text", outcome.Text);
            json.WriteBoolean("ok", outcome.IsOk);
            JsonSection.WriteNumber(json, "value", outcome.Value);
            JsonSources.WriteSource(json, outcome.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
