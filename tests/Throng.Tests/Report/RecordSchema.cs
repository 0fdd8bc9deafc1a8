using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;
using Throng.Report;

namespace Throng.Tests;

/// <summary>
/// Schemas of the documents, made of what the records and their attributes say: each record has its place in
/// <c>$defs</c>. What is not derived is what no record says: the sections of the commands, and how lines begin.
/// </summary>
internal sealed class RecordSchema
{
    private static readonly string[] Commands =
        ["hold", "query", "churn", "saturate", "capacity", "idle", "monitor", "bench", "serve"];

    private readonly JsonObject _definitions = new()
    {
        ["count"] = Said("A whole number from 0: a count, ns or bytes, as the key says.", "integer", ("minimum", 0)),
        ["countOrNull"] = new JsonObject
        {
            ["description"] = "The same; null where it could not be measured.",
            ["type"] = new JsonArray("integer", "null"),
            ["minimum"] = 0,
        },
        ["byReason"] = Said(
            "Counts by reason; docs/reference/metrics.md.", "object", ("additionalProperties", ReferenceTo("count"))),
        ["started"] = Said(
            "UTC.", "string",
            ("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$")),
    };

    private readonly string _schema;
    private readonly bool _isMerged;

    private RecordSchema(string schema, bool isMerged)
    {
        _schema = schema;
        _isMerged = isMerged;
    }

    /// <summary>The document of a run, or of one that did not come about.</summary>
    public static string OfRun()
    {
        RecordSchema schema = new(RunDocument.SchemaName, isMerged: true);
        JsonObject run = schema.ObjectOf(JsonTypes.Read<RunDocument>());
        JsonObject failure = schema.ObjectOf(JsonTypes.Read<RunFailure>());
        JsonObject keys = run["properties"]!.AsObject();
        foreach ((string key, JsonNode? value) in failure["properties"]!.AsObject())
        {
            keys.TryAdd(key, value!.DeepClone());
        }

        foreach (string command in Commands)
        {
            keys[command] = Said("The command's own section.", "object");
        }

        string[] always = Required(run);
        string[] onFailure = Required(failure);
        JsonArray either =
        [
            Requiring([.. onFailure.Except(always)]), Requiring([.. always.Except(onFailure)]),
        ];
        run["required"] = ListOf(always.Intersect(onFailure));
        run["oneOf"] = either;
        return schema.Whole("The result of a run, or of one that did not come about. Keys end in their unit.", run);
    }

    /// <summary>A line of a stream.</summary>
    public static string OfStream()
    {
        RecordSchema schema = new(JsonLines.SchemaName, isMerged: false);
        JsonObject[] lines =
        [
            schema.Line("start", JsonTypes.Read<StreamStart>()), schema.Line("interval", JsonTypes.Read<SeriesPoint>()),
            schema.Line("event", JsonTypes.Read<RunEvent>()), schema.Line("verdict", JsonTypes.Read<StreamVerdict>()),
        ];
        JsonObject any = new() { ["oneOf"] = new JsonArray(lines) };
        return schema.Whole(
            "One line of --json-stream. The first is start, the last verdict. Keys end in their unit.", any);
    }

    private JsonObject Line(string name, JsonTypeInfo type)
    {
        JsonObject line = ObjectOf(type);
        line["properties"]!.AsObject().Insert(0, "event", new JsonObject { ["const"] = name });
        line["required"]!.AsArray().Insert(0, "event");
        return line;
    }

    private string Whole(string description, JsonObject rules)
    {
        JsonObject whole = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = Path.GetFileName(SchemaFile.PathOf(_schema)),
            ["title"] = _schema,
            ["description"] = description,
        };
        foreach ((string keyword, JsonNode? rule) in rules)
        {
            whole[keyword] = rule!.DeepClone();
        }

