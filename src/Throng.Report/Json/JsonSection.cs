using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Parts whose shape the model does not know, as they stand.</summary>
internal static class JsonSection
{
    public static void WriteEntries(Utf8JsonWriter json, Section section)
    {
        foreach (KeyValuePair<string, Node> entry in section)
        {
            json.WritePropertyName(entry.Key);
            WriteValue(json, entry.Value);
        }
    }

    public static void WriteValue(Utf8JsonWriter json, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Text:
                json.WriteStringValue(node.Text);
                break;
            case NodeKind.Integer:
                json.WriteNumberValue(node.Integer);
                break;
            case NodeKind.Real:
                json.WriteNumberValue(node.Real);
                break;
            case NodeKind.Flag:
                json.WriteBooleanValue(node.Flag);
                break;
            case NodeKind.List:
                json.WriteStartArray();
                foreach (Node item in node.Items)
                {
                    WriteValue(json, item);
                }

                json.WriteEndArray();
                break;
            case NodeKind.Section:
                json.WriteStartObject();
                WriteEntries(json, node.Section);
                json.WriteEndObject();
                break;
            case NodeKind.Latency:
                JsonSerializer.Serialize(json, node.Latency, JsonTypes.Written<LatencySummary>());
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>The section again; every text in it must be one.</summary>
    public static Section Of(JsonElement element)
    {
        Section section = [];
        foreach (JsonProperty one in element.EnumerateObject())
        {
            section[one.Name] = ValueOf(one.Value);
        }

        return section;
    }

    private static Node ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => NumberOf(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => Node.ListOf([.. element.EnumerateArray().Select(ValueOf)]),
        JsonValueKind.Object when IsLatency(element) => element.Deserialize(JsonTypes.Read<LatencySummary>())!,
        JsonValueKind.Object => Of(element),
        _ => Node.Null,
    };

    // What is written with digits alone is written so again. -0 is no such number: the integer has no sign.
    private static Node NumberOf(JsonElement element)
    {
        string text = element.GetRawText();
        bool isWhole = text.AsSpan().IndexOfAny(".eE") < 0 && text != "-0";
        if (isWhole && element.TryGetInt64(out long whole))
        {
            return whole;
        }

        return element.GetDouble();
    }

    /// <summary>Whether an object is a latency: it has these keys and no other.</summary>
    private static bool IsLatency(JsonElement element)
    {
        JsonPropertyInfo[] keys = [.. JsonTypes.KeysOf(JsonTypes.Read<LatencySummary>())];
        return element.GetPropertyCount() == keys.Length && keys.All(key =>
            element.TryGetProperty(key.Name, out JsonElement value) && (value.ValueKind == JsonValueKind.Null
                ? RecordShape.MayBeNull(key)
                : RecordShape.Mismatch(value, key.PropertyType) is null));
    }
}
