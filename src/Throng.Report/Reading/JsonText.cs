using System.Text.Json;

namespace Throng.Report;

/// <summary>Texts of a document that is somebody else's: bytes between quotes need not be one.</summary>
internal static class JsonText
{
    public static string Read(JsonElement element, string path, ReadTrouble trouble) =>
        Read(() => element.GetString() ?? "", path, trouble);

    /// <summary>Whether a key has letters that are no Unicode: nothing beside it can be looked for then.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool HasForeignName(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        bool hasEscapes = json.Contains((byte)'\\'); // a letter that is none is written by its number
        while (hasEscapes && reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(reader))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair: there is no way to ask beforehand
        }
    }

    public static string NameOf(JsonProperty property, string path, ReadTrouble trouble) =>
        Read(() => property.Name, path.Length == 0 ? "a key" : path, trouble);

    private static string Read(Func<string> text, string path, ReadTrouble trouble)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are not UTF-8: there is no way to ask beforehand.
            trouble.Note(path, "has letters that are no Unicode");
            return "";
        }
    }

    /// <summary>A value as it stands, down to the last text in it.</summary>
    public static void Copy(Utf8JsonWriter json, JsonElement value, string path, ReadTrouble trouble)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                json.WriteStringValue(Read(value, path, trouble));
                break;
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (JsonProperty one in value.EnumerateObject())
                {
                    string name = NameOf(one, path, trouble);
                    json.WritePropertyName(name);
                    Copy(json, one.Value, JsonPart.PathOf(path, name), trouble);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                int at = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Copy(json, item, $"{path}[{at++}]", trouble);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
