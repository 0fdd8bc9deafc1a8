using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Reads what <see cref="JsonReport"/> writes: the schema <c>throng.run/1</c>. Keys it does not know are those of a
/// later version and have no effect. Lines before and after the document, such as the progress in the log of a
/// container, are skipped. Nothing it is given makes it throw.
/// </summary>
public static class RunReader
{
    private const string Remake =
        "give the file that a run wrote with --out, or all that --json printed, and nothing else";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>False with what is wrong, where in the document, and what to do.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out RunDocument? run, [NotNullWhen(false)] out ReadError? error)
    {
        run = null;
        json = json.Span.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            error = new ReadError("it is empty", Remake);
            return false;
        }

        if (TryParse(json, out JsonDocument? document, out error)
            || TryParse(WithoutLinesAround(json), out document, out _))
        {
            using (document)
            {
                error = Read(document.RootElement, out run);
            }
        }

        return error is null;
    }

    private static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JsonDocument? document, out ReadError? error)
    {
        (document, error) = (null, null);
        try
        {
            if (JsonText.HasForeignName(json.Span))
            {
                error = new ReadError("a key in it has letters that are no Unicode", Remake);
                return false;
            }

            document = JsonDocument.Parse(json);
        }
        catch (JsonException broken)
        {
            error = new ReadError(
                $"it is no JSON, or only a part of one: line {broken.LineNumber + 1}, "
                    + $"byte {broken.BytePositionInLine + 1}",
                Remake);
        }

        return document is not null;
    }

    /// <summary>Returns the text from the first line that begins with a brace to the last line that ends with one.
    /// </summary>
    private static ReadOnlyMemory<byte> WithoutLinesAround(ReadOnlyMemory<byte> text)
    {
        int start = text.Span.StartsWith("{"u8) ? 0 : text.Span.IndexOf("\n{"u8) + 1;
        int end = text.Span.TrimEnd("\r\n"u8) is [.., (byte)'}'] whole
            ? whole.Length
            : text.Span.LastIndexOf("}\n"u8) + 1;
        return text[start..Math.Max(start, end)];
    }

    private static ReadError? Read(JsonElement root, out RunDocument? run)
    {
        run = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ReadError("it is JSON, but no object", Remake);
        }

        ReadTrouble early = new();
        RunFailure head = RecordShape.Read<RunFailure>(root, "", early);
        if (head.Schema != RunDocument.SchemaName)
        {
            string remedy = head.Schema.StartsWith("throng.run/", StringComparison.Ordinal)
                ? "take the version of throng that wrote it, or one that came later"
                : Remake;
            string what = head.Schema.Length == 0 ? "it has no schema" : $"its schema is '{Shown(head.Schema)}'";
            return new ReadError($"{what}, not {RunDocument.SchemaName}", remedy);
        }

        if (head.Error != RunError.None)
        {
            return new ReadError(
                $"that run of {Shown(head.Command)} did not come about: {Shown(head.Error.What)}",
                Shown(head.Error.Remedy));
        }

        ReadTrouble trouble = new();
        run = RunOf(new JsonPart(root, "", trouble), head.Command);
        if ((trouble.First ?? early.First) is { } first)
        {
            run = null;
            return new ReadError($"it is no {RunDocument.SchemaName}: {Shown(first)}", Remake);
        }

        return null;
    }

    /// <summary>How the own section of a command is read, where it is more than figures.</summary>
    private static readonly Dictionary<string, Func<JsonPart, IOwnResult>> OwnResults = new()
    {
        ["saturate"] = SearchReader.Read, ["bench"] = BenchReader.Read,
        ["idle"] = IdleReader.Read,
        ["capacity"] = CapacityReader.Read,
    };

    private static RunDocument RunOf(JsonPart all, string command)
    {
        all.Require(JsonTypes.Read<RunDocument>());
        return all.As<RunDocument>() with
        {
            Own = command.Length == 0 ? null : all.Part(command, part => part.As<Section>()),
            Result = OwnResults.TryGetValue(command, out Func<JsonPart, IOwnResult>? read)
                ? all.Part(command, read)
                : null,
        };
    }

    // What a file says goes to a terminal as one line of plain text.
    private static string Shown(string text) => Letters.Quoted(text, 200);
}
