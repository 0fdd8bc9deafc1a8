using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Reads what <see cref="JsonReport"/> writes: the schema <c>throng.run/1</c>. Keys it does not know are those of a
/// later version and have no effect. Nothing it is given makes it throw.
/// </summary>
public static class RunReader
{
    private const string Remake =
        "give the file that a run wrote with --out, or all that --json printed, and nothing else";

    // "A key may be added": what has always been there, and the rest means nothing without.
    private static readonly string[] Required =
        ["tool", "command", "options", "host", "started", "duration_ns", "ended_by", "verdict", "connections", "series",
            "events", "thresholds"];

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

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            error = Read(document.RootElement, out run);
        }
        catch (JsonException broken)
        {
            error = new ReadError(
                $"it is no JSON, or only a part of one: line {broken.LineNumber + 1}, "
                    + $"byte {broken.BytePositionInLine + 1}",
                Remake);
        }

        return error is null;
    }

    private static ReadError? Read(JsonElement root, out RunDocument? run)
    {
        run = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ReadError("it is JSON, but no object", Remake);
        }

        ReadTrouble trouble = new();
        JsonPart all = new(root, "", trouble);
        string schema = all.Text("schema");
        if (schema != RunDocument.SchemaName)
        {
            string remedy = schema.StartsWith("throng.run/", StringComparison.Ordinal)
                ? "take the version of throng that wrote it, or one that came later"
                : Remake;
            string what = schema.Length == 0 ? "it has no schema" : $"its schema is '{Shown(schema)}'";
            return new ReadError($"{what}, not {RunDocument.SchemaName}", remedy);
        }

        if (all.Part("error") is { } failure)
        {
            return new ReadError(
                $"that run of {Shown(all.Text("command"))} did not come about: {Shown(failure.Text("what"))}",
                Shown(failure.Text("remedy")));
        }

        foreach (string name in Required)
        {
            all.Require(name);
        }

        run = RunOf(all);
        if (trouble.First is { } first)
        {
            run = null;
            return new ReadError($"it is no {RunDocument.SchemaName}: {Shown(first)}", Remake);
        }

        return null;
    }

    private static RunDocument RunOf(JsonPart all)
    {
        string command = all.Text("command");
        return new RunDocument
        {
            Tool = all.Part("tool", ToolOf) ?? new Tool("", ""),
            Meanings = (int)(all.CountOrNull("meanings") ?? Meanings.First),
            Command = command,
            Options = all.Section("options"),
            Host = all.Part("host", HostOf) ?? new Host(),
            Started = StartedOf(all),
            DurationNs = all.Count("duration_ns"),
            EndedBy = all.Text("ended_by"),
            Verdict = all.Part("verdict", VerdictOf) ?? Verdict.None,
            Connections = all.Part("connections", ConnectionsOf) ?? new Connections(),
            Messages = all.Part("messages", MessagesOf),
            Connect = all.Part("connect", ConnectOf),
            Response = all.Latency("response_ns"),
            Service = all.Latency("service_ns"),
            Lag = all.Latency("lag_ns"),
            Rate = all.Part("rate", part =>
                new Rate(part.NumberOrNaN("offered_per_s"), part.NumberOrNaN("achieved_per_s"))),
            Tcp = all.Part("tcp", CountersReader.TcpOf),
            Network = all.Part("network", CountersReader.NetworkOf),
            Limits = all.Part("limits", CountersReader.LimitsOf),
            Cpu = all.Part("cpu", CountersReader.CpuOf),
            Memory = all.Part("memory", part =>
                new MemoryUse(part.Count("rss_bytes"), part.Number("bytes_per_connection"))),
            Series = all.List("series", SeriesReader.PointOf),
            Events = all.List("events", part =>
                new RunEvent(part.Count("t_ns"), part.Text("what")) { Source = part.TextOrNull("source") }),
            Thresholds = all.List("thresholds", part =>
                new ThresholdOutcome(part.Text("text"), part.Flag("ok"), part.Number("value"))
                {
                    Source = part.TextOrNull("source"),
                }),
            Sources = all.List("sources", SourceOf),
            Own = command.Length == 0 ? null : all.Part(command, part => JsonSectionReader.Of(part)),
            Search = command == "saturate" ? all.Part(command, SearchReader.Of) : null,
            Bench = command == "bench" ? all.Part(command, BenchReader.Of) : null,
        };
    }

    private static Tool ToolOf(JsonPart part) =>
        new(part.Text("name"), part.Text("version"), part.Text("build") == "debug");

    private static Host HostOf(JsonPart part) => new()
    {
        Kernel = part.Text("kernel"),
        Cpus = (int)Math.Clamp(part.Count("cpus"), 0, int.MaxValue),
        Nofile = part.Count("nofile"),
        Engine = part.Text("engine"),
        EngineReason = part.Text("engine_reason"),
        More = JsonSectionReader.Of(part, "kernel", "cpus", "nofile", "engine", "engine_reason"),
    };

    private static DateTimeOffset StartedOf(JsonPart all)
    {
        string text = all.Text("started");
        if (!DateTimeOffset.TryParseExact(
            text, JsonReport.StartedForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset started) && text.Length > 0)
        {
            all.Trouble.Note("started", "is no time such as 2026-01-02T03:04:05.678Z");
        }

        return started;
    }

    private static RunSource SourceOf(JsonPart part) => new()
    {
        Name = part.Text("name"),
        Host = part.Part("host", HostOf) ?? new Host(),
        Started = StartedOf(part),
        DurationNs = part.Count("duration_ns"),
        EndedBy = part.Text("ended_by"),
        Verdict = part.Text("verdict"),
        Options = part.Section("options"),
        Series = part.List("series", SeriesReader.PointOf),
    };

    private static Verdict VerdictOf(JsonPart part) =>
        new(part.Flag("ok"), part.Text("text"), part.List("findings", FindingOf));

    private static Finding FindingOf(JsonPart part)
    {
        Severity severity = part.Text("severity") switch
        {
            "error" => Severity.Error,
            "warning" => Severity.Warning,
            _ => Severity.Info,
        };
        return new Finding(
            severity, part.Text("rule"), part.Text("text"), part.Text("evidence"), part.Text("remedy"))
        {
            Source = part.TextOrNull("source"),
        };
    }

    private static Connections ConnectionsOf(JsonPart part) => new()
    {
        Target = part.CountOrNull("target"),
        Open = part.Count("open"),
        Held = part.Count("held"),
        Peak = part.Count("peak"),
        Opened = part.Count("opened"),
        Closed = part.Reasons("closed"),
        ConnectFailed = part.Reasons("connect_failed"),
        Reconnected = part.Count("reconnected"),
        Lost = part.Count("lost"),
        PlateauNs = part.CountOrNull("plateau_ns"),
    };

    private static Messages MessagesOf(JsonPart part) => new()
    {
        Offered = part.Count("offered"),
        NotSent = part.Count("not_sent"),
        Sent = part.Count("sent"),
        Answered = part.Count("answered"),
        Late = part.Count("late"),
        TimedOut = part.Count("timed_out"),
        Lost = part.Count("lost"),
        Invalid = part.Count("invalid"),
        BytesSent = part.Count("bytes_sent"),
        BytesReceived = part.Count("bytes_received"),
    };

    private static ConnectPhase ConnectOf(JsonPart part) =>
        new(part.Count("attempts"), part.Latency("latency_ns") ?? LatencySummary.Empty)
        {
            Handshake = part.Latency("handshake_ns"),
        };

    // What a file says goes to a terminal as one line of plain text.
    private static string Shown(string text)
    {
        string plain = string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
        return plain.Length <= 200 ? plain : plain[..200] + "...";
    }
}
