using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Throng.Report;

/// <summary>The start of a run: UTC, to the millisecond.</summary>
internal sealed class StartedConverter : JsonConverter<DateTimeOffset>
{
    private const string Form = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>No run starts so late: what is counted from its start still has a date.</summary>
    private const int YearEnd = 3000;

    public static bool TryParse(string text, out DateTimeOffset started) => DateTimeOffset.TryParseExact(
        text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out started)
        && started.Year < YearEnd;

    /// <summary>A time as it is written everywhere.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>No time at all for a text that is none.</summary>
    public override DateTimeOffset Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryParse(reader.GetString() ?? "", out DateTimeOffset started) ? started : default;

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));
}