        whole["$defs"] = _definitions;
        return SchemaText.Of(whole);
    }

    private JsonObject ObjectOf(JsonTypeInfo type)
    {
        JsonObject keys = [];
        JsonPropertyInfo[] fields = [.. JsonTypes.KeysOf(type).Where(field => _isMerged || !IsOfMerged(field))];
        foreach (JsonPropertyInfo field in fields)
        {
            keys[field.Name] = Described(field.AttributeProvider!, OfField(field));
        }

        return Described(type.Type, new JsonObject
        {
            ["type"] = "object",
            ["properties"] = keys,
            ["required"] = ListOf(fields.Where(field => field.ShouldSerialize is null).Select(field => field.Name)),
            ["additionalProperties"] = JsonTypes.FurtherOf(type) is not null,
        });
    }

    private JsonObject OfField(JsonPropertyInfo field)
    {
        if (field.Name == "schema")
        {
            return new JsonObject { ["const"] = _schema };
        }

        bool mayBeNull = RecordShape.MayBeNull(field) && field.ShouldSerialize is null;
        JsonObject rules = OfType(field.Options.GetTypeInfo(field.PropertyType), mayBeNull);
        if (Attribute<RegularExpressionAttribute>(field.AttributeProvider!) is { } text)
        {
            rules["pattern"] = text.Pattern;
        }

        if (Attribute<RangeAttribute>(field.AttributeProvider!) is { } range)
        {
            rules["minimum"] = Convert.ToInt64(range.Minimum, null);
            if (range.Maximum is not double.MaxValue)
            {
                rules["maximum"] = Convert.ToInt64(range.Maximum, null);
            }
        }

        return rules;
    }

    private JsonObject OfType(JsonTypeInfo type, bool mayBeNull)
    {
        Type plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return plain == typeof(long) ? ReferenceTo(mayBeNull ? "countOrNull" : "count")
            : plain == typeof(double) ? new JsonObject { ["type"] = new JsonArray("number", "null") }
            : plain == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
            : plain == typeof(DateTimeOffset) ? ReferenceTo("started")
            : plain == typeof(ReasonCounts) ? ReferenceTo("byReason")
            : plain == typeof(Section) ? new JsonObject { ["type"] = "object" }
            : plain == typeof(string)
                ? new JsonObject { ["type"] = mayBeNull ? new JsonArray("string", "null") : "string" }
            : plain.IsEnum
                ? new JsonObject { ["enum"] = ListOf(Enum.GetNames(plain).Select(name => name.ToLowerInvariant())) }
            : type.Kind == JsonTypeInfoKind.Enumerable ? new JsonObject
            {
                ["type"] = "array",
                ["items"] = OfType(type.Options.GetTypeInfo(type.ElementType!), mayBeNull: false),
            }
            : OfRecord(type, mayBeNull);
    }

    private JsonObject OfRecord(JsonTypeInfo type, bool mayBeNull)
    {
        string name = JsonNamingPolicy.CamelCase.ConvertName(type.Type.Name);
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = null;
            _definitions[name] = ObjectOf(type);
        }

        return mayBeNull
            ? new JsonObject { ["anyOf"] = new JsonArray(ReferenceTo(name), new JsonObject { ["type"] = "null" }) }
            : ReferenceTo(name);
    }

    private static bool IsOfMerged(JsonPropertyInfo field) =>
        Attribute<DescriptionAttribute>(field.AttributeProvider!)?.Description == RunSource.NameSaid;

    private static T? Attribute<T>(ICustomAttributeProvider from)
        where T : Attribute => from.GetCustomAttributes(typeof(T), inherit: false).OfType<T>().FirstOrDefault();

    private static JsonObject Described(ICustomAttributeProvider from, JsonObject rules)
    {
        if (Attribute<DescriptionAttribute>(from) is { } said)
        {
            rules.Insert(0, "description", said.Description);
        }

        return rules;
    }

    private static JsonObject Said(string description, string type, params (string Keyword, JsonNode Rule)[] rules)
    {
        JsonObject said = new() { ["description"] = description, ["type"] = type };
        foreach ((string keyword, JsonNode rule) in rules)
        {
            said[keyword] = rule;
        }

        return said;
    }

    /// <summary>A rule that keys are there; it says itself that they may be, as strict validators want it.</summary>
    private static JsonObject Requiring(string[] keys) => new()
    {
        ["properties"] = new JsonObject(
            keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key, JsonValue.Create(true)))),
        ["required"] = ListOf(keys),
    };

    private static JsonObject ReferenceTo(string definition) => new() { ["$ref"] = "#/$defs/" + definition };

    private static string[] Required(JsonObject rules) =>
        [.. rules["required"]!.AsArray().Select(one => (string)one!)];

    private static JsonArray ListOf(IEnumerable<string> texts) =>
        new([.. texts.Select(text => JsonValue.Create(text))]);
}
