using System.Text.Encodings.Web;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>An examination as JSON: the schema <c>throng.doctor/1</c>, one valid document and a newline.</summary>
public static class DoctorJson
{
    public const string SchemaName = "throng.doctor/1";

    /// <summary>Writes the document. The stream stays open.</summary>
    public static void Write(Stream stream, Tool tool, Examination examination)
    {
        JsonWriterOptions options = new()
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (Utf8JsonWriter json = new(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("schema", SchemaName);
            json.WriteStartObject("tool");
            json.WriteString("name", tool.Name);
            json.WriteString("version", tool.Version);
            json.WriteEndObject();
            json.WriteString("command", "doctor");
            json.WriteString("plan", examination.Subject);
            WriteNumber(json, "connections", examination.Wanted);
            json.WriteBoolean("fits", examination.Fits);
            WriteNumber(json, "possible", examination.Possible);
            json.WriteString("limit", examination.Limit?.Name);
            json.WriteStartObject("arithmetic");
            foreach (ArithmeticLine sum in examination.Arithmetic)
            {
                json.WriteString(sum.Name, sum.Text);
            }

            json.WriteEndObject();
            json.WriteStartArray("limits");
            foreach (LimitRow row in examination.Rows)
            {
                Write(json, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, LimitRow row)
    {
        json.WriteStartObject();
        json.WriteString("name", row.Name);
        json.WriteString("setting", row.Setting);
        json.WriteString("state", row.State switch
        {
            LimitState.Ok => "ok",
            LimitState.Near => "near",
            LimitState.TooSmall => "too_small",
            _ => "fact",
        });
        WriteNumber(json, "is", row.HasNumber);
        json.WriteString("is_text", row.Has);
        WriteNumber(json, "needed", row.NeedsNumber);
        json.WriteString("needed_text", row.Needs);
        WriteNumber(json, "allows", row.Connections);
        json.WriteString("command", row.Command);
        json.WriteString("note", row.Note);
        json.WriteString("text", row.Sentence);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumber(name, (decimal)value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
