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
        Named(answer, name, static part => part.ValueKind == JsonValueKind.Object);

    /// <summary>A whole number.</summary>
    /// <exception cref="NatsException">There is none.</exception>
    public static long Number(this JsonElement answer, string name) =>
        Named(answer, name, static part => part.ValueKind == JsonValueKind.Number && part.TryGetInt64(out _))
            .GetInt64();

    /// <summary>A text.</summary>
    /// <exception cref="NatsException">There is none.</exception>
    public static string Words(this JsonElement answer, string name) =>
        Named(answer, name, static part => part.ValueKind == JsonValueKind.String).GetString() ?? "";

    private static JsonElement Named(JsonElement answer, string name, Predicate<JsonElement> isRight) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement part) && isRight(part)
            ? part
            : throw new NatsException($"an answer without {name}");
}
