using System.Globalization;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>The <c>sources</c> of a merged document, and the host of any.</summary>
internal static class JsonSources
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<RunSource> sources)
    {
        if (sources.Count == 0)
        {
            return;
        }

        json.WriteStartArray("sources");
        foreach (RunSource source in sources)
        {
            json.WriteStartObject();
            json.WriteString("name", source.Name);
            WriteHost(json, source.Host);
            json.WriteString("started", StartedText(source.Started));
            json.WriteNumber("duration_ns", source.DurationNs);
            json.WriteString("ended_by", source.EndedBy);
            json.WriteString("verdict", source.Verdict);
            JsonSection.Write(json, "options", source.Options);
            JsonSeries.Write(json, source.Series);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteHost(Utf8JsonWriter json, Host host)
    {
        json.WriteStartObject("host");
        json.WriteString("kernel", host.Kernel);
        json.WriteNumber("cpus", host.Cpus);
        json.WriteNumber("nofile", host.Nofile);
        json.WriteString("engine", host.Engine);
        json.WriteString("engine_reason", host.EngineReason);
        JsonSection.WriteEntries(json, host.More);
        json.WriteEndObject();
    }

    public static string StartedText(DateTimeOffset started) =>
        started.UtcDateTime.ToString(JsonReport.StartedForm, CultureInfo.InvariantCulture);

    /// <summary>Of merged runs: the one that something comes from.</summary>
    public static void WriteSource(Utf8JsonWriter json, string? source)
    {
        if (source is not null)
        {
            json.WriteString("source", source);
        }
    }
}
