using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Failures as JSON lines in a buffer that is used again and again; the keys are those of a document's <c>failures</c>.
/// </summary>
public sealed class FailureLines : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private readonly JsonTypeInfo<ConnectionFailure> _type = JsonTypes.Written<ConnectionFailure>();

    public FailureLines() => _json = new Utf8JsonWriter(_line, JsonReport.Options(indented: false));

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Lines in the buffer.</summary>
    public int Count { get; private set; }

    public void Add(ConnectionFailure failure)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        JsonSerializer.Serialize(_json, failure, _type);
        _json.Flush();
        JsonLetters.Write(_line.WrittenSpan, _bytes);
        _bytes.Write("\n"u8);
        Count++;
    }

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        Count = 0;
    }

    public void Dispose() => _json.Dispose();
}
