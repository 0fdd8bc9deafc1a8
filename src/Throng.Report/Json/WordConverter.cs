using System.Text.Json;
using System.Text.Json.Serialization;

namespace Throng.Report;

/// <summary>One of a few words, in lower case. A word of a later version reads as the first.</summary>
internal sealed class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public static string WordOf(T value) => value.ToString().ToLowerInvariant();

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? word = reader.GetString();
        return Array.Find(Enum.GetValues<T>(), value => WordOf(value) == word);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(WordOf(value));
}
