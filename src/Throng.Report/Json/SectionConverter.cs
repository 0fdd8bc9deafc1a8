using System.Text.Json;
using System.Text.Json.Serialization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Sections as <see cref="JsonSection"/> has them.</summary>
internal sealed class SectionConverter : JsonConverter<Section>
{
    public override Section Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument section = JsonDocument.ParseValue(ref reader);
        return JsonSection.Of(section.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Section value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        JsonSection.WriteEntries(writer, value);
        writer.WriteEndObject();
    }
}
