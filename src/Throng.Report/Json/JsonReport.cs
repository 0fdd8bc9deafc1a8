using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
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
        stream.Write(Render(run, indented));

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
        stream.Write(Render(failure, indented));
    }

    /// <summary>A document that is put together as a section.</summary>
    /// <param name="options">Those of <see cref="Options"/> unless given.</param>
    public static byte[] Render(Section document, JsonWriterOptions? options = null) =>
        Line(options ?? Options(indented: true), json => JsonSection.WriteValue(json, document));

    internal static byte[] Render<T>(T document, bool indented = true)
        where T : class => Line(
            Options(indented), json => JsonSerializer.Serialize(json, document, JsonTypes.Written<T>()));

    /// <summary>Bytes of what is written, and a newline.</summary>
    internal static byte[] Line(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, options))
        {
            write(json);
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    // Not for embedding in HTML: '+' of base64 and quotes in texts stay readable.
    internal static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
