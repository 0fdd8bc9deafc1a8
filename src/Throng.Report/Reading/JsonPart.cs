using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// An object of a document under its path. What is not there reads as nothing (0, null, empty): a document of an
/// earlier version lacks what came later. What is of another kind is noted, and reads as nothing too.
/// </summary>
internal sealed class JsonPart(JsonElement element, string path, ReadTrouble trouble)
{
    /// <summary>Finds the value under a name; null when there is none.</summary>
    public static JsonElement? Find(JsonElement? element, string name) => element is { } part
        && part.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>Keys from the root, with dots between.</summary>
    public static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Notes what a document cannot do without: every key that is always written.</summary>
    public void Require(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo field in JsonTypes.KeysOf(type).Where(field => field.ShouldSerialize is null))
        {
            if (Find(element, field.Name) is null)
            {
                trouble.Note(PathOf(path, field.Name), "is missing");
            }
        }
    }

    /// <summary>All of it, as a record.</summary>
    public T As<T>()
        where T : class => RecordShape.Read<T>(element, path, trouble);

    /// <summary>An object inside, or null.</summary>
    public JsonPart? Part(string name) => Find<JsonElement>(name) is { } part
        ? new JsonPart(part, PathOf(path, name), trouble)
        : null;

    /// <summary>An object inside as <paramref name="read"/> has it, or null.</summary>
    public T? Part<T>(string name, Func<JsonPart, T> read)
        where T : class => Part(name) is { } part ? read(part) : null;

    public IReadOnlyList<T> List<T>(string name, Func<JsonPart, T> read)
    {
        if (Find(element, name) is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            trouble.Note(PathOf(path, name), "is not a list");
            return [];
        }

        List<T> items = new(list.GetArrayLength());
        foreach (JsonElement item in list.EnumerateArray())
        {
            string at = $"{PathOf(path, name)}[{items.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                trouble.Note(at, "is not an object");
                break;
            }

            items.Add(read(new JsonPart(item, at, trouble)));
        }

        return items;
    }

    public string Text(string name) => TextOrNull(name) ?? "";

    public string? TextOrNull(string name) => Find<string>(name) is { } found
        ? JsonText.Read(found, PathOf(path, name), trouble)
        : null;

    public bool Flag(string name) => Find<bool>(name)?.GetBoolean() ?? false;

    /// <summary>A count, ns or bytes.</summary>
    public long Count(string name) => CountOrNull(name) ?? 0;

    /// <summary>The same; null where there is none.</summary>
    public long? CountOrNull(string name) => Find<long>(name)?.GetInt64();

    public double? Number(string name) => Find<double>(name)?.GetDouble();

    public ReasonCounts Reasons(string name) => Part(name)?.As<ReasonCounts>() ?? [];

    public LatencySummary? Latency(string name) => Part(name)?.As<LatencySummary>();

    private JsonElement? Find<T>(string name)
    {
        JsonElement? found = Find(element, name);
        if (found is { } value && RecordShape.Mismatch(value, typeof(T)) is { } what)
        {
            trouble.Note(PathOf(path, name), what);
            return null;
        }

        return found;
    }
}
