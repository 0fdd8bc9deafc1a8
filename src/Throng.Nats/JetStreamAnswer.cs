using System.Text.Json;
using NATS.Client.Core;

namespace Throng.Nats;

/// <summary>
/// Parts of what a server answers: one that is missing, or is of another kind, is a refusal like any other.
/// </summary>
internal static class JetStreamAnswer
{
    /// <summary>A part that is an object.</summary>
    /// <exception cref="NatsException">There is none.</exception>
    public static JsonElement Part(this JsonElement answer, string name) =>
        answer.Has(name, JsonValueKind.Object, out JsonElement part) ? part : throw Without(name);

    /// <summary>A whole number.</summary>
    /// <exception cref="NatsException">There is none.</exception>
    public static long Number(this JsonElement answer, string name) =>
        answer.Has(name, JsonValueKind.Number, out JsonElement part) && part.TryGetInt64(out long number)
            ? number
            : throw Without(name);

    /// <summary>A text.</summary>
    /// <exception cref="NatsException">There is none.</exception>
    public static string Words(this JsonElement answer, string name) =>
        answer.Has(name, JsonValueKind.String, out JsonElement part) ? part.GetString()! : throw Without(name);

    /// <summary>Whether this is an object that has a part of this kind.</summary>
    public static bool Has(this JsonElement answer, string name, JsonValueKind kind, out JsonElement part)
    {
        part = default;
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out part)
            && part.ValueKind == kind;
    }

    private static NatsException Without(string name) => new($"an answer without {name}");
}
