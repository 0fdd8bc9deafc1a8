using System.Text.Encodings.Web;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run while it goes on, as JSON lines: the schema <c>throng.stream/1</c>. Each is one valid object with its kind
/// under <c>event</c>, and a newline.
/// </summary>
public static class JsonLines
{
    public const string SchemaName = "throng.stream/1";

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The first line: what runs, and with which options.</summary>
    public static byte[] Start(Tool tool, string command, Section options) => Line("start", json =>
    {
        json.WriteString("schema", SchemaName);
        JsonReport.WriteToolPart(json, tool);
        json.WriteString("command", command);
        JsonSection.Write(json, "options", options);
    });

    /// <summary>An interval that has ended; its keys are those of a point of <c>series</c>.</summary>
    public static byte[] Interval(SeriesPoint point) => Line("interval", json => JsonSeries.WriteFields(json, point));

    /// <summary>Something that happened.</summary>
    public static byte[] Event(RunEvent happened) => Line("event", json =>
    {
        json.WriteNumber("t_ns", happened.TimeNs);
        json.WriteString("what", happened.What);
    });

    /// <summary>The last line: what the run came to, and the exit code that says so.</summary>
    public static byte[] Verdict(RunDocument run, int exitCode) => Line("verdict", json =>
    {
        json.WriteNumber("duration_ns", run.DurationNs);
        json.WriteString("ended_by", run.EndedBy);
        JsonReport.WriteVerdict(json, run.Verdict);
        JsonReport.WriteThresholds(json, run.Thresholds);
        json.WriteNumber("exit_code", exitCode);
    });

    private static byte[] Line(string name, Action<Utf8JsonWriter> write)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            write(json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
