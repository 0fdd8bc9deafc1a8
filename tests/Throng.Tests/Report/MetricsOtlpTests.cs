using System.Text.Json;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>The metrics that are pushed are those that are scraped.</summary>
public sealed class MetricsOtlpTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_metric_that_is_scraped_is_pushed_and_no_other()
    {
        string scraped = MetricsText.Render(SampleRun.Full, isOpenMetrics: true);
        string[] expected =
        [
            .. Metrics.All.Where(one => scraped.Contains(
                $"# TYPE {MetricsText.NameOf(one)} ", StringComparison.Ordinal)).Select(MetricsOtlp.NameOf),
        ];
        JsonElement[] metrics = Rendered(SampleRun.Full);
        Assert.Equal(expected, metrics.Select(one => one.GetProperty("name").GetString()));
        Assert.InRange(expected.Length, 40, int.MaxValue);
    }

    [Fact]
    public void Times_are_seconds_and_counts_are_whole()
    {
        JsonElement[] metrics = Rendered(SampleRun.Full);
        JsonElement user = Single(metrics, "throng.cpu.user", "sum");
        Assert.Equal(SampleRun.Full.Cpu!.UserNs / 1e9, user.GetProperty("asDouble").GetDouble(), precision: 9);
        JsonElement opened = Single(metrics, "throng.connections.opened", "sum");
        Assert.Equal($"{SampleRun.Full.Connections.Opened}", opened.GetProperty("asInt").GetString());
        Assert.Equal("1896091200000000000", opened.GetProperty("timeUnixNano").GetString());
        JsonElement open = Single(metrics, "throng.connections.open", "gauge");
        Assert.Equal($"{SampleRun.Full.Connections.Open}", open.GetProperty("asInt").GetString());
        Assert.False(open.TryGetProperty("startTimeUnixNano", out _));
    }

    private static JsonElement Single(JsonElement[] metrics, string name, string kind) => metrics
        .Single(one => one.GetProperty("name").GetString() == name)
        .GetProperty(kind).GetProperty("dataPoints").EnumerateArray().Single();

    private static JsonElement[] Rendered(RunDocument run) =>
    [
        .. JsonDocument.Parse(MetricsOtlp.Render(run, At)).RootElement.GetProperty("resourceMetrics")[0]
            .GetProperty("scopeMetrics")[0].GetProperty("metrics").EnumerateArray(),
    ];
}
