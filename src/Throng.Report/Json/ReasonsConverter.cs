using System.Text.Json;
using System.Text.Json.Serialization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Counts by reason, in the order they were added.</summary>
internal sealed class ReasonsConverter : JsonConverter<ReasonCounts>
{
    public override ReasonCounts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        ReasonCounts counts = [];
        using JsonDocument all = JsonDocument.ParseValue(ref reader);
        foreach (JsonProperty one in all.RootElement.EnumerateObject())
        {
            counts.Add(one.Name, one.Value.GetInt64());
        }

        return counts;
    }

    public override void Write(Utf8JsonWriter writer, ReasonCounts value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (KeyValuePair<string, long> count in value)
        {
            writer.WriteNumber(count.Key, count.Value);
        }

        writer.WriteEndObject();
    }
}
