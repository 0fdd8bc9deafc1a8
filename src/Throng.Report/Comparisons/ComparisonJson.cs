using System.Text.Encodings.Web;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>The same as JSON: the schema <c>throng.comparison/1</c>. Lists of values have one for each run.</summary>
public static class ComparisonJson
{
    public const string SchemaName = "throng.comparison/1";

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One valid document and a newline.</summary>
    public static byte[] Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", SchemaName);
            WriteRuns(json, comparison);
            WriteOptions(json, comparison);
            WriteMetrics(json, comparison);
            WriteOutcomes(json, outcomes);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteRuns(Utf8JsonWriter json, RunComparison comparison)
    {
        json.WriteStartArray("runs");
        foreach (NamedRun one in comparison.Runs)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name);
            json.WriteString("command", one.Run.Command);
            json.WriteNumber("meanings", Meanings.Of(one.Run));
            json.WriteBoolean("ok", one.Run.Verdict.IsOk);
            json.WriteString("verdict", one.Run.Verdict.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOptions(Utf8JsonWriter json, RunComparison comparison)
    {
        json.WriteStartArray("options");
        foreach (OptionDifference option in comparison.Options)
        {
            json.WriteStartObject();
            json.WriteString("name", option.Name);
            json.WriteStartArray("values");
            foreach (Node? value in option.Values)
            {
                JsonSection.WriteValue(json, value ?? Node.Null);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetrics(Utf8JsonWriter json, RunComparison comparison)
    {
        json.WriteStartArray("metrics");
        foreach (ComparedMetric metric in comparison.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("metric", metric.Metric.Name);
            json.WriteString("key", metric.Metric.Key);
            json.WriteString("better", metric.Metric.Better.ToString().ToLowerInvariant());
            WriteList(json, "values", metric.Values);
            Difference?[] differences = [.. comparison.Runs.Select((_, at) => metric.To(at))];
            WriteList(json, "differences", [.. differences.Select(one => one?.Absolute)]);
            WriteList(json, "ratios", [.. differences.Select(one => one?.Ratio)]);
            json.WriteStartArray("directions");
            foreach (Difference? difference in differences)
            {
                json.WriteStringValue(difference?.Direction.ToString().ToLowerInvariant());
            }

            json.WriteEndArray();
            JsonSection.WriteNumber(json, "spread", comparison.AreRepeats ? metric.Spread : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOutcomes(Utf8JsonWriter json, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        json.WriteStartArray("thresholds");
        foreach (DifferenceOutcome outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("text", outcome.Threshold.Text);
            json.WriteString("run", outcome.Run);
            json.WriteBoolean("ok", outcome.IsOk);
            JsonSection.WriteNumber(json, "from", outcome.From);
            JsonSection.WriteNumber(json, "to", outcome.To);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<double?> values)
    {
        json.WriteStartArray(name);
        foreach (double? value in values)
        {
            if (value is { } number && double.IsFinite(number))
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }
}
