using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// An object of a document under its path. What is not there reads as nothing (0, null, empty): a document of an
/// earlier version lacks what came later. What is of another kind is noted, and reads as nothing too.
/// </summary>
internal sealed class JsonPart(JsonElement element, string path, ReadTrouble trouble)
{
    public JsonElement Element => element;

    public string Path => path;

    public ReadTrouble Trouble => trouble;

    /// <summary>Notes what a document cannot do without.</summary>
    public void Require(string name)
    {
        if (Find(name) is null)
        {
            trouble.Note(PathOf(name), "is missing");
        }
    }

    /// <summary>An object inside, or null.</summary>
    public JsonPart? Part(string name) =>
        Find(name, JsonValueKind.Object, "an object") is { } part ? new JsonPart(part, PathOf(name), trouble) : null;

    /// <summary>An object inside as <paramref name="read"/> has it, or null.</summary>
    public T? Part<T>(string name, Func<JsonPart, T> read)
        where T : class => Part(name) is { } part ? read(part) : null;

    public IReadOnlyList<T> List<T>(string name, Func<JsonPart, T> read)
    {
        if (Find(name, JsonValueKind.Array, "a list") is not { } list)
        {
            return [];
        }

        List<T> items = new(list.GetArrayLength());
        foreach (JsonElement item in list.EnumerateArray())
        {
            string at = $"{PathOf(name)}[{items.Count}]";
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

    public string? TextOrNull(string name) => Find(name, JsonValueKind.String, "a text") is { } found
        ? JsonText.Of(found, PathOf(name), trouble)
        : null;

    public bool Flag(string name)
    {
        JsonElement? found = Find(name);
        if (found is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
        {
            trouble.Note(PathOf(name), "is neither true nor false");
        }

        return found is { ValueKind: JsonValueKind.True };
    }

    /// <summary>A count, ns or bytes.</summary>
    public long Count(string name) => CountOrNull(name) ?? 0;

    public long? CountOrNull(string name)
    {
        if (Find(name, JsonValueKind.Number, "a number") is not { } found)
        {
            return null;
        }

        if (found.TryGetInt64(out long count))
        {
            return count;
        }

        trouble.Note(PathOf(name), "is no whole number of 63 bits");
        return null;
    }

    public double? Number(string name) =>
        Find(name, JsonValueKind.Number, "a number") is { } found ? found.GetDouble() : null;

    /// <summary>A number that a document has as null when it is none.</summary>
    public double NumberOrNaN(string name) => Number(name) ?? double.NaN;

    public ReasonCounts Reasons(string name)
    {
        ReasonCounts counts = [];
        if (Part(name) is { } part)
        {
            foreach (string reason in part.Names())
            {
                counts.Add(reason, part.Count(reason));
            }
        }

        return counts;
    }

    public LatencySummary? Latency(string name) => Part(name, JsonLatency.Of);

    public Section Section(string name) => Part(name) is { } part ? JsonSectionReader.Of(part) : [];

    /// <summary>The names inside, in their order.</summary>
    public IReadOnlyList<string> Names()
    {
        List<string> names = [];
        foreach (JsonProperty one in element.EnumerateObject())
        {
            names.Add(JsonText.NameOf(one, path, trouble));
        }

        return names;
    }

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;

    private JsonElement? Find(string name, JsonValueKind kind, string what)
    {
        JsonElement? found = Find(name);
        if (found is { } value && value.ValueKind != kind)
        {
            trouble.Note(PathOf(name), $"is not {what}");
            return null;
        }

        return found;
    }
}
