using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Type information of the records from <see cref="RunJson"/>, in two forms. As read, the further facts of a part have
/// a key of their own; as written, they stand behind the keys of their record.
/// </summary>
internal static class JsonTypes
{
    private static readonly JsonSerializerOptions Reading = new(RunJson.Default.Options)
    {
        TypeInfoResolver = RunJson.Default.WithAddedModifier(LeaveOutParts),
    };

    private static readonly JsonSerializerOptions Writing = new(Reading)
    {
        Converters =
        {
            new FurtherConverter<Host>(host => host.More),
            new FurtherConverter<TcpCounters>(tcp => tcp.More),
            new FurtherConverter<RunDocument>(run => run.Own is { } own ? new Section { [run.Command] = own } : []),
        },
    };

    public static JsonTypeInfo<T> Read<T>() => (JsonTypeInfo<T>)Reading.GetTypeInfo(typeof(T));

    public static JsonTypeInfo<T> Written<T>() => (JsonTypeInfo<T>)Writing.GetTypeInfo(typeof(T));

    /// <summary>The keys of a record in their order.</summary>
    public static IEnumerable<JsonPropertyInfo> KeysOf(JsonTypeInfo type) =>
        type.Properties.Where(field => field.Get is not null && !IsFurther(field));

    /// <summary>The property that holds the facts a record has no key for; null when it has no such place.</summary>
    public static JsonPropertyInfo? FurtherOf(JsonTypeInfo type) => type.Properties.FirstOrDefault(IsFurther);

    private static bool IsFurther(JsonPropertyInfo field) =>
        field is { Get: not null, ShouldSerialize: not null } && field.PropertyType == typeof(Section)
        && field.Name != RunIdentity.LabelsKey; // a part like others, left out where there are none

    // A part that a command does not have is left out; within a part, what was not measured is null.
    private static void LeaveOutParts(JsonTypeInfo type)
    {
        if (type.Type != typeof(RunDocument))
        {
            return;
        }

        foreach (JsonPropertyInfo part in type.Properties)
        {
            if (part.IsGetNullable || part.PropertyType == typeof(IReadOnlyList<RunSource>))
            {
                part.ShouldSerialize = (_, value) => value is not (null or IReadOnlyList<RunSource> { Count: 0 });
            }
        }
    }
}
