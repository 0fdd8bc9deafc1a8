using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Throng.Tests.Tidy;

namespace Throng.Tests;

/// <summary>One of the schemas in docs/reference/schema.</summary>
internal static class SchemaFile
{
    private static readonly EvaluationOptions AsList = new() { OutputFormat = OutputFormat.List };

    // A schema is known by its $id, once.
    private static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> Schemas = [];

    /// <param name="name">What the documents have under <c>schema</c>.</param>
    public static string PathOf(string name) => $"docs/reference/schema/{name.Replace('/', '-')}.schema.json";

    /// <summary>Errors in a document, with the place of each; empty when the document is valid.</summary>
    public static IReadOnlyList<string> Errors(string name, JsonElement document)
    {
        JsonSchema schema = Schemas.GetOrAdd(
            name, static one => new(() => JsonSchema.FromText(Repository.File(PathOf(one)).Text))).Value;
        EvaluationResults results = schema.Evaluate(document, AsList);
        return results.IsValid
            ? []
            : [$"it is no {name}", .. (results.Details ?? []).SelectMany(place =>
                (place.Errors ?? []).Select(error => $"{place.InstanceLocation}: {error.Key} {error.Value}"))];
    }
}
