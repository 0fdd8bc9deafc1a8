using System.Text.Json.Serialization;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>The undo file, key by key.</summary>
internal sealed record UndoFile(
    string Schema, ulong NamespaceInode, ulong NamespaceCookie, string BootId, DateTimeOffset MadeAt,
    IReadOnlyList<Change> Changes)
{
    /// <summary>The undo record that the file holds.</summary>
    [JsonIgnore]
    public TuningUndo Undo =>
        new(new TuningPlace(new NetworkNamespace(NamespaceInode, NamespaceCookie), BootId), MadeAt, Changes);
}

/// <summary>Reads and writes the undo file; a missing or empty value is an error.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n",
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(UndoFile))]
internal sealed partial class UndoJson : JsonSerializerContext;
