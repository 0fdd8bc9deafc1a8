using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run as JSON: the schema <c>throng.run/1</c>, one valid document and a newline. Keys, and their order, are those of
/// the records.
/// </summary>
public static class JsonReport
{
    /// <summary>Writes a document. The stream stays open.</summary>
    public static void Write(Stream stream, RunDocument run, bool indented = true) =>
        Write(stream, run, JsonTypes.Written<RunDocument>(), indented);

    /// <summary>
    /// The document of a run that did not come about: the same schema, a verdict that is not ok, and <c>error</c> with
    /// what went wrong, the remedy and the exit code.
    /// </summary>
    public static void WriteFailure(
        Stream stream, Tool tool, string command, string message, string remedy, int exitCode, bool indented = true)
    {
        RunFailure failure = new(
            RunDocument.SchemaName, tool, command, new Verdict(false, message, []),
            new RunError(message, remedy, exitCode));
        Write(stream, failure, JsonTypes.Written<RunFailure>(), indented);
    }

    // Not for embedding in HTML: '+' of base64 and quotes in texts stay readable.
    internal static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static void Write<T>(Stream stream, T document, JsonTypeInfo<T> type, bool indented)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Options(indented)))
        {
            JsonSerializer.Serialize(json, document, type);
        }

        bytes.Write("\n"u8);
        stream.Write(bytes.WrittenSpan);
    }
}
