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
    public static byte[] Render(RunDocument run, bool indented = true) =>
        Render<RunDocument>(run, indented);

    /// <summary>
    /// The document of a run that did not come about: the same schema, a verdict that is not ok, and <c>error</c> with
    /// what went wrong, the remedy and the exit code.
    /// </summary>
    public static byte[] RenderFailure(Tool tool, string command, string message, string remedy, int exitCode) =>
        Render(new RunFailure(
            RunDocument.SchemaName, tool, command, new Verdict(false, message, []),
            new RunError(message, remedy, exitCode)));

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

        ArrayBufferWriter<byte> line = new(bytes.WrittenCount + 1);
        JsonLetters.Write(bytes.WrittenSpan, line);
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    // Not for embedding in HTML: '+' of base64 and quotes in texts stay readable.
    internal static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
