using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Throng.Tests;

/// <summary>JSON laid out for people: what holds nothing but values stands in one line where it has room.</summary>
internal static class SchemaText
{
    private const int Columns = 120;

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(JsonNode node)
    {
        StringBuilder text = new();
        Append(text, node, indent: 0, used: 0);
        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent, int used)
    {
        (string? Name, JsonNode? Value)[] entries = node switch
        {
            JsonObject one => [.. one.Select(entry => ((string?)$"\"{entry.Key}\": ", entry.Value))],
            JsonArray list => [.. list.Select(item => ((string?)null, item))],
            _ => [],
        };
        string line = node switch
        {
            JsonObject => $"{{ {Joined(entries)} }}",
            JsonArray => $"[{Joined(entries)}]",
            _ => node?.ToJsonString(Plain) ?? "null",
        };
        bool isFlat = entries.All(one => one.Value is JsonValue) && used + line.Length < Columns;
        if (isFlat || entries.Length == 0)
        {
            text.Append(line);
            return;
        }

        text.Append(node is JsonObject ? '{' : '[');
        for (int i = 0; i < entries.Length; i++)
        {
            text.Append(i > 0 ? ",\n" : "\n").Append(' ', indent + 2).Append(entries[i].Name);
            Append(text, entries[i].Value, indent + 2, indent + 2 + (entries[i].Name?.Length ?? 0));
        }

        text.Append('\n').Append(' ', indent).Append(node is JsonObject ? '}' : ']');
    }

    private static string Joined(IEnumerable<(string? Name, JsonNode? Value)> entries) =>
        string.Join(", ", entries.Select(one => one.Name + one.Value?.ToJsonString(Plain)));
}
