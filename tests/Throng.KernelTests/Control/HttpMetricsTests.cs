using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.KernelTests;

/// <summary>The metrics of a run, as Prometheus and its tools read them.</summary>
public sealed class HttpMetricsTests
{
    [Fact]
    public void Counters_never_fall_and_end_as_the_document_does()
    {
        using HttpRun run = HttpRun.Start(
            "hold", "20", "--ping", "--ping-interval", "100ms", "--for", "3s", "--linger", "1m");
        Dictionary<string, double> before = [];
        int scrapes = 0;
        while (run.Status().GetProperty("state").GetString() != "ended")
        {
            Dictionary<string, double> now = Samples(Scrape(run, isOpenMetrics: true));
            Assert.All(
                before.Where(one => IsCumulative(one.Key)),
                one => Assert.True(now[one.Key] >= one.Value, $"{one.Key}: {one.Value}, then {now[one.Key]}"));
            before = now;
            scrapes++;
        }

        Assert.True(scrapes > 1, $"{scrapes}");
        Dictionary<string, double> final = Samples(Scrape(run, isOpenMetrics: true));
        Document document = new(run.Get("/api/v1/document").GetRawText(), run.Process.Story());
        string[] counted = ["connections.opened", "messages.sent", "messages.answered", "connect.attempts"];
        foreach (string name in counted)
        {
            string sample = $"throng_{name.Replace('.', '_')}_total{{command=\"hold\"}}";
            Assert.Equal(document.Number(name), final[sample]);
        }

        Assert.True(final["throng_messages_answered_total{command=\"hold\"}"] > 100);
        double answers = final["throng_response_seconds_count{command=\"hold\"}"];
        Assert.Equal(document.Number("response_ns.count"), answers);
        Assert.Equal(answers, final["throng_response_seconds_bucket{command=\"hold\",le=\"+Inf\"}"]);
        using HttpResponseMessage stop = run.Send("POST", "/api/v1/stop");
        run.Process.Ends(0);
    }

    [Fact]
    public void Promtool_has_nothing_to_say_of_them()
    {
        Needs.Tool("promtool");
        using HttpRun run = HttpRun.Start(
            "hold", "20", "--ping", "--ping-interval", "100ms", "--for", "1h", "--label", "site=a\"b<c>");
        Eventually.Holds(
            () => run.Status().GetProperty("messages_answered").GetInt64() > 20, run.Process.Story);
        string text = Scrape(run, isOpenMetrics: false);
        Assert.Contains("site=\"a\\\"b<c>\"", text, StringComparison.Ordinal);
        using Process check = Process.Start(new ProcessStartInfo("promtool", "check metrics")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        check.StandardInput.Write(text);
        check.StandardInput.Close();
        string said = check.StandardOutput.ReadToEnd() + check.StandardError.ReadToEnd();
        check.WaitForExit();
        Assert.Equal("", said);
        Assert.Equal(0, check.ExitCode);
    }

    private static string Scrape(HttpRun run, bool isOpenMetrics)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", isOpenMetrics ? "application/openmetrics-text" : "*/*");
        using HttpResponseMessage answer = run.Send(request);
        Assert.Equal(
            MediaTypeHeaderValue.Parse(isOpenMetrics ? MetricsText.OpenMetricsType : MetricsText.PlainType),
            answer.Content.Headers.ContentType);
        using StreamReader text = new(answer.Content.ReadAsStream());
        return text.ReadToEnd();
    }

    private static bool IsCumulative(string sample) => Metrics.All
        .Where(metric => MetricsText.IsCounter(metric) || (metric.IsLatency && !metric.CanFall))
        .Any(metric => sample.StartsWith(MetricsText.NameOf(metric) + "_", StringComparison.Ordinal));

    private static Dictionary<string, double> Samples(string text) => text.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .ToDictionary(
            line => line[..line.LastIndexOf(' ')],
            line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
}
