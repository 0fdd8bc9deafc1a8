using System.Globalization;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class MetricsTextTests
{
    private const string Bucket = "throng_response_seconds_bucket{command=\"hold\",le=\"";

    [Fact]
    public void Names_are_unique_and_none_has_a_suffix_that_means_something_else()
    {
        string[] names = [.. Metrics.All.Select(MetricsText.NameOf)];
        Assert.Equal(names.Length, names.Distinct().Count());
        string[] meant = ["_total", "_sum", "_count", "_bucket", "_created", "_info", "_gsum", "_gcount"];
        Assert.All(names, name => Assert.DoesNotContain(meant, end => name.EndsWith(end, StringComparison.Ordinal)));
        Assert.All(names, name => Assert.Matches("^throng_[a-z0-9_]+$", name));
        Assert.All(Metrics.All, one => Assert.DoesNotContain(one.Definition, letter => letter is '\\' or '\n'));
    }

    [Theory]
    [InlineData("messages.sent", true)]
    [InlineData("connections.closed", true)]
    [InlineData("cpu.user", true)]
    [InlineData("messages.under_way", false)]
    [InlineData("messages.not_sent", false)]
    [InlineData("connections.open", false)]
    [InlineData("connections.peak", false)]
    [InlineData("rate.achieved", false)]
    [InlineData("response", false)]
    [InlineData("monitor.unrecovered", false)]
    public void Only_what_never_falls_is_a_counter(string name, bool isCounter) =>
        Assert.Equal(isCounter, MetricsText.IsCounter(Metrics.All.Single(one => one.Name == name)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_number_of_a_run_is_there_once_in_its_base_unit(bool isOpenMetrics)
    {
        RunDocument run = SampleRun.Full;
        string[] lines = MetricsText.Render(run, isOpenMetrics).Split('\n');
        int seen = 0;
        foreach (Metric metric in Metrics.All.Where(one => !one.IsLatency && !one.IsByReason))
        {
            string name = MetricsText.NameOf(metric) + (MetricsText.IsCounter(metric) ? "_total" : "");
            string[] samples = [.. lines.Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))];
            if (Metrics.Value(run, metric.Name) is not { } value)
            {
                Assert.Empty(samples);
                continue;
            }

            double expected = metric.Unit == MetricUnit.Nanoseconds ? value / SampleRun.SecondNs : value;
            Assert.Equal(expected, ValueOf(Assert.Single(samples)));
            seen++;
        }

        Assert.True(seen > 20, $"{seen}");
        Assert.Equal(isOpenMetrics, lines[^2] == "# EOF");
        Assert.Equal(isOpenMetrics, lines.Contains("# TYPE throng_connections_opened counter"));
        Assert.Equal(!isOpenMetrics, lines.Contains("# TYPE throng_connections_opened_total counter"));
    }

    [Fact]
    public void Reasons_add_up_to_their_metric()
    {
        RunDocument run = SampleRun.Hold(target: 100, held: 90, refused: 10);
        string[] lines = MetricsText.Render(run, isOpenMetrics: true).Split('\n');
        Assert.Contains("throng_connections_connect_failed_total{command=\"hold\",reason=\"refused\"} 10", lines);
        Assert.Contains("throng_connections_closed_total{command=\"hold\",reason=\"local\"} 90", lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_bucket_has_exactly_the_values_up_to_its_bound(int seed)
    {
        Random random = new(seed);
        List<long> values = [0, Histogram.TopNs, Histogram.TopNs + 1, 10 * Histogram.TopNs];
        for (int times = 0; times < 5_000; times++)
        {
            values.Add((long)Math.Pow(2, random.NextDouble() * 43));
        }

        // On the bounds themselves and beside them is where a mistake would show.
        values.AddRange(LatencyBounds.Ns.SelectMany(bound => new[] { bound, bound + 1 }));
        Histogram histogram = new();
        values.ForEach(histogram.Record);
        RunDocument run = SampleRun.Held with { Response = LatencySummary.From(histogram) };
        string[] lines = MetricsText.Render(run, isOpenMetrics: true).Split('\n');
        string[] buckets = [.. lines.Where(line => line.StartsWith(Bucket, StringComparison.Ordinal))];
        Assert.Equal(LatencyBounds.Ns.Count + 1, buckets.Length);
        for (int at = 0; at < LatencyBounds.Ns.Count; at++)
        {
            long bound = LatencyBounds.Ns[at];
            decimal told = decimal.Parse(buckets[at][Bucket.Length..].Split('"')[0], CultureInfo.InvariantCulture);
            Assert.Equal(bound, told * SampleRun.SecondNs);
            Assert.Equal(values.Count(value => value <= bound), ValueOf(buckets[at]));
        }

        Assert.StartsWith(Bucket + "+Inf\"", buckets[^1], StringComparison.Ordinal);
        Assert.Equal(values.Count, ValueOf(buckets[^1]));
        string sum = lines.Single(line => line.StartsWith("throng_response_seconds_sum{", StringComparison.Ordinal));
        Assert.Equal(values.Sum(value => (double)value) / SampleRun.SecondNs, ValueOf(sum), 1e-3);
    }

    [Fact]
    public void A_latency_that_may_fall_has_a_gauge_for_each_statistic()
    {
        Histogram histogram = new();
        histogram.Record(2_000_000);
        TcpCounters tcp = new() { Rtt = LatencySummary.From(histogram) };
        string text = MetricsText.Render(SampleRun.Held with { Tcp = tcp }, isOpenMetrics: true);
        Assert.Contains("# TYPE throng_tcp_rtt_seconds gauge\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "throng_tcp_rtt_seconds{command=\"hold\",stat=\"max\"} 0.002\n",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_those_of_the_run_under_names_that_are_allowed_and_differ()
    {
        RunDocument run = SampleRun.Held with
        {
            Labels = new Section
            {
                ["site"] = "a\"b\\c\nd", ["my.rack"] = "1", ["my-rack"] = "2", ["le"] = "3", ["9"] = "4", ["__x"] = "5",
            },
        };
        Assert.Equal(
            "command=\"hold\",site=\"a\\\"b\\\\c\\nd\",my_rack=\"1\",my_rack_2=\"2\",label_le=\"3\",label_9=\"4\","
                + "label___x=\"5\"",
            MetricsLabels.Of(run));
    }

    private static double ValueOf(string sample) =>
        double.Parse(sample[(sample.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
}
