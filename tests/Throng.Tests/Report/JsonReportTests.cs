using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed partial class JsonReportTests
{
    [Fact]
    public void A_full_document_is_written_as_agreed() =>
        GoldenFile.Match("run-full.json", WithoutHistograms(Text(SampleRun.Full)));

    [Fact]
    public void What_a_command_does_not_have_is_left_out() =>
        GoldenFile.Match("run-hold.json", Text(SampleRun.Hold(10_000, 9_000, 1_000)));

    [Fact]
    public void A_failure_is_a_document_too()
    {
        byte[] document = JsonReport.RenderFailure(
            new Tool("throng", "0.1.0"), "hold", "cannot bind 10.9.9.9: EADDRNOTAVAIL",
            "add the address: ip addr add 10.9.9.9/32 dev lo", exitCode: 3);
        GoldenFile.Match("run-failure.json", Encoding.UTF8.GetString(document));
    }

    [Fact]
    public void Compact_is_one_line()
    {
        string text = Encoding.UTF8.GetString(JsonReport.Render(SampleRun.Full, indented: false));
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal(RunDocument.SchemaName, document.RootElement.GetProperty("schema").GetString());
    }

    [Fact]
    public void A_number_that_is_none_is_null()
    {
        RunDocument run = SampleRun.Held with
        {
            Rate = new Rate(double.NaN, double.PositiveInfinity),
            Memory = new MemoryUse(1, double.NaN),
            Own = new Section { ["ratio"] = double.NaN },
        };
        using JsonDocument document = JsonDocument.Parse(Text(run));
        JsonElement root = document.RootElement;
        Assert.Equal(JsonValueKind.Null, root.GetProperty("rate").GetProperty("offered_per_s").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("rate").GetProperty("achieved_per_s").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("memory").GetProperty("bytes_per_connection").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("hold").GetProperty("ratio").ValueKind);
    }

    [Fact]
    public void Every_metric_is_found_in_the_document_under_its_key()
    {
        RunDocument run = SampleRun.Full;
        using JsonDocument document = JsonDocument.Parse(Text(run));
        foreach (string name in Metrics.Names)
        {
            Assert.True(Metrics.TryFind(name, out MetricReading reading, out string error), error);
            if (reading.Read(run) is not { } value || (reading.Part is null && reading.Metric.IsByReason))
            {
                continue;
            }

            JsonElement? found = Find(document.RootElement, reading.Key);
            bool isUnseenReason = reading.Metric.IsByReason && value == 0;
            Assert.True(found is not null || isUnseenReason, $"{name} is not at {reading.Key}");
            Assert.Equal(value, found?.GetDouble() ?? 0);
        }
    }

    [Fact]
    public void A_metric_of_a_section_is_read_from_it()
    {
        RunDocument run = SampleRun.Held with { Command = "monitor", Own = new Section { ["lost"] = 3 } };
        Assert.Equal(3, Metrics.Value(run, "monitor.lost"));
        Assert.Null(Metrics.Value(run with { Command = "hold" }, "monitor.lost"));
    }

    [Fact]
    public void Metrics_are_declared_once_each_with_a_line_of_their_own()
    {
        Assert.Equal(Metrics.All.Count, Metrics.All.Select(metric => metric.Name).Distinct().Count());
        Assert.All(Metrics.All, metric =>
        {
            Assert.EndsWith(".", metric.Definition, StringComparison.Ordinal);
            Assert.True(metric.Whole is null || Metrics.TryFind(metric.Whole, out _, out _), metric.Name);
        });
    }

    private static JsonElement? Find(JsonElement from, string key)
    {
        foreach (string name in key.Split('.'))
        {
            if (!from.TryGetProperty(name, out from))
            {
                return null;
            }
        }

        return from;
    }

    private static string Text(RunDocument run) => Encoding.UTF8.GetString(JsonReport.Render(run));

    // The deflated bytes are the compressor's business and may change with the runtime.
    private static string WithoutHistograms(string json) => Histograms().Replace(json, "\"histogram\": \"HIST...\"");

    [GeneratedRegex("\"histogram\": \"HIST[^\"]*\"")]
    private static partial Regex Histograms();
}
