using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A part of a document brought into the shape of its record before it is read as one. What is not there, or null,
/// becomes nothing (0, false, empty, or null where the record has it): a document of an earlier version lacks what
/// came later. What is of another kind is noted with its path, and becomes nothing too. Keys that the record does not
/// know go into its further facts, or nowhere.
/// </summary>
internal sealed class RecordShape
{
    private readonly Utf8JsonWriter _json;
    private readonly ReadTrouble _trouble;

    private RecordShape(Utf8JsonWriter json, ReadTrouble trouble)
    {
        _json = json;
        _trouble = trouble;
    }

    /// <summary>An object as the record that it is.</summary>
    public static T Read<T>(JsonElement element, string path, ReadTrouble trouble)
        where T : class
    {
        JsonTypeInfo<T> type = JsonTypes.Read<T>();
        ArrayBufferWriter<byte> shaped = new();
        using (Utf8JsonWriter json = new(shaped))
        {
            new RecordShape(json, trouble).Write(element, type, mayBeNull: false, path);
        }

        return JsonSerializer.Deserialize(shaped.WrittenSpan, type)!;
    }

    public static bool MayBeNull(JsonPropertyInfo field) => field.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(field.PropertyType) is not null
        : field.IsGetNullable;

    /// <summary>Null for a value that reads as one of a type, and otherwise what it is instead.</summary>
    public static string? Mismatch(JsonElement value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool))
        {
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "is neither true nor false";
        }

        if (type == typeof(long) || type == typeof(double))
        {
            return value.ValueKind != JsonValueKind.Number ? "is not a number"
                : type == typeof(double) || value.TryGetInt64(out long _) ? null
                : "is no whole number of 63 bits";
        }

        return IsText(type)
            ? value.ValueKind == JsonValueKind.String ? null : "is not a text"
            : value.ValueKind == JsonValueKind.Object ? null : "is not an object";
    }

    private static bool IsText(Type type) =>
        type == typeof(string) || type == typeof(DateTimeOffset) || type.IsEnum;

    private void Write(JsonElement? found, JsonTypeInfo type, bool mayBeNull, string path)
    {
        if (found is { } value && Mismatch(value, type) is { } what)
        {
            _trouble.Note(path, what);
            found = null;
        }

        if (found is null && mayBeNull)
        {
            _json.WriteNullValue();
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            WriteRecord(found, type, path);
        }
        else if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            WriteList(found, type.Options.GetTypeInfo(type.ElementType!), path);
        }
        else if (type.Type == typeof(Section))
        {
            WriteSection(found, known: [], path);
        }
        else if (type.Type == typeof(ReasonCounts))
        {
            WriteCounts(found, type.Options.GetTypeInfo(typeof(long)), path);
        }
        else
        {
            WriteValue(found, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path);
        }
    }

    private static string? Mismatch(JsonElement value, JsonTypeInfo type) => type.Kind != JsonTypeInfoKind.Enumerable
        ? Mismatch(value, type.Type)
        : value.ValueKind == JsonValueKind.Array ? null : "is not a list";

    private void WriteRecord(JsonElement? found, JsonTypeInfo type, string path)
    {
        _json.WriteStartObject();
        foreach (JsonPropertyInfo key in JsonTypes.KeysOf(type).Where(key => key.Set is not null))
        {
            _json.WritePropertyName(key.Name);
            JsonTypeInfo inner = type.Options.GetTypeInfo(key.PropertyType);
            Write(JsonPart.Find(found, key.Name), inner, MayBeNull(key), JsonPart.PathOf(path, key.Name));
        }

        if (JsonTypes.FurtherOf(type) is { } further)
        {
            _json.WritePropertyName(further.Name);
            WriteSection(found, [.. JsonTypes.KeysOf(type).Select(key => key.Name)], path);
        }

        _json.WriteEndObject();
    }

    private void WriteSection(JsonElement? found, HashSet<string> known, string path)
    {
        _json.WriteStartObject();
        foreach ((string name, JsonElement value) in Entries(found, path).Where(one => !known.Contains(one.Name)))
        {
            _json.WritePropertyName(name);
            JsonText.Copy(_json, value, JsonPart.PathOf(path, name), _trouble);
        }

        _json.WriteEndObject();
    }

    private void WriteCounts(JsonElement? found, JsonTypeInfo count, string path)
    {
        _json.WriteStartObject();
        foreach ((string name, JsonElement _) in Entries(found, path))
        {
            _json.WritePropertyName(name);
            Write(JsonPart.Find(found, name), count, mayBeNull: false, JsonPart.PathOf(path, name));
        }

        _json.WriteEndObject();
    }

    private IEnumerable<(string Name, JsonElement Value)> Entries(JsonElement? found, string path) =>
        (found?.EnumerateObject() ?? default).Select(one => (JsonText.NameOf(one, path, _trouble), one.Value));

    private void WriteList(JsonElement? found, JsonTypeInfo item, string path)
    {
        _json.WriteStartArray();
        int at = 0;
        foreach (JsonElement one in found?.EnumerateArray() ?? default)
        {
            Write(one, item, mayBeNull: false, $"{path}[{at++}]");
        }

        _json.WriteEndArray();
    }

    private void WriteValue(JsonElement? found, Type type, string path)
    {
        if (IsText(type))
        {
            WriteText(found, type, path);
        }
        else if (found is { } value)
        {
            value.WriteTo(_json);
        }
        else if (type == typeof(bool))
        {
            _json.WriteBooleanValue(false);
        }
        else if (type == typeof(double))
        {
            _json.WriteNullValue();
        }
        else
        {
            _json.WriteNumberValue(0);
        }
    }

    private void WriteText(JsonElement? found, Type type, string path)
    {
        string text = found is { } value ? JsonText.Read(value, path, _trouble) : "";
        if (type == typeof(DateTimeOffset) && text.Length > 0 && !StartedConverter.TryParse(text, out _))
        {
            _trouble.Note(path, "is no time such as 2026-01-02T03:04:05.678Z");
        }

        _json.WriteStringValue(text);
    }
}
