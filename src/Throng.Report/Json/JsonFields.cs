using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Throng.Report;

/// <summary>The keys of a record with their values, for an object that has more than these.</summary>
internal static class JsonFields
{
    /// <param name="type">The record as it is read: with all of its keys.</param>
    public static void Write<T>(Utf8JsonWriter json, T value, JsonTypeInfo<T> type, JsonSerializerOptions options)
        where T : class
    {
        foreach (JsonPropertyInfo field in JsonTypes.KeysOf(type))
        {
            object? held = field.Get!(value);
            if (field.ShouldSerialize?.Invoke(value, held) ?? true)
            {
                json.WritePropertyName(field.Name);
                JsonSerializer.Serialize(json, held, options.GetTypeInfo(field.PropertyType));
            }
        }
    }
}
