using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>The changes of a host as JSON: the schema <c>throng.doctor-changes/1</c>.</summary>
/// <param name="Action">apply, plan or undo.</param>
/// <param name="Place">Where.</param>
/// <param name="UndoPath">The undo file there is now; empty for none.</param>
/// <param name="Outcomes">What became of each change, in the order they were made.</param>
/// <param name="Notes">What is left as it is although it may matter.</param>
public sealed record ChangesDocument(
    string Action,
    TuningPlace Place,
    string UndoPath,
    IReadOnlyList<ChangeOutcome> Outcomes,
    IReadOnlyList<string> Notes)
{
    /// <summary>One valid document and a newline.</summary>
    public string ToJson(int exitCode)
    {
        using MemoryStream text = new();
        JsonWriterOptions options = new()
        {
            Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (Utf8JsonWriter json = new(text, options))
        {
            json.WriteStartObject();
            json.WriteString("schema", "throng.doctor-changes/1");
            json.WriteString("action", Action);
            json.WriteNumber("namespace_inode", Place.Namespace.Inode);
            json.WriteBoolean("ok", exitCode == ExitCode.Done);
            json.WriteNumber("exit_code", exitCode);
            json.WriteString("undo_file", UndoPath.Length > 0 ? UndoPath : null);
            json.WriteStartArray("changes");
            foreach (ChangeOutcome outcome in Outcomes)
            {
                Write(json, outcome);
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (string note in Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, ChangeOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("name", outcome.Change.Name);
        json.WriteString("scope", outcome.Change.Scope == ChangeScope.Host ? "host" : "namespace");
        json.WriteString("from", outcome.Change.From);
        json.WriteString("to", outcome.Change.To);
        json.WriteString("why", outcome.Change.Why);
        json.WriteString("result", outcome.Result switch
        {
            ChangeResult.Planned => "planned",
            ChangeResult.Made => "made",
            ChangeResult.Already => "already",
            _ => "refused",
        });
        if (outcome.Result == ChangeResult.Refused)
        {
            json.WriteString("errno", outcome.Errno > 0 ? Errno.Name(outcome.Errno) : null);
            json.WriteString("reason", outcome.Reason);
            json.WriteString("remedy", outcome.Remedy);
        }

        json.WriteEndObject();
    }
}
