using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Latencies of a document. The histogram stays as it was written, so that it can be written again byte for byte;
/// <see cref="LatencySummary.TryToHistogram"/> decodes it.
/// </summary>
internal static class JsonLatency
{
    private static readonly string[] Keys =
        ["count", "min", "mean", "p50", "p75", "p90", "p95", "p99", "p999", "p9999", "max", "histogram"];

    public static LatencySummary Of(JsonPart part) => new()
    {
        Count = part.Count("count"),
        MinNs = part.CountOrNull("min"),
        MeanNs = part.Number("mean"),
        P50Ns = part.CountOrNull("p50"),
        P75Ns = part.CountOrNull("p75"),
        P90Ns = part.CountOrNull("p90"),
        P95Ns = part.CountOrNull("p95"),
        P99Ns = part.CountOrNull("p99"),
        P999Ns = part.CountOrNull("p999"),
        P9999Ns = part.CountOrNull("p9999"),
        MaxNs = part.CountOrNull("max"),
        Histogram = part.TextOrNull("histogram"),
    };

    /// <summary>Whether an object in a command's own section is one: it has these keys and no other.</summary>
    public static bool Fits(JsonElement element)
    {
        int keys = 0;
        foreach (JsonProperty _ in element.EnumerateObject())
        {
            keys++;
        }

        return keys == Keys.Length && Keys.All(key => element.TryGetProperty(key, out JsonElement value)
            && (value.ValueKind == JsonValueKind.Null || (key == "histogram"
                ? value.ValueKind == JsonValueKind.String
                : value.ValueKind == JsonValueKind.Number && (key == "mean" || value.TryGetInt64(out long _)))));
    }
}
