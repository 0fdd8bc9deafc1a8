using System.Text.Json;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class CsvReportTests
{
    [Fact]
    public void A_series_is_written_as_agreed() => GoldenFile.Match("run-full.csv", CsvReport.Render(SampleRun.Full));

    [Fact]
    public void Without_a_series_there_is_the_head()
    {
        string text = CsvReport.Render(SampleRun.Full with { Series = [], Drain = null });
        Assert.StartsWith("t_ns,interval_ns,open,", text, StringComparison.Ordinal);
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void Every_value_of_the_json_is_in_the_row_under_its_name()
    {
        RunDocument run = SampleRun.Full with
        {
            Series = [.. SampleRun.Full.Series.Select(point => point with
            {
                Time = SampleRun.Full.Started.AddTicks(point.TimeNs / TimeSpan.NanosecondsPerTick),
            })],
            Drain = SampleRun.Full.Drain! with { Time = SampleRun.Full.Started },
        };
        using JsonDocument document = JsonDocument.Parse(JsonReport.Render(run));
        JsonElement last = document.RootElement.GetProperty("drain");
        Dictionary<string, string> expected = [];
        foreach (JsonProperty key in last.EnumerateObject())
        {
            if (key.Value.ValueKind == JsonValueKind.Null)
            {
                continue; // an empty cell
            }

            if (key.Value.ValueKind != JsonValueKind.Object)
            {
                bool isText = key.Value.ValueKind == JsonValueKind.String;
                expected.Add(key.Name, isText ? key.Value.GetString()! : key.Value.GetRawText());
                continue;
            }

            foreach (JsonProperty inner in key.Value.EnumerateObject())
            {
                expected.Add(key.Name.Replace("_ns", $"_{inner.Name}_ns", StringComparison.Ordinal),
                    inner.Value.GetRawText());
            }
        }

        string[] lines = CsvReport.Render(run).Split('\n');
        Assert.Equal(
            expected.OrderBy(one => one.Key, StringComparer.Ordinal),
            lines[0].Split(',').Zip(lines[^2].Split(','), KeyValuePair.Create)
                .Where(cell => cell.Value.Length > 0)
                .OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void The_run_is_named_in_every_row()
    {
        RunDocument run = SampleRun.Full with
        {
            RunId = "0196", Labels = new Section { ["build"] = "12,3 \"a\"", ["env"] = "ci" },
        };
        string[] lines = CsvReport.Render(run).TrimEnd('\n').Split('\n');
        Assert.EndsWith(",time,drain,run_id,label_build,label_env", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.EndsWith(
            ",0196,\"12,3 \"\"a\"\"\",ci", line, StringComparison.Ordinal));
    }
}
