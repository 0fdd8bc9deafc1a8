using System.Text.Json;
using System.Text.Json.Serialization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Writes a record, and behind its keys what only the section with its further facts names.</summary>
internal sealed class FurtherConverter<T>(Func<T, Section> further) : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A record is read by the form that JsonTypes.Read has of it.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        JsonFields.Write(writer, value, JsonTypes.Read<T>(), options);
        JsonSection.WriteEntries(writer, further(value));
        writer.WriteEndObject();
    }
}
