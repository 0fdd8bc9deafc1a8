using System.Text;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>
/// Statistics read back, ours and the original's: the first JSON value there is, on one line or on many. What is
/// missing is 0, and names may have any case, as Go has it.
/// </summary>
public static class CtrafficStatsReader
{
    /// <param name="error">What is wrong with the text; empty when it could be read.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out CtrafficStats stats, out string error)
    {
        stats = new CtrafficStats();
        error = "";
        ReadOnlySpan<byte> rest = text.TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] != '{')
        {
            error = rest.IsEmpty ? "EOF" : $"invalid character {Quoted(rest)} looking for beginning of value";
            return false;
        }

        try
        {
            Utf8JsonReader reader = new(rest, new JsonReaderOptions { AllowMultipleValues = true });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            stats = StatsOf(document.RootElement);
            if (double.IsFinite(stats.Rate))
            {
                return true;
            }

            error = "a number is larger than there are";
        }
        catch (JsonException wrong)
        {
            error = $"no JSON from line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine} on";
        }
        catch (InvalidOperationException)
        {
            error = "a value is not of the kind that ctraffic writes there";
        }

        return false;
    }

    private static CtrafficStats StatsOf(JsonElement root) => new()
    {
        Started = Text(root, "Started"),
        Duration = Number(root, "Duration"),
        Rate = Find(root, "Rate") is { ValueKind: JsonValueKind.Number } rate ? rate.GetDouble() : 0,
        Connections = Number(root, "Connections"),
        PacketSize = Number(root, "PacketSize"),
        FailedConnections = Number(root, "FailedConnections"),
        Sent = Number(root, "Sent"),
        Received = Number(root, "Received"),
        Dropped = Number(root, "Dropped"),
        Retransmits = Number(root, "Retransmits"),
        FailedConnects = Number(root, "FailedConnects"),
        ConnStats = [.. Items(root, "ConnStats").Select(SlotOf)],
        Samples = [.. Items(root, "Samples").Select(SampleOf)],
    };

    private static CtrafficSlot SlotOf(JsonElement slot) => new()
    {
        Started = Number(slot, "Started"),
        Connect = Number(slot, "Connect"),
        Ended = Number(slot, "Ended"),
        Err = Text(slot, "Err"),
        Sent = Number(slot, "Sent"),
        Received = Number(slot, "Received"),
        Dropped = Number(slot, "Dropped"),
        Retransmits = Number(slot, "Retransmits"),
        Local = Text(slot, "Local"),
        Remote = Text(slot, "Remote"),
        Host = Text(slot, "Host"),
    };

    private static CtrafficSample SampleOf(JsonElement sample) => new(
        Number(sample, "Time"), Number(sample, "Sent"), Number(sample, "Received"), Number(sample, "Dropped"));

    private static JsonElement? Find(JsonElement within, string name)
    {
        foreach (JsonProperty property in within.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                && property.Value.ValueKind != JsonValueKind.Null)
            {
                return property.Value;
            }
        }

        return null;
    }

    private static string Text(JsonElement within, string name) => Find(within, name)?.GetString() ?? "";

    /// <summary>jq and others round what a double cannot hold.</summary>
    private static long Number(JsonElement within, string name)
    {
        if (Find(within, name) is not { } number)
        {
            return 0;
        }

        return number.TryGetInt64(out long whole) ? whole
            : (long)Math.Clamp(number.GetDouble(), long.MinValue, 9.2e18);
    }

    private static IEnumerable<JsonElement> Items(JsonElement within, string name) =>
        Find(within, name)?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();

    private static string Quoted(ReadOnlySpan<byte> text)
    {
        _ = Rune.DecodeFromUtf8(text, out Rune first, out _);
        return Letters.Shows(first) ? $"'{first}'"
            : first.IsAscii ? $"'\\x{first.Value:x2}'"
            : $"'\\u{first.Value:x4}'";
    }
}
