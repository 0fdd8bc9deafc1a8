using System.Text.Json;
using System.Text.RegularExpressions;

namespace Throng.Tests;

/// <summary>
/// As much of JSON Schema (draft 2020-12) as docs/schema uses. A keyword it does not know is an error: nothing in a
/// schema may be there without being checked.
/// </summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] Annotations = ["$schema", "$id", "$defs", "title", "description"];

    private readonly List<string> _errors = [];

    /// <summary>What is wrong with a document, with the place; empty when it is valid.</summary>
    public static IReadOnlyList<string> Errors(JsonElement schema, JsonElement document)
    {
        JsonSchema validation = new(schema);
        validation.Check(schema, document, "");
        return validation._errors;
    }

    private void Check(JsonElement schema, JsonElement value, string at)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name) && !Holds(keyword, schema, value, at))
            {
                _errors.Add($"{(at.Length == 0 ? "/" : at)}: {keyword.Name} {keyword.Value.GetRawText()}");
            }
        }
    }

    private bool Holds(JsonProperty keyword, JsonElement schema, JsonElement value, string at)
    {
        switch (keyword.Name)
        {
            case "$ref":
                Check(Find(keyword.Value.GetString()!), value, at);
                return true;
            case "properties":
                CheckProperties(keyword.Value, value, at);
                return true;
            case "additionalProperties":
                CheckOthers(keyword.Value, schema, value, at);
                return true;
            case "items":
                CheckItems(keyword.Value, value, at);
                return true;
            case "type":
                return Each(keyword.Value).Any(type => IsOfType(value, type.GetString()!));
            case "enum":
                return Each(keyword.Value).Any(one => JsonElement.DeepEquals(one, value));
            case "const":
                return JsonElement.DeepEquals(keyword.Value, value);
            case "required":
                return value.ValueKind != JsonValueKind.Object
                    || Each(keyword.Value).All(name => value.TryGetProperty(name.GetString()!, out _));
            case "minimum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() >= keyword.Value.GetDouble();
            case "maximum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() <= keyword.Value.GetDouble();
            case "pattern":
                return value.ValueKind != JsonValueKind.String
                    || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!);
            case "oneOf":
                return Each(keyword.Value).Count(one => IsValid(one, value)) == 1;
            default:
                throw new NotSupportedException($"the keyword {keyword.Name} at {at}");
        }
    }

    private void CheckProperties(JsonElement properties, JsonElement value, string at)
    {
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(property.Name, out JsonElement inner))
            {
                Check(property.Value, inner, $"{at}/{property.Name}");
            }
        }
    }

    private void CheckOthers(JsonElement others, JsonElement schema, JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Object || others.ValueKind == JsonValueKind.True)
        {
            return;
        }

        bool hasNames = schema.TryGetProperty("properties", out JsonElement named);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (hasNames && named.TryGetProperty(property.Name, out _))
            {
                continue;
            }

            if (others.ValueKind == JsonValueKind.False)
            {
                _errors.Add($"{at}/{property.Name}: no such key");
            }
            else
            {
                Check(others, property.Value, $"{at}/{property.Name}");
            }
        }
    }

    private void CheckItems(JsonElement items, JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(items, item, $"{at}/{index++}");
            }
        }
    }

    private bool IsValid(JsonElement schema, JsonElement value)
    {
        JsonSchema validation = new(root);
        validation.Check(schema, value, "");
        return validation._errors.Count == 0;
    }

    private JsonElement Find(string reference)
    {
        JsonElement at = root;
        foreach (string name in reference.TrimStart('#', '/').Split('/'))
        {
            at = at.GetProperty(name);
        }

        return at;
    }

    private static JsonElement[] Each(JsonElement one) =>
        one.ValueKind == JsonValueKind.Array ? [.. one.EnumerateArray()] : [one];

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() % 1 == 0,
        _ => throw new NotSupportedException($"the type {type}"),
    };
}
