using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Throng.Cluster;

/// <summary>
/// The messages of agents and controllers as JSON. Keys that are not known have no effect; what is no message is none,
/// whatever it is. A key that is left out is set to null by what is generated, whatever the property begins with:
/// properties that are never null put their default in its place themselves.
/// </summary>
public static class ClusterJson
{
    public static byte[] Write<T>(T message)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(message, TypeOf<T>());

    /// <summary>False for what is no such message.</summary>
    public static bool TryRead<T>(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out T? message)
        where T : class
    {
        message = null;
        try
        {
            message = JsonSerializer.Deserialize(json.Span, TypeOf<T>());
        }
        catch (JsonException)
        {
            // Somebody else's words at our subject.
        }

        return message is not null;
    }

    /// <summary>A list that was left out is empty, and one with nothing in one of its places is none.</summary>
    /// <exception cref="JsonException">It has a place without a value.</exception>
    internal static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? list)
        where T : class => list is null ? []
            : list.Any(static one => one is null) ? throw new JsonException("a value is missing in a list")
            : list;

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)ClusterJsonTypes.Default.GetTypeInfo(typeof(T))!;
}

/// <summary>A number that is one: what is larger than a double holds would be read as infinite.</summary>
internal sealed class FiniteNumber : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw new JsonException("it is no number, or larger than there are");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(FiniteNumber)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentCard))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(Figure))]
[JsonSerializable(typeof(RunPlan))]
[JsonSerializable(typeof(LeaseHold))]
internal sealed partial class ClusterJsonTypes : JsonSerializerContext;
