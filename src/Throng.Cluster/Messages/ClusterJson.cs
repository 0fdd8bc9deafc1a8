using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Throng.Cluster;

/// <summary>
/// The messages of agents and controllers as JSON. Keys that are not known have no effect; what is no message is none,
/// whatever it is.
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

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)ClusterJsonTypes.Default.GetTypeInfo(typeof(T))!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentCard))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(Figure))]
[JsonSerializable(typeof(RunPlan))]
internal sealed partial class ClusterJsonTypes : JsonSerializerContext;
