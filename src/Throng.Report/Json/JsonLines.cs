using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run while it goes on, as JSON lines: the schema <c>throng.stream/1</c>. Each is one valid object with its kind
/// under <c>event</c>, and a newline.
/// </summary>
public static class JsonLines
{
    public const string SchemaName = "throng.stream/1";

    /// <summary>The first line: what runs, and with which options.</summary>
    public static byte[] Start(Tool tool, string command, Section options, string runId, Section labels) =>
        Line("start", new StreamStart(
            SchemaName, tool, command, options, runId.Length > 0 ? runId : null, labels.Count > 0 ? labels : null));

    /// <summary>An interval that has ended; its keys are those of a point of <c>series</c>.</summary>
    public static byte[] Interval(SeriesPoint point) => Line("interval", point);

    /// <summary>Something that happened.</summary>
    public static byte[] Event(RunEvent happened) => Line("event", happened);

    /// <summary>The last line: what the run came to, and the exit code that says so.</summary>
    public static byte[] Verdict(RunDocument run, int exitCode) => Line(
        "verdict", new StreamVerdict(run.DurationNs, run.EndedBy, run.Verdict, run.Thresholds, exitCode));

    private static byte[] Line<T>(string name, T value)
        where T : class
    {
        JsonTypeInfo<T> type = JsonTypes.Written<T>();
        return JsonReport.Line(JsonReport.Options(indented: false), json =>
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            JsonFields.Write(json, value, type, type.Options);
            json.WriteEndObject();
        });
    }
}
