using System.Text.Json;
using System.Text.Json.Nodes;
using Throng.Measurement;
using Throng.Report;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>docs/reference/schema says what the documents are, no more and no less.</summary>
public sealed class JsonSchemaTests
{
    // What stands in them is a command's own business, or the host's.
    private static readonly string[] Free = ["/options", "/query", "/hold", "/host", "/tcp", "/limits/sysctls"];

    [Theory]
    [InlineData("run-full.json")]
    [InlineData("run-hold.json")]
    [InlineData("run-monitor.json")]
    [InlineData("run-merged.json")]
    [InlineData("run-failure.json")]
    public void Documents_are_valid(string name) => Assert.Empty(Errors(Golden(name)));

    [Fact]
    public void What_the_program_prints_is_valid()
    {
        CliShell run = new();
        Assert.Equal(99, run.Run("hold", "--for", "1ms", "--json", "--fail-on", "response > 1ms"));
        Assert.Empty(Errors(JsonNode.Parse(run.Out)!));
        CliShell serve = new();
        serve.Live.ConnectsTo.Clear();
        Assert.Equal(0, serve.Run("serve", "--for", "1ms", "--json"));
        Assert.Empty(Errors(JsonNode.Parse(serve.Out)!));
        CliShell failure = new();
        Assert.Equal(2, failure.Run("hold", "many", "--json"));
        Assert.Empty(Errors(JsonNode.Parse(failure.Out)!));
    }

    /// <summary>Strict validators refuse a schema that asks for a key it does not declare in the same place.</summary>
    [Fact]
    public void Keys_that_are_required_are_declared_beside_it()
    {
        string[] names = [RunDocument.SchemaName, JsonLines.SchemaName, "throng.comparison/1", "throng.cluster/1"];
        foreach (string name in names)
        {
            foreach (JsonObject one in Objects(JsonNode.Parse(Repository.File(SchemaFile.PathOf(name)).Text)!))
            {
                IEnumerable<string> required = (one["required"] as JsonArray)?.Select(key => (string)key!) ?? [];
                Assert.All(required, key => Assert.True(
                    one["properties"]?.AsObject().ContainsKey(key), $"{name} {PathOf(one)}: {key}"));
            }
        }
    }

    [Fact]
    public void A_key_nobody_knows_is_an_error_but_where_keys_are_free()
    {
        JsonNode full = Golden("run-full.json");
        foreach (JsonObject one in Objects(full))
        {
            // A latency is never free, wherever it stands; /tcp has one.
            bool isFree = IsFree(one) && PathOf(one) != "/tcp/rtt_ns";
            bool isByReason = PathOf(one) is "/connections/closed" or "/connections/connect_failed"
                or "/connections/other_errnos";
            one["surprise"] = "a key";
            Assert.True(isFree == (Errors(full).Count == 0), PathOf(one));
            one["surprise"] = 1;
            Assert.True((isFree || isByReason) == (Errors(full).Count == 0), PathOf(one));
            one.Remove("surprise");
        }

        Assert.Empty(Errors(full));
    }

    [Fact]
    public void A_key_that_is_missing_or_of_another_kind_is_an_error()
    {
        JsonNode full = Golden("run-full.json");
        string[] parts =
            ["meanings", "messages", "connect", "response_ns", "service_ns", "lag_ns", "rate", "tcp", "network",
                "limits", "cpu", "memory", "query", "drain"];
        int tried = 0;
        foreach (JsonObject one in Objects(full).Where(one => !IsFree(one)))
        {
            string path = PathOf(one);
            foreach (string key in one.Select(entry => entry.Key).ToArray())
            {
                JsonNode? value = one[key];
                one[key] = JsonNode.Parse("[[true]]");
                Assert.True(Errors(full).Count > 0, $"{path}/{key} may be anything");
                one.Remove(key);
                bool mayBeMissing = (path.Length == 0 && parts.Contains(key))
                    || path is "/connections/closed" or "/connections/connect_failed" or "/connections/other_errnos"
                    || (path == "/connections/ended_by_peer" && key is "first_ns" or "last_ns")
                    || (path == "/connect" && key == "handshake_ns") || (path == "/drain" && key == "drain");
                Assert.True(mayBeMissing == (Errors(full).Count == 0), $"{path}/{key} is missing");
                one[key] = value;
                tried++;
            }
        }

        Assert.True(tried > 150, $"only {tried} keys");
        Assert.Empty(Errors(full));
    }

    [Fact]
    public void A_document_is_a_result_or_a_failure()
    {
        JsonNode failure = Golden("run-failure.json");
        JsonNode both = Golden("run-full.json");
        both["error"] = failure["error"]!.DeepClone();
        Assert.NotEmpty(Errors(both));
        failure.AsObject().Remove("error");
        Assert.NotEmpty(Errors(failure));
    }

    [Fact]
    public void The_schemas_are_those_of_the_records()
    {
        AssertIs(RunDocument.SchemaName, RecordSchema.OfRun());
        AssertIs(JsonLines.SchemaName, RecordSchema.OfStream());
    }

    [Fact]
    public void Every_key_of_the_schema_is_written_by_the_program()
    {
        JsonElement schema = JsonDocument.Parse(RecordSchema.OfRun()).RootElement;
        string[] golden = ["run-full.json", "run-failure.json", "run-merged.json"];
        HashSet<string> written = [.. golden.SelectMany(name => Objects(Golden(name)))
            .SelectMany(one => one.Select(entry => entry.Key))];
        RunDocument required = SampleRun.Full with
        {
            Thresholds = [new ThresholdOutcome("ended_by != quit", true, null) { Word = "duration", Required = true }],
            RunId = "01",
            Labels = new Section { ["build"] = "7" },
            Series = [new SeriesPoint { TimeNs = 1, IntervalNs = 1, Time = SampleRun.Full.Started }],
            Messages = new Messages { UnderWay = 1 },
            Failures =
            [
                new ConnectionFailure
                {
                    Number = 1, Time = SampleRun.Full.Started, BeginNs = 1, ConnectNs = 1, EndNs = 3,
                    Transport = "tcp", Local = "10.0.0.1:40000", Remote = "10.0.0.2:80", Phase = "open",
                    Reason = "reset", Errno = 104, Retransmits = 1, Host = "server-1", Probe = true,
                },
            ],
            FailuresNotKept = 1,
            Packets = new PacketFigures { Interface = "eth1" },
            FailuresNotWritten = 1,
            Pcap = new CaptureFigures { Connections = 1, Packets = 2, NotKept = 1, Dropped = 1 },
            TakenOver = new PartTakenOver(SampleRun.Full.Started, 1),
            Cluster = new ClusterFigures
            {
                Agents = 2, Parts = 2,
                TakenOver =
                [
                    new MovedPart { Part = "1/2", Agent = "gen-1", By = ["gen-2"], At = SampleRun.Full.Started },
                ],
            },
            Sources =
            [
                new RunSource
                {
                    Name = "gen-1", Host = SampleRun.Full.Host, Started = SampleRun.Full.Started, ClockAheadNs = 1,
                    ClockBoundNs = 1, IsWhole = true,
                },
            ],
        };
        written.UnionWith(Objects(JsonNode.Parse(JsonReport.Render(required))!)
            .SelectMany(one => one.Select(entry => entry.Key)));
        string[] others = ["bench", "capacity", "churn", "hold", "idle", "monitor", "saturate", "serve"];
        Assert.Equal(others, Names(schema).Except(written).Order(StringComparer.Ordinal));
    }

    private static void AssertIs(string name, string schema)
    {
        string path = Path.Combine(Repository.Root, SchemaFile.PathOf(name));
        if (Environment.GetEnvironmentVariable("THRONG_GOLDEN") == "update")
        {
            File.WriteAllText(path, schema);
        }

        Assert.Equal(schema, File.ReadAllText(path));
    }

    private static IEnumerable<string> Names(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            return schema.EnumerateArray().SelectMany(Names);
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        IEnumerable<string> own = schema.TryGetProperty("properties", out JsonElement named)
            && named.ValueKind == JsonValueKind.Object
            ? named.EnumerateObject().Select(one => one.Name)
            : [];
        return own.Concat(schema.EnumerateObject().SelectMany(one => Names(one.Value)));
    }

    private static IReadOnlyList<string> Errors(JsonNode document)
    {
        using JsonDocument parsed = JsonDocument.Parse(document.ToJsonString());
        return SchemaFile.Errors(RunDocument.SchemaName, parsed.RootElement);
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? from) => from switch
    {
        JsonObject one => one.ToArray().SelectMany(entry => Objects(entry.Value)).Prepend(one),
        JsonArray list => list.ToArray().SelectMany(Objects),
        _ => [],
    };

    private static bool IsFree(JsonObject one) => Free.Any(
        free => PathOf(one) == free || PathOf(one).StartsWith(free + "/", StringComparison.Ordinal));

    // "$.series[0].lag_ns" as "/series/0/lag_ns".
    private static string PathOf(JsonNode one) => one.GetPath().TrimStart('$')
        .Replace('.', '/').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    private static JsonNode Golden(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Throng.Tests", "Golden", name)))!;
}
